import { z } from 'zod';
import { user, userStream } from '../../domain/identity/user.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Command } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import { email, opaqueToken } from './schemas.ts';
import type { IdentityServices } from './services.ts';
import { holderOf } from './sign-in.ts';

/** `userId` null: nobody has the address, which nobody is told. */
export type ForgetPassword = Command<'ForgetPassword', { userId: string | null; at: string }>;

/** Mails to one address, known or not. */
const PER_MINUTE = 3;

/** The same answer and the same work for every address (ID-01). */
export const forgetPassword: CommandFile<ForgetPassword, IdentityServices & { store: StreamStore }> = {
  type: 'ForgetPassword',
  access: 'PUBLIC',
  route: route({
    method: 'POST',
    path: '/auth/forgot-password',
    summary: 'Ask for a mail with a token for a new password',
    status: 204,
    body: z.strictObject({ email }),
    answer: null,
    command: async ({ body, at }, { credentials, store, attempts }) => {
      const emailKey = credentials.emailKeyOf(body.email);
      await attempts.take('FORGOT', emailKey, PER_MINUTE);
      const holder = await holderOf(store, emailKey);
      return { type: 'ForgetPassword', data: { userId: holder?.userId ?? null, at } };
    },
  }),
  async decide({ data }, { services }) {
    await services.mailTokens.request(data.userId, 'RESET_PASSWORD');
    return { appends: [], answer: null };
  },
};

export type SendVerification = Command<'VerifyEmail', { userId: string; token: string; at: string }>;

export const verifyEmail: CommandFile<SendVerification, IdentityServices> = {
  type: 'VerifyEmail',
  access: 'PUBLIC',
  route: route({
    method: 'POST',
    path: '/auth/verify-email',
    summary: 'Prove an address with the token of the mail',
    status: 204,
    body: z.strictObject({ token: opaqueToken }),
    answer: null,
    command: async ({ body, at }, { mailTokens }) => {
      const userId = await mailTokens.holderOf(body.token, 'VERIFY_EMAIL');
      if (userId === null)
        throw new Rejection('MAIL_TOKEN_INVALID', 'This token is wrong, used or too old. Ask for a new one.');
      return { type: 'VerifyEmail', data: { userId, token: body.token, at } };
    },
  }),
  async decide({ data }, { store }) {
    const command = { type: 'VerifyEmail', data: { userId: data.userId, at: data.at } } as const;
    const { append } = await decideOn(store, user, userStream(data.userId), command);
    return { appends: [append], answer: null };
  },
  async present(_answer, { data }, { services }) {
    await services.mailTokens.spend(data.token);
    return null;
  },
};
