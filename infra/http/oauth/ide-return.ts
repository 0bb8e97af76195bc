import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { OAuthReturn } from '../../../commands/identity/services.ts';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import { stringsOf } from '../route-request.ts';

/** The only addresses beside our own that a sign-in ends at, compared letter by letter (ID-07). */
const TARGETS: ReadonlySet<string> = new Set(['vscode://iama.iama/auth', 'vscode-insiders://iama.iama/auth']);

const asked = z.object({
  code_challenge: z.string().regex(/^[\w-]{43}$/),
  code_challenge_method: z.literal('S256'),
  state: z.string().regex(/^[\w.~-]{16,256}$/),
});

/** Where the person goes with a code when signed in; null: nowhere, the callback answers itself. */
export const returnOf = (request: FastifyRequest): OAuthReturn | null => {
  const query = stringsOf(request.query);
  const { redirect_uri: to } = query;
  if (to === undefined) return null;
  if (!TARGETS.has(to))
    throw new Rejection('OAUTH_REDIRECT_REFUSED', 'Nobody is sent there after a sign-in.');
  const { code_challenge: challenge, state } = asked.parse(query);
  return { to, challenge, state };
};

/** The address with the answer; `state` tells the program there that it is to its own request. */
export const returning = (
  { to, state }: OAuthReturn,
  answer: Readonly<{ code: string } | { error: string }>,
): string => {
  const address = new URL(to);
  for (const [name, value] of Object.entries({ ...answer, state })) address.searchParams.set(name, value);
  return address.href;
};
