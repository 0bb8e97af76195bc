import { z } from 'zod';
import { emailClaim, emailStream } from '../../domain/identity/email-claim.ts';
import { user, userStream } from '../../domain/identity/user.ts';
import type { Command } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn, decideOnNew } from '../kernel/decide-on.ts';
import { asStored, fromStored, openSession, withTokens } from './open-session.ts';
import { email, newPassword, signedIn } from './schemas.ts';
import type { IdentityServices } from './services.ts';

/** In the words of the claim on the address, which name no account; why there is a refusal at all: decision 0042. */
const refused = (): Rejection =>
  new Rejection(
    'REGISTRATION_REFUSED',
    'This address and password cannot be registered. If you have an account, sign in.',
  );

const repeated = z.object({ user_id: z.string() });

/** The session that the registration opens is not the account's. */
export type SendRegistration = Command<
  'RegisterUser',
  { userId: string; emailKey: string; sessionId: string; at: string }
>;

/** The secret is saved first: a crash leaves a secret without an account, never an account nobody can enter. */
export const registerUser: CommandFile<SendRegistration, IdentityServices> = {
  type: 'RegisterUser',
  access: 'PUBLIC',
  route: route({
    method: 'POST',
    path: '/auth/register',
    summary: 'Open an account and sign in',
    status: 201,
    body: z.strictObject({ email, password: newPassword }),
    answer: signedIn,
    command: async ({ body, at, newId }, { credentials }) => {
      const userId = newId();
      await credentials.save({ userId, ...body });
      const emailKey = credentials.emailKeyOf(body.email);
      return { type: 'RegisterUser', data: { userId, emailKey, sessionId: newId(), at } };
    },
    caller: ({ data }) => data.emailKey,
    confirmRepeat: async ({ body }, answer, { credentials }) => {
      if (!(await credentials.verify(repeated.parse(answer).user_id, body.password))) throw refused();
    },
  }),
  async decide(command, { store, services }) {
    const { userId, emailKey, sessionId, at } = command.data;
    const data = { userId, emailKey, at };
    const ref = { userId, sessionId, generation: 0 };
    try {
      const claimed = await decideOn(store, emailClaim, emailStream(emailKey), { type: 'ClaimEmail', data });
      const registered = decideOnNew(user, userStream(userId), { type: 'RegisterUser', data });
      return {
        appends: [claimed.append, registered.append, openSession(ref, at)],
        answer: asStored(ref),
      };
    } catch (error) {
      await services.credentials.discard(userId);
      throw error;
    }
  },
  async present(answer, command, { services }) {
    const { userId } = fromStored(answer);
    const isRepeated = userId !== command.data.userId;
    if (isRepeated) await services.credentials.discard(command.data.userId);
    else await services.mailTokens.request(userId, 'VERIFY_EMAIL');
    return withTokens(answer, services);
  },
};
