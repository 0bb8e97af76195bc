import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import type { ExecutionLeases } from '../../commands/refactoring/services.ts';

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

type LeaseRow = Readonly<{ job_id: string; token_hash: Buffer | null; running: boolean }>;

/** Leases in Postgres: one row per execution, the holder decided by one statement (decision 0040). */
export const postgresExecutionLeases = (pool: Pool): ExecutionLeases => ({
  async acquire({ executionId, jobId, claimant, leaseSeconds, at }) {
    const { rowCount } = await pool.query(
      `insert into execution_leases as held (execution_id, job_id, claimant, expires_at)
       values ($1, $2, $3, $4::timestamptz + make_interval(secs => $5))
       on conflict (execution_id) do update
         set claimant = excluded.claimant, expires_at = excluded.expires_at, token_hash = null
         where held.job_id = excluded.job_id and (held.claimant = excluded.claimant or held.expires_at <= $4)`,
      [executionId, jobId, claimant, at, leaseSeconds],
    );
    return rowCount === 1;
  },

  async issue({ executionId, claimant }) {
    const token = randomBytes(32).toString('base64url');
    const { rowCount } = await pool.query(
      'update execution_leases set token_hash = $3 where execution_id = $1 and claimant = $2',
      [executionId, claimant, hashOf(token)],
    );
    return rowCount === 1 ? token : null;
  },

  async check({ executionId, jobId, token, at }) {
    const { rows } = await pool.query<LeaseRow>(
      'select job_id, token_hash, expires_at > $2 as running from execution_leases where execution_id = $1',
      [executionId, at],
    );
    const lease = rows[0];
    // Compared with a hash in every case, so that the time taken does not tell which part was wrong.
    const same = timingSafeEqual(lease?.token_hash ?? Buffer.alloc(32), hashOf(token));
    if (lease === undefined || !same || lease.job_id !== jobId) return 'FOREIGN';
    return lease.running ? 'VALID' : 'EXPIRED';
  },

  async renew({ executionId, leaseSeconds, at }) {
    await pool.query(
      `update execution_leases set expires_at = greatest(expires_at, $2::timestamptz + make_interval(secs => $3))
       where execution_id = $1`,
      [executionId, at, leaseSeconds],
    );
  },
});
