import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { linkProvider } from '../../../commands/identity/provider-link.ts';
import { signInByProvider } from '../../../commands/identity/provider-sign-in.ts';
import type { SessionRef } from '../../../commands/identity/services.ts';
import { execute } from '../../../commands/kernel/execute.ts';
import type { OAuthProvider } from '../../../domain/identity/provider-claim.ts';
import type { Json } from '../../../domain/kernel/message.ts';
import type { Person } from '../../identity/oauth/provider.ts';
import { ANONYMOUS } from '../admission.ts';
import type { RouteDeps } from '../deps.ts';
import { contextOf } from '../message-context.ts';

const signedIn = z.object({ user_id: z.string() });

/**
 * Signs in whom the provider vouched for. The address is saved first, for the case that an account has to be opened, and
 * discarded in every other: a crash leaves an address without an account, never an account without one.
 */
export const sendSignIn = async (
  request: FastifyRequest,
  deps: RouteDeps,
  provider: OAuthProvider,
  { issuer, subject, email }: Person,
): Promise<Json> => {
  const { credentials } = deps.commandServices;
  const userId = randomUUID();
  if (email !== null) await credentials.save({ userId, email, password: null });
  const command = {
    type: 'SignInByProvider',
    data: {
      provider,
      accountKey: credentials.providerKeyOf(issuer, subject),
      emailKey: email === null ? null : credentials.emailKeyOf(email),
      userId,
      sessionId: randomUUID(),
      at: new Date().toISOString(),
    },
  } as const;
  let isNew = false;
  try {
    const context = contextOf(request, ANONYMOUS.actor, command);
    const { answer } = await execute(signInByProvider, command, deps.log, deps.commandServices, { context });
    isNew = signedIn.parse(answer).user_id === userId;
    return answer;
  } finally {
    if (!isNew) await credentials.discard(userId);
  }
};

/** Lets the provider's account sign in to that of the person who asked for it in a session of theirs. */
export const sendLink = async (
  request: FastifyRequest,
  deps: RouteDeps,
  provider: OAuthProvider,
  linking: Omit<SessionRef, 'sessionId'>,
  { issuer, subject }: Person,
): Promise<void> => {
  const accountKey = deps.commandServices.credentials.providerKeyOf(issuer, subject);
  const at = new Date().toISOString();
  const command = { type: 'LinkProvider', data: { ...linking, accountKey, provider, at } } as const;
  const context = contextOf(request, { type: 'user', id: linking.userId }, command);
  await execute(linkProvider, command, deps.log, deps.commandServices, { context });
};
