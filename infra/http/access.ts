import type { FastifyRequest } from 'fastify';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { JobRequested } from '../../domain/refactoring/job/events.ts';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import type { TokenAuthority, Verified } from '../identity/access-tokens.ts';
import type { LiveSessions } from '../identity/live-sessions.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const REMEMBERED = 50_000;

export type Gate = Readonly<{
  /** Throws `Rejection` UNAUTHENTICATED without a valid bearer token of a session that is not over. */
  authenticate(request: FastifyRequest): Promise<Verified>;
  /** Throws `Rejection` JOB_NOT_FOUND unless the user requested the job: another's job does not exist (JOB-03). */
  requireOwner(jobId: string, userId: string): Promise<void>;
  /** null: there is no such job. */
  ownerOf(jobId: string): Promise<string | null>;
}>;

const unauthenticated = (): Rejection =>
  new Rejection('UNAUTHENTICATED', 'Sign in and send the access token.');

export const gate = (
  tokens: TokenAuthority,
  store: Pick<StreamStore, 'read'>,
  sessions: Pick<LiveSessions, 'isLive'>,
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
      const [scheme, token] = (request.headers.authorization ?? '').split(' ');
      if (scheme?.toLowerCase() !== 'bearer' || token === undefined) throw unauthenticated();
      const verified = await tokens.verify(token);
      if (verified === null || !(await sessions.isLive(verified))) throw unauthenticated();
      return verified;
    },
    async requireOwner(jobId, userId) {
      if ((await ownerOf(jobId)) !== userId) throw new Rejection('JOB_NOT_FOUND', 'There is no such job.');
    },
  };
};
