import type { Pool } from 'pg';
import { refactorJobs } from '../../../projections/refactoring/refactor-jobs.ts';
import { isUnbuilt } from '../../postgres/unbuilt.ts';
import type { OwnedJobs } from './backlog.ts';

/**
 * From the read table and its checkpoint, in one snapshot: both are written in one transaction. Where several revisions are
 * being followed, the slowest counts.
 */
const QUERY = `
select array(select job_id from read."${refactorJobs.table}" where owner_id = $1) as job_ids,
       coalesce((select min(position) from runtime.partitions where starts_with(subscription, $2)), 0) as up_to`;

export const postgresOwnedJobs =
  (pool: Pick<Pool, 'query'>): OwnedJobs =>
  async (userId) => {
    try {
      const { rows } = await pool.query<{ job_ids: string[]; up_to: string | bigint }>({
        name: 'owned-jobs',
        text: QUERY,
        values: [userId, `${refactorJobs.name}@`],
      });
      const [row] = rows;
      return { jobIds: row?.job_ids ?? [], upTo: BigInt(row?.up_to ?? 0) };
    } catch (error) {
      if (isUnbuilt(error)) return { jobIds: [], upTo: 0n };
      throw error;
    }
  };
