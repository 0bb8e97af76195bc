import { z } from 'zod';
import { emailClaim, emailStream } from '../../domain/identity/email-claim.ts';
import { type RegisterUser, user, userStream } from '../../domain/identity/user.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn, decideOnNew } from '../kernel/decide-on.ts';
import { email, newPassword, signedIn } from './schemas.ts';
import type { IdentityServices } from './services.ts';

/** In the words of the claim on the address, so that nothing is told of an account. */
const refused = (): Rejection =>
  new Rejection(
    'REGISTRATION_REFUSED',
    'This address and password cannot be registered. If you have an account, sign in.',
  );

const stored = z.object({ user_id: z.string() });

/** The secret is saved first: a crash leaves a secret without an account, never an account nobody can enter. */
export const registerUser: CommandFile<RegisterUser, IdentityServices> = {
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
      return { type: 'RegisterUser', data: { userId, emailKey: credentials.emailKeyOf(body.email), at } };
    },
    caller: ({ data }) => data.emailKey,
    confirmRepeat: async ({ body }, answer, { credentials }) => {
      if (!(await credentials.verify(stored.parse(answer).user_id, body.password))) throw refused();
    },
  }),
  async decide(command, { store, services }) {
    const { userId, emailKey } = command.data;
    const claim = { type: 'ClaimEmail', data: command.data } as const;
    try {
      const claimed = await decideOn(store, emailClaim, emailStream(emailKey), claim);
      const registered = decideOnNew(user, userStream(userId), command);
      return { appends: [claimed.append, registered.append], answer: { user_id: userId } };
    } catch (error) {
      await services.credentials.discard(userId);
      throw error;
    }
  },
  async present(answer, command, { services }) {
    const { user_id } = stored.parse(answer);
    if (user_id !== command.data.userId) await services.credentials.discard(command.data.userId);
    return { ...(await services.tokens.issue(user_id)), user_id };
  },
};
