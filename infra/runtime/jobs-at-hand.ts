import type { Task } from 'graphile-worker';
import type { ClientBase } from 'pg';
import { endJobs, unlockStrayJobs } from './job-locks.ts';
import { JobLost } from './job-queue.ts';

type Running = Readonly<{ id: string }>;

/** Ids of jobs begin at 1. */
const NO_JOB = '0';

/**
 * The jobs that this process runs, and those that it has done. A session that is lost at the wrong moment leaves a lock that
 * nobody ends, and whose worker lives: the job was picked up and the answer did not arrive, or it was done and that was not
 * stored.
 */
export class JobsAtHand {
  /** One entry a run: another run of a job may begin before the first has ended. */
  readonly #running = new Set<Running>();
  /** Lock names of the jobs that are done, by id, until they are ended for certain. */
  readonly #done = new Map<string, string>();

  /** The task, seen by this list. */
  watched(task: Task): Task {
    return async (payload, helpers) => {
      const { id, locked_by: pool } = helpers.job;
      const running = { id };
      this.#running.add(running);
      try {
        await task(payload, helpers);
        if (pool !== null) this.#done.set(id, pool);
      } catch (error) {
        // graphile-worker gives back what failed by its id and the name of the pool, by which it may run again by now.
        if (error instanceof JobLost) helpers.job.id = NO_JOB;
        throw error;
      } finally {
        this.#running.delete(running);
      }
    };
  }

  /** Ends what is done and gives back what nobody runs, of the locks of these names. Returns how many were given back. */
  async settle(db: Pick<ClientBase, 'query'>, pools: readonly string[], leaseMs: number): Promise<number> {
    const done = new Map(this.#done);
    await endJobs(db, done);
    for (const id of done.keys()) this.#done.delete(id);
    return unlockStrayJobs(db, { pools, running: [...this.#running].map(({ id }) => id) }, leaseMs);
  }
}
