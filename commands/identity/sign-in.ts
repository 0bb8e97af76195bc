import { z } from 'zod';
import { type EmailClaimed, emailStream } from '../../domain/identity/email-claim.ts';
import { type SignIn, signIn, signInStream } from '../../domain/identity/sign-in.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { email, signedIn } from './schemas.ts';
import type { IdentityServices } from './services.ts';

type SignInServices = IdentityServices & Readonly<{ store: StreamStore }>;

/** One error and one amount of work for a wrong address and for a wrong password (ID-01). */
export const signInUser: CommandFile<SignIn, SignInServices> = {
  type: 'SignIn',
  access: 'PUBLIC',
  route: route({
    method: 'POST',
    path: '/auth/login',
    summary: 'Sign in with address and password',
    status: 200,
    body: z.strictObject({ email, password: z.string().min(1).max(128) }),
    answer: signedIn,
    command: async ({ body, at }, { credentials, store }) => {
      const { events } = await store.read<EmailClaimed>(emailStream(credentials.emailKeyOf(body.email)));
      const userId = events.at(-1)?.data.userId ?? null;
      const verified = await credentials.verify(userId, body.password);
      if (userId === null || !verified)
        throw new Rejection('SIGN_IN_FAILED', 'The address or the password is wrong.');
      return { type: 'SignIn', data: { userId, at } };
    },
    caller: ({ data }) => data.userId,
  }),
  async decide(command) {
    const { userId } = command.data;
    const events = signIn.decide(command, null);
    return {
      appends: [{ streamName: signInStream(userId), events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }],
      answer: { user_id: userId },
    };
  },
  async present(_answer, command, { services }) {
    const { userId } = command.data;
    return { ...(await services.tokens.issue(userId)), user_id: userId };
  },
};
