import type { Pool } from 'pg';
import { holdsJob, JobLost, type PickedUp } from './job-queue.ts';

/** The effects that this process runs at the moment, so that they can be aborted from outside. */
export class RunningEffects {
  /** One entry a run: another run of a job may begin before the first has ended. */
  readonly #running = new Set<Readonly<{ job: PickedUp; controller: AbortController }>>();
  #stopped: Error | null = null;

  /** Call `end` when the effect is over. Aborted from the start when everything was. */
  begin(job: PickedUp): Readonly<{ signal: AbortSignal; end: () => void }> {
    const controller = new AbortController();
    if (this.#stopped !== null) controller.abort(this.#stopped);
    const run = { job, controller };
    this.#running.add(run);
    return { signal: controller.signal, end: () => this.#running.delete(run) };
  }

  /** Also those that begin later: a worker that stops may have asked the queue for one more job. */
  abortAll(reason: Error): void {
    this.#stopped = reason;
    for (const { controller } of this.#running) controller.abort(reason);
  }

  /** Aborts those that another worker took over while this process was silent; the others go on. Returns how many. */
  async abortLost(pool: Pool, jobPools: readonly string[]): Promise<number> {
    let lost = 0;
    for (const { job, controller } of this.#running) {
      if (await holdsJob(pool, { ...job, pools: jobPools })) continue;
      controller.abort(new JobLost());
      lost += 1;
    }
    return lost;
  }
}
