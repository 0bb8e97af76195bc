import { z } from 'zod';
import { type EmailClaimed, emailStream } from '../../domain/identity/email-claim.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Command } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { asStored, openSession, userOf, withTokens } from './open-session.ts';
import { email, givenPassword, signedIn } from './schemas.ts';
import type { IdentityServices, SessionRef } from './services.ts';

type SignInServices = IdentityServices & Readonly<{ store: StreamStore }>;

/** Sent only after the password was verified. */
export type SignIn = Command<'SignIn', SessionRef & Readonly<{ at: string }>>;

/** Wrong passwords in a row before a right one, from which on the person is told. */
const SUSPICIOUS_FAILURES = 5;

/** Of an address that nobody registered; no stream has this name. */
const NOBODY = 'nobody';

/** Who holds the address; the same reads whether anybody does (ID-01). */
export const holderOf = async (
  store: StreamStore,
  emailKey: string,
): Promise<Readonly<{ userId: string; generation: number }> | null> => {
  const { events } = await store.read<EmailClaimed>(emailStream(emailKey));
  const userId = events.at(-1)?.data.userId ?? null;
  const state = await userOf(store, userId ?? NOBODY);
  return userId !== null && state.status === 'REGISTERED' ? { userId, generation: state.generation } : null;
};

/** One error and one amount of work for a wrong address and for a wrong password (ID-01). */
export const signInUser: CommandFile<SignIn, SignInServices> = {
  type: 'SignIn',
  access: 'PUBLIC',
  route: route({
    method: 'POST',
    path: '/auth/login',
    summary: 'Sign in with address and password',
    status: 200,
    body: z.strictObject({ email, password: givenPassword }),
    answer: signedIn,
    command: async ({ body, at, newId }, { credentials, store, attempts, mailTokens }) => {
      const emailKey = credentials.emailKeyOf(body.email);
      const failures = await attempts.signInBegins(emailKey);
      // The generation is read before the password is verified: a change of it meanwhile ends this session.
      const holder = await holderOf(store, emailKey);
      const verified = await credentials.verify(holder?.userId ?? null, body.password);
      if (holder === null || !verified)
        throw new Rejection('SIGN_IN_FAILED', 'The address or the password is wrong.');
      await attempts.signInSucceeded(emailKey);
      if (failures >= SUSPICIOUS_FAILURES) await mailTokens.warn(holder.userId);
      return { type: 'SignIn', data: { ...holder, sessionId: newId(), at } };
    },
    caller: ({ data }) => data.userId,
  }),
  async decide({ data }) {
    const { at, ...ref } = data;
    return { appends: [openSession(ref, at)], answer: asStored(ref) };
  },
  present: (answer, _command, { services }) => withTokens(answer, services),
};
