import { setInterval } from 'node:timers';
import type { Pool } from 'pg';
import { pruneCounts } from '../http/limits/postgres-counts.ts';
import type { Parts } from './parts.ts';

const EVERY_MS = 60 * 60 * 1_000;

/** Deletes all rounds of the sequencer but the newest 10,000 (migrations/0004). Answers how many went. */
export const pruneRounds = async (pool: Pick<Pool, 'query'>): Promise<number> => {
  for (let total = 0; ; ) {
    const { rows } = await pool.query<{ pruned: string }>('SELECT prune_sequencer_rounds()::text AS pruned');
    const pruned = Number(rows[0]?.pruned ?? 0);
    if (pruned === 0) return total;
    total += pruned;
  }
};

/** Deletes what nobody can use any more of tokens and attempts (migrations/0006, 0008, 0009, 0011 and 0012). Answers how many went. */
export const pruneIdentity = async (pool: Pick<Pool, 'query'>): Promise<number> => {
  const gone = [
    'delete from refresh_tokens where expires_at < clock_timestamp()',
    'delete from device_codes where expires_at < clock_timestamp()',
    'delete from personal_tokens where expires_at < clock_timestamp()',
    'delete from admin_tokens where expires_at < clock_timestamp()',
    'delete from oauth_attempts where expires_at < clock_timestamp()',
    'delete from mail_tokens where expires_at < clock_timestamp()',
    "delete from attempt_counters where window_start < clock_timestamp() - interval '1 day'",
    "delete from sign_in_failures where last_at < clock_timestamp() - interval '1 day'",
  ];
  let total = 0;
  for (const text of gone) total += (await pool.query(text)).rowCount ?? 0;
  return total;
};

/**
 * What is deleted by its age: expired artifacts (DEL-05), old rounds of the sequencer, tokens, counts, and people who left (ID-12). Now and every hour, each on its
 * own; any number of processes may do it.
 */
export const startUpkeep = ({
  artifacts,
  pool,
  eraseDue,
  logger,
}: Pick<Parts, 'artifacts' | 'pool' | 'logger'> &
  Readonly<{ eraseDue: (now: Date) => Promise<number> }>): Readonly<{ stop: () => void }> => {
  const chores = [
    { what: 'expired artifacts', sweep: () => artifacts.sweep(new Date()) },
    { what: 'subjects of deleted accounts', sweep: () => eraseDue(new Date()) },
    { what: 'expired tokens', sweep: () => pruneIdentity(pool) },
    { what: 'past counts of processes', sweep: () => pruneCounts(pool) },
    { what: 'old rounds of the sequencer', sweep: () => pruneRounds(pool) },
  ];
  const sweepAll = async (): Promise<void> => {
    for (const { what, sweep } of chores) {
      try {
        const deleted = await sweep();
        if (deleted > 0) logger.info({ deleted }, `${what} deleted`);
      } catch (error) {
        logger.error({ err: error }, `deleting ${what} failed`);
      }
    }
  };
  void sweepAll();
  const timer = setInterval(sweepAll, EVERY_MS);
  return { stop: () => clearInterval(timer) };
};
