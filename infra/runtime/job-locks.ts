import type { ClientBase } from 'pg';

type Queryable = Pick<ClientBase, 'query'>;

/**
 * Gives back the jobs of workers that stopped beating; graphile-worker itself would wait four hours. A lock younger than the
 * lease is left alone: its worker may be about to announce itself. What had given its key away, to a further attempt or because
 * it was taken back, and was not ended by its worker never runs again, and is removed. Returns how many workers were dead.
 */
export const unlockDeadJobs = async (db: Queryable, leaseMs: number): Promise<number> => {
  const { rows } = await db.query<{ workers: number }>(
    `with dead as (
       select distinct locked_by as pool from graphile_worker._private_jobs
       where locked_at < clock_timestamp() - $1 * interval '1 ms' and locked_by not in (
         select unnest(job_pools) from runtime.workers where heartbeat_at > clock_timestamp() - $1 * interval '1 ms')
     ), left_behind as (
       select id, key is null and attempts >= max_attempts as is_spent from graphile_worker._private_jobs
       where locked_by in (select pool from dead) or (locked_at is null and key is null and attempts >= max_attempts)
       for update skip locked
     ), removed as (
       delete from graphile_worker._private_jobs job using left_behind where job.id = left_behind.id and is_spent
     ), unlocked as (
       update graphile_worker._private_jobs job set locked_at = null, locked_by = null
       from left_behind where job.id = left_behind.id and not is_spent
     )
     select count(*)::int as workers from dead`,
    [leaseMs],
  );
  return rows[0]?.workers ?? 0;
};

/** Ends jobs that are done: their lock names by id. Nothing where graphile-worker has ended them. */
export const endJobs = async (db: Queryable, done: ReadonlyMap<string, string>): Promise<void> => {
  if (done.size === 0) return;
  await db.query(
    `delete from graphile_worker._private_jobs job using unnest($1::bigint[], $2::text[]) done (id, pool)
     where job.id = done.id and job.locked_by = done.pool`,
    [[...done.keys()], [...done.values()]],
  );
};

export type Holder = Readonly<{ pools: readonly string[]; running: readonly string[] }>;

/** Gives back what a living worker locked longer than a lease ago and does not run. Returns how many jobs. */
export const unlockStrayJobs = async (
  db: Queryable,
  { pools, running }: Holder,
  leaseMs: number,
): Promise<number> => {
  const { rowCount } = await db.query(
    `update graphile_worker._private_jobs set locked_at = null, locked_by = null
     where locked_by = any($1) and id <> all($2::bigint[]) and locked_at < clock_timestamp() - $3 * interval '1 ms'`,
    [pools, running, leaseMs],
  );
  return rowCount ?? 0;
};
