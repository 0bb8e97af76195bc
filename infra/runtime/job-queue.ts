import type { ClientBase, Pool } from 'pg';
import { inTransaction } from './transaction.ts';

type Queryable = Pick<ClientBase, 'query'>;

/** A job of graphile-worker. A waiting job with the same key is replaced; one that runs is left to end by itself. */
export type Job = Readonly<{
  task: string;
  payload: JobPayload;
  /** RFC 3339; absent: now. */
  runAt?: string;
}>;

/** What every payload carries: its key, for a further attempt, and how many have failed. */
export type JobPayload = Readonly<{ jobKey: string; failedAttempts: number }>;

/**
 * Never reached: attempts that count are counted in the payload, because graphile-worker also counts the pick-ups of workers
 * that were killed, and a job whose attempts are used up is never run again.
 */
const GRAPHILE_ATTEMPTS = 32_000;

/** In the caller's transaction (ES-12). Keys must differ within one call. */
export const addJobs = async (db: Queryable, jobs: readonly Job[]): Promise<void> => {
  if (jobs.length === 0) return;
  await db.query(
    `select from graphile_worker.add_jobs(array(
       select row(task, payload::json, null, run_at, $5::smallint, key, null, null)::graphile_worker.job_spec
       from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[]) given (task, payload, run_at, key)))`,
    [
      jobs.map(({ task }) => task),
      jobs.map(({ payload }) => JSON.stringify(payload)),
      jobs.map(({ runAt }) => runAt ?? null),
      jobs.map(({ payload }) => payload.jobKey),
      GRAPHILE_ATTEMPTS,
    ],
  );
};

/** What graphile-worker says about the job at hand; `attempts` counts how often it was picked up, this time included. */
export type PickedUp = Readonly<{ id: string; attempts: number }>;

/** A run of a job, and the lock names of this process's workers. */
export type HeldJob = PickedUp & Readonly<{ pools: readonly string[] }>;

/** Thrown out of a job whose worker was taken for dead: graphile-worker then leaves it to its new holder. */
export class JobLost extends Error {
  constructor() {
    super('another worker took the job over');
    this.name = 'JobLost';
  }
}

/**
 * Of a lock, its name alone does not tell two runs of one process apart: what was taken from it may have come back to it. Each pick-up
 * counts. One that was asked for anew while it runs has all attempts used up, so that nobody picks it up again.
 */
const HELD = 'id = $1 and locked_by = any($2) and (attempts = $3 or attempts >= max_attempts)';

/** The look at the job and the queueing are one transaction of two short statements. */
const REQUEUE_PATIENCE_MS = 5_000;

/**
 * Queues a running job again under its key, so that it gives the key away: a crash right after leaves exactly one to run. Not
 * where the key is gone: then the job was taken back while it ran, or asked for anew. Throws `JobLost`.
 */
const requeueJob = (pool: Pool, { id, pools, attempts }: HeldJob, job: Job): Promise<void> =>
  inTransaction(pool, REQUEUE_PATIENCE_MS, async (client) => {
    const { rows } = await client.query<{ key: string | null }>(
      `select key from graphile_worker._private_jobs where ${HELD} for update`,
      [id, pools, attempts],
    );
    const [held] = rows;
    if (held === undefined) throw new JobLost();
    if (held.key === job.payload.jobKey) await addJobs(client, [job]);
  });

/** Queues a further attempt. graphile-worker's own delays grow to six hours. */
export const retryJob = async <P extends JobPayload>(
  pool: Pool,
  held: HeldJob,
  task: string,
  payload: P,
  delayMs: number,
): Promise<void> => {
  const runAt = new Date(Date.now() + delayMs).toISOString();
  const again = { ...payload, failedAttempts: payload.failedAttempts + 1 };
  await requeueJob(pool, held, { task, payload: again, runAt });
};

/** Queues a job again that has not failed: a worker that stops leaves it to the next, or it cannot go on yet. */
export const returnJob = <P extends JobPayload>(
  pool: Pool,
  held: HeldJob,
  task: string,
  payload: P,
  delayMs: number,
): Promise<void> =>
  requeueJob(pool, held, {
    task,
    payload,
    ...(delayMs > 0 ? { runAt: new Date(Date.now() + delayMs).toISOString() } : {}),
  });

export const removeJobs = async (db: Queryable, keys: readonly string[]): Promise<void> => {
  for (const key of keys) await db.query('select from graphile_worker.remove_job($1)', [key]);
};

/** True while this run holds the job: nobody took its worker for dead. */
export const holdsJob = async (db: Queryable, { id, pools, attempts }: HeldJob): Promise<boolean> => {
  const { rowCount } = await db.query(`select from graphile_worker.jobs where ${HELD}`, [
    id,
    pools,
    attempts,
  ]);
  return rowCount === 1;
};
