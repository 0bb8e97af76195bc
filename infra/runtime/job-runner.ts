import { EventEmitter } from 'node:events';
import { Logger, type Runner, run, type TaskList, type WorkerEvents } from 'graphile-worker';
import pg, { type ClientConfig, type Pool, type PoolClient } from 'pg';
import { within } from './patience.ts';
import { pause } from './pause.ts';
import type { Report } from './subscription.ts';
import { messageOf } from './transient-errors.ts';

/**
 * A pool as graphile-worker expects it: int8 as text (pg's default), and no broken session may end the process. A failure to
 * connect carries no code: after that of a server that starts up, graphile-worker would look for jobs again only after 3 s, and
 * later each time, up to two minutes after the server was there.
 */
export const createJobPool = (direct: ClientConfig, max: number, report: Report): Pool => {
  const { types: _, ...config } = direct;
  const pool = new pg.Pool({ ...config, max });
  const lost = (error: Error): void => report('warn', 'job queue session lost', { error: error.message });
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', lost));
  const connect = pool.connect.bind(pool);
  const connectPlainly = async (): Promise<PoolClient> => {
    try {
      return await connect();
    } catch (cause) {
      throw new Error(messageOf(cause), { cause });
    }
  };
  const value = (callback?: Parameters<typeof connect>[0]) =>
    callback === undefined ? connectPlainly() : connect(callback);
  return Object.defineProperty(pool, 'connect', { value });
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
const LEVELS = { error: 'error', warning: 'warn', info: 'info', debug: 'info' } as const;

/**
 * Without a batch, a session lost while a job is ended is a rejection that nobody handles, which ends the process. With one the
 * runner takes no more jobs and ends.
 */
const BATCHES = { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } };

/** A runner of graphile-worker, and when it begins to end: by itself, or because it was told to. */
type Running = Readonly<{ runner: Runner; ending: Promise<void> }>;

/**
 * One graphile-worker pool that outlives failures of the database: graphile's own ends with them. The next one does not wait for
 * the jobs that the last one still runs.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #stopping = new AbortController();
  readonly #runners = new Map<Runner, Promise<void>>();
  readonly #lockNames = new Set<string>();
  #running: Promise<void> | null = null;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /** What graphile-worker writes into `locked_by`: the name of the pool that takes jobs, and of those that end theirs. */
  get lockNames(): readonly string[] {
    return [...this.#lockNames];
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /**
   * Takes no more jobs and waits for those under way until `deadlineMs`. What runs on after that is left to other workers as
   * soon as this one no longer beats.
   */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping.abort();
    const ended = async (): Promise<void> => {
      await this.#running;
      await Promise.all(this.#runners.values());
    };
    await within(deadlineMs, 'jobs', ended(), this.#options.report);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const stopped = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    while (!signal.aborted) {
      try {
        const { runner, ending } = await this.#connect();
        this.#runners.set(runner, this.#ended(runner));
        await Promise.race([ending, stopped]);
        if (signal.aborted) await runner.stop();
        else this.#options.report('warn', 'job workers end, starting others', {});
      } catch (error) {
        if (!signal.aborted) this.#tell('warn', 'job workers did not start, trying again', error);
      }
      await pause(RESTART_MS, signal);
    }
  }

  async #ended(runner: Runner): Promise<void> {
    try {
      await runner.promise;
    } catch (error) {
      this.#tell('warn', 'job workers ended', error);
    }
    this.#runners.delete(runner);
  }

  async #connect(): Promise<Running> {
    const { pool, tasks, concurrency, pollMs, report } = this.#options;
    const events: WorkerEvents = new EventEmitter();
    const ending = Promise.withResolvers<void>();
    events.on('pool:create', ({ workerPool }) => this.#lockNames.add(workerPool.id));
    events.on('pool:gracefulShutdown', () => ending.resolve());
    events.on('pool:release', ({ workerPool }) => {
      this.#lockNames.delete(workerPool.id);
      ending.resolve();
    });
    const logger = new Logger(() => (level, message) => {
      if (level === 'error' || level === 'warning')
        report(LEVELS[level], message, { part: 'graphile-worker' });
    });
    const runner = await run({
      pgPool: pool,
      taskList: tasks,
      concurrency,
      noHandleSignals: true,
      pollInterval: pollMs,
      events,
      logger,
      crontab: '',
      preset: BATCHES,
    });
    return { runner, ending: ending.promise };
  }

  #tell(level: 'warn' | 'error', message: string, error: unknown): void {
    this.#options.report(level, message, { error: messageOf(error) });
  }
}
