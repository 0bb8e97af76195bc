import { Rejection } from '../../../domain/kernel/rejection.ts';
import type { SharedCounts } from './shared-counts.ts';

/** Open at the same time, per user at all processes: a person has a few windows, a runaway client has hundreds. */
export const MAX_STREAMS_PER_USER = 20;

/**
 * Counts a user's open streams. Streams are opened seldom, so each waits for what the other processes tell: there are never
 * more than these.
 */
export const streamPlaces = (counts: SharedCounts) => {
  const refuse = (): never => {
    throw new Rejection('TOO_MANY_STREAMS', 'Too many streams are open. Close one first.', {
      limit: MAX_STREAMS_PER_USER,
    });
  };
  return {
    /** Throws TOO_MANY_STREAMS, or gives the function that gives the place back; it is called once. */
    async take(userId: string): Promise<() => void> {
      const key = `streams:${userId}`;
      if (counts.own(key) >= MAX_STREAMS_PER_USER) refuse();
      const release = (): void => counts.add(key, -1);
      counts.add(key, 1);
      await counts.fresh();
      if (counts.of(key) <= MAX_STREAMS_PER_USER) return release;
      release();
      return refuse();
    },
  };
};
