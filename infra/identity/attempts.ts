import { createHmac } from 'node:crypto';
import type { Pool } from 'pg';
import type { Attempts } from '../../commands/identity/services.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';

const WINDOW_SECONDS = 60;
/** A person mistypes a few times; from here on each failure doubles the wait. */
const FREE_FAILURES = 10;
const LONGEST_LOCK_SECONDS = 15 * 60;
const LONGEST_EXPONENT = 10;

const limited = (seconds: number): Rejection =>
  new Rejection('RATE_LIMITED', 'Too many requests. Wait a little.', {
    retry_after_seconds: Math.max(1, seconds),
  });

const TAKE = `
  insert into attempt_counters as c (counter, window_start, taken)
  values ($1, to_timestamp(floor(extract(epoch from clock_timestamp()) / $2::float) * $2::float), 1)
  on conflict (counter, window_start) do update set taken = c.taken + 1
  returning taken,
            ceil(extract(epoch from window_start - clock_timestamp()) + $2::float)::int as left_seconds`;

const BEGIN = `
  insert into sign_in_failures as f (account, failures, last_at)
  values ($1, 1, clock_timestamp())
  on conflict (account) do update
     set failures = f.failures + 1,
         last_at = clock_timestamp(),
         locked_until = case when f.failures + 1 >= $2::int
           then clock_timestamp() + make_interval(secs =>
                least($3::float, power(2, least($4::int, f.failures + 1 - $2::int)))) end
   where f.locked_until is null or f.locked_until <= clock_timestamp()
  returning failures - 1 as before`;

const LOCKED = `
  select ceil(extract(epoch from locked_until - clock_timestamp()))::int as left_seconds
    from sign_in_failures where account = $1`;

/** Attempts in Postgres. Who cannot be counted is not let in: a database out of reach throws (ID-09). */
export const postgresAttempts = (pool: Pool, key: Uint8Array): Attempts => {
  const hashOf = (what: string, who: string): Buffer =>
    createHmac('sha256', key).update(`attempts\0${what}\0${who}`).digest();
  return {
    async take(what, who, perMinute) {
      if (perMinute === 0) return;
      const { rows } = await pool.query<{ taken: number; left_seconds: number }>(TAKE, [
        hashOf(what, who),
        WINDOW_SECONDS,
      ]);
      const [row] = rows;
      if (row === undefined || row.taken > perMinute) throw limited(row?.left_seconds ?? WINDOW_SECONDS);
    },

    async signInBegins(emailKey) {
      const account = hashOf('SIGN_IN', emailKey);
      const { rows } = await pool.query<{ before: number }>(BEGIN, [
        account,
        FREE_FAILURES,
        LONGEST_LOCK_SECONDS,
        LONGEST_EXPONENT,
      ]);
      const [begun] = rows;
      if (begun !== undefined) return begun.before;
      const locked = await pool.query<{ left_seconds: number | null }>(LOCKED, [account]);
      throw limited(locked.rows[0]?.left_seconds ?? 1);
    },

    async signInSucceeded(emailKey) {
      await pool.query('delete from sign_in_failures where account = $1', [hashOf('SIGN_IN', emailKey)]);
    },
  };
};
