import { EventEmitter } from 'node:events';
import { Logger, type Runner, run, type TaskList, type WorkerEvents } from 'graphile-worker';
import pg, { type ClientConfig, type Pool } from 'pg';
import { within } from './patience.ts';
import { pause } from './pause.ts';
import type { Report } from './subscription.ts';
import { messageOf } from './transient-errors.ts';

/** A pool as graphile-worker expects it: int8 as text (pg's default), and no broken session may end the process. */
export const createJobPool = (direct: ClientConfig, max: number, report: Report): Pool => {
  const { types: _, ...config } = direct;
  const pool = new pg.Pool({ ...config, max });
  const lost = (error: Error): void => report('warn', 'job queue session lost', { error: error.message });
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', lost));
  return pool;
};

export type JobRunnerOptions = Readonly<{
  pool: Pool;
  tasks: TaskList;
  /** Jobs at once in this process. */
  concurrency: number;
  pollMs: number;
  report: Report;
}>;

const RESTART_MS = 500;
const KILL_MS = 2_000;
const LEVELS = { error: 'error', warning: 'warn', info: 'info', debug: 'info' } as const;

/** One graphile-worker pool that outlives failures of the database: graphile's own ends with them. */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #stopping = new AbortController();
  #runner: Runner | null = null;
  #lockName: string | null = null;
  #running: Promise<void> | null = null;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /** What graphile-worker writes into `locked_by`; null while not connected. */
  get lockName(): string | null {
    return this.#lockName;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /**
   * Takes no more jobs and waits for those under way. After `deadlineMs` they are given back to the queue, whether they have
   * ended or not.
   */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping.abort();
    // While still connecting there is no runner yet: the loop stops the one it gets.
    const runner = this.#runner;
    const { report } = this.#options;
    const ended = Promise.all([runner?.stop(), this.#running]);
    if (await within(deadlineMs, 'jobs', ended, report)) return;
    if (runner !== null) await within(KILL_MS, 'giving jobs back', runner.kill(), report);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        this.#runner = await this.#connect();
        // Stopped while connecting.
        if (signal.aborted) await this.#runner.stop();
        await this.#runner.promise;
      } catch (error) {
        if (!signal.aborted) this.#tell('warn', 'job workers ended, starting again', error);
      }
      this.#lockName = null;
      await pause(RESTART_MS, signal);
    }
  }

  async #connect(): Promise<Runner> {
    const { pool, tasks, concurrency, pollMs, report } = this.#options;
    const events: WorkerEvents = new EventEmitter();
    events.on('pool:create', ({ workerPool }) => {
      this.#lockName = workerPool.id;
    });
    const logger = new Logger(() => (level, message) => {
      if (level === 'error' || level === 'warning')
        report(LEVELS[level], message, { part: 'graphile-worker' });
    });
    return run({
      pgPool: pool,
      taskList: tasks,
      concurrency,
      noHandleSignals: true,
      pollInterval: pollMs,
      events,
      logger,
      crontab: '',
    });
  }

  #tell(level: 'warn' | 'error', message: string, error: unknown): void {
    this.#options.report(level, message, { error: messageOf(error) });
  }
}
