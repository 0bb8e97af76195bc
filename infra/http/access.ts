import type { FastifyRequest } from 'fastify';
import { PERSONAL_TOKEN_PREFIX } from '../../commands/identity/scopes.ts';
import type { PersonalTokens } from '../../commands/identity/services.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { JobRequested } from '../../domain/refactoring/job/events.ts';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import type { TokenAuthority, Verified } from '../identity/access-tokens.ts';
import type { LiveSessions } from '../identity/live-sessions.ts';
import { requireScope } from './scopes.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const REMEMBERED = 50_000;

export type Gate = Readonly<{
  /**
   * Throws `Rejection` UNAUTHENTICATED without a valid bearer token of a session that is not over, and SCOPE_MISSING where
   * a token for machines is not good for the route.
   */
  authenticate(request: FastifyRequest): Promise<Verified>;
  /** Throws `Rejection` JOB_NOT_FOUND unless the user requested the job: another's job does not exist (JOB-03). */
  requireOwner(jobId: string, userId: string): Promise<void>;
  /** null: there is no such job. */
  ownerOf(jobId: string): Promise<string | null>;
}>;

export const unauthenticated = (): Rejection =>
  new Rejection('UNAUTHENTICATED', 'Sign in and send the access token.');

/** The token of the request; null: none, several, or another scheme. */
export const bearerOf = ({ headers }: FastifyRequest): string | null => {
  const [scheme, token, ...more] = (headers.authorization ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' && more.length === 0 ? (token ?? null) : null;
};

export const gate = (
  tokens: TokenAuthority,
  store: Pick<StreamStore, 'read'>,
  sessions: Pick<LiveSessions, 'isLive'>,
  personalTokens: Pick<PersonalTokens, 'verify'>,
): Gate => {
  // Who requested a job never changes, so it is remembered.
  const owners = new Map<string, string>();

  const ownerOf = async (jobId: string): Promise<string | null> => {
    const known = owners.get(jobId);
    if (known !== undefined) return known;
    if (!UUID.test(jobId)) return null;
    const { events } = await store.read<JobRequested>(jobStream(jobId), { maxCount: 1 });
    const owner = events[0]?.data.ownerId;
    if (owner === undefined) return null;
    if (owners.size >= REMEMBERED) owners.clear();
    owners.set(jobId, owner);
    return owner;
  };

  return {
    ownerOf,
    async authenticate(request) {
      const token = bearerOf(request);
      if (token === null) throw unauthenticated();
      const personal = token.startsWith(PERSONAL_TOKEN_PREFIX) ? await personalTokens.verify(token) : null;
      const verified = personal ?? (await tokens.verify(token));
      if (verified === null || !(await sessions.isLive(verified))) throw unauthenticated();
      if (personal !== null) requireScope(personal.scopes, request.method, request.routeOptions.url ?? '');
      return verified;
    },
    async requireOwner(jobId, userId) {
      if ((await ownerOf(jobId)) !== userId) throw new Rejection('JOB_NOT_FOUND', 'There is no such job.');
    },
  };
};
