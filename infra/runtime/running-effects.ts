import type { Pool } from 'pg';
import { holdsJob, JobLost } from './job-queue.ts';

/** The effects that this process runs at the moment, so that they can be aborted from outside. */
export class RunningEffects {
  readonly #running = new Map<string, AbortController>();
  #stopped: Error | null = null;

  /** Call `end` when the effect is over. Aborted from the start when everything was. */
  begin(jobId: string): Readonly<{ signal: AbortSignal; end: () => void }> {
    const controller = new AbortController();
    if (this.#stopped !== null) controller.abort(this.#stopped);
    this.#running.set(jobId, controller);
    return { signal: controller.signal, end: () => this.#running.delete(jobId) };
  }

  /** Also those that begin later: a worker that stops may have asked the queue for one more job. */
  abortAll(reason: Error): void {
    this.#stopped = reason;
    for (const controller of this.#running.values()) controller.abort(reason);
  }

  /** Aborts those that another worker took over while this process was silent; the others go on. Returns how many. */
  async abortLost(pool: Pool, jobPools: readonly string[]): Promise<number> {
    let lost = 0;
    for (const [jobId, controller] of this.#running) {
      if (await holdsJob(pool, { id: jobId, pools: jobPools })) continue;
      controller.abort(new JobLost());
      lost += 1;
    }
    return lost;
  }
}
