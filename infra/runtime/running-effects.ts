import type { Pool } from 'pg';
import { holdsJob } from './job-queue.ts';

/** The effects that this process runs at the moment, so that they can be aborted from outside. */
export class RunningEffects {
  readonly #running = new Map<string, AbortController>();

  /** Call `end` when the effect is over. */
  begin(jobId: string): Readonly<{ signal: AbortSignal; end: () => void }> {
    const controller = new AbortController();
    this.#running.set(jobId, controller);
    return { signal: controller.signal, end: () => this.#running.delete(jobId) };
  }

  abortAll(reason: Error): void {
    for (const controller of this.#running.values()) controller.abort(reason);
  }

  /** Aborts those that another worker took over while this process was silent; the others go on. Returns how many. */
  async abortLost(pool: Pool, jobPools: readonly string[]): Promise<number> {
    let lost = 0;
    for (const [jobId, controller] of this.#running) {
      if (await holdsJob(pool, jobId, jobPools)) continue;
      controller.abort(new Error('another worker took the effect over'));
      lost += 1;
    }
    return lost;
  }
}
