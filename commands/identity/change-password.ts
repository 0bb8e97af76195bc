import { z } from 'zod';
import { type ChangePassword, user, userStream } from '../../domain/identity/user.ts';
import type { Command } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import { asStored, openSession, withTokens } from './open-session.ts';
import { expectOwnPassword } from './own-password.ts';
import { givenPassword, newPassword, opaqueToken, signedIn } from './schemas.ts';
import type { IdentityServices } from './services.ts';

/** `ChangePassword` of the user, with the session that the person goes on in. */
export type SendPasswordChange = Command<
  'ChangePassword',
  ChangePassword['data'] & Readonly<{ sessionId: string }>
>;

/** Every session ends, whoever holds it, and a new one begins for who knew the old password. */
export const changePassword: CommandFile<SendPasswordChange, IdentityServices> = {
  type: 'ChangePassword',
  access: 'USER',
  route: route({
    method: 'POST',
    path: '/auth/change-password',
    summary: 'Change your password; ends every session and opens a new one',
    status: 200,
    body: z.strictObject({ current_password: givenPassword, new_password: newPassword }),
    answer: signedIn,
    command: async ({ body, userId, at, newId }, services) => {
      await expectOwnPassword(userId, body.current_password, services);
      await services.credentials.changePassword(userId, body.new_password);
      return { type: 'ChangePassword', data: { userId, by: 'OWNER', sessionId: newId(), at } };
    },
    caller: ({ data }) => data.userId,
  }),
  async decide({ data }, { store }) {
    const { sessionId, ...change } = data;
    const command = { type: 'ChangePassword', data: change } as const;
    const { after, append } = await decideOn(store, user, userStream(data.userId), command);
    const generation = after.status === 'UNKNOWN' ? 0 : after.generation;
    const ref = { userId: data.userId, sessionId, generation };
    return { appends: [append, openSession(ref, data.at)], answer: asStored(ref) };
  },
  present: (answer, _command, { services }) => withTokens(answer, services),
};

export type ResetPassword = Command<'ResetPassword', { userId: string; token: string; at: string }>;

/**
 * The token of the mail is spent last: whatever breaks in between, it can be sent again. The password is stored before the
 * sessions end, so that none is opened with the old one afterwards. A mail that arrived also proves the address.
 */
export const resetPassword: CommandFile<ResetPassword, IdentityServices> = {
  type: 'ResetPassword',
  access: 'PUBLIC',
  route: route({
    method: 'POST',
    path: '/auth/reset-password',
    summary: 'Set a new password with the token of a mail; ends every session',
    status: 204,
    body: z.strictObject({ token: opaqueToken, new_password: newPassword }),
    answer: null,
    command: async ({ body, at }, { credentials, mailTokens }) => {
      const userId = await mailTokens.holderOf(body.token, 'RESET_PASSWORD');
      if (userId === null)
        throw new Rejection('MAIL_TOKEN_INVALID', 'This token is wrong, used or too old. Ask for a new one.');
      await credentials.changePassword(userId, body.new_password);
      return { type: 'ResetPassword', data: { userId, token: body.token, at } };
    },
  }),
  async decide({ data }, { store }) {
    const change = {
      type: 'ChangePassword',
      data: { userId: data.userId, by: 'RESET', at: data.at },
    } as const;
    const { after, append } = await decideOn(store, user, userStream(data.userId), change);
    const verify = { type: 'VerifyEmail', data: { userId: data.userId, at: data.at } } as const;
    return {
      appends: [{ ...append, events: [...append.events, ...user.decide(verify, after)] }],
      answer: null,
    };
  },
  async present(_answer, { data }, { services }) {
    await services.mailTokens.spend(data.token);
    return null;
  },
};
