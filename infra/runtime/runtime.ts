import type { JobHelpers, Task, TaskList } from 'graphile-worker';
import type { Client, ClientConfig, Pool } from 'pg';
import type { EventLog } from '../../domain/kernel/event-store.ts';
import type { MessageContext } from '../../domain/kernel/message.ts';
import { Postponed } from '../../domain/kernel/postponed.ts';
import type { AnyProcessManager } from '../../domain/kernel/process-manager.ts';
import type { AnyProjection } from '../../domain/kernel/projection.ts';
import type { AnyReactor, CommandBus } from '../../domain/kernel/reactor.ts';
import { openSession } from '../postgres/pool.ts';
import { Cancellations } from './cancellations.ts';
import { commandSender } from './command-sender.ts';
import { dispatchTask } from './dispatch-task.ts';
import { type EffectDependencies, effectTask } from './effect-task.ts';
import { unlockDeadJobs } from './job-locks.ts';
import { JobLost, type JobPayload, retryJob, returnJob } from './job-queue.ts';
import { createJobPool, JobRunner } from './job-runner.ts';
import { JobsAtHand } from './jobs-at-hand.ts';
import type { CommitFenced } from './leases.ts';
import { LogWindow } from './log-window.ts';
import { within } from './patience.ts';
import { refreshProcessStates } from './process-state-cache.ts';
import {
  type DispatchJob,
  type EffectJob,
  processSubscription,
  type TimerJob,
} from './process-subscription.ts';
import { ensureLive, liveRevision } from './projection-builder.ts';
import { projectionSubscription } from './projection-subscription.ts';
import { RunningEffects } from './running-effects.ts';
import { DEFAULT_TIMINGS, type Report, type RuntimeTimings, type Subscription } from './subscription.ts';
import { SubscriptionHost } from './subscription-host.ts';
import { isFaultOfEvent, messageOf } from './transient-errors.ts';
import { patientlyFor, SETBACK_MS } from './until-answered.ts';

export type RuntimeOptions = Readonly<{
  pool: Pool;
  /** For heartbeats, builds and the job queue, which LISTENs: past PgBouncer. Default: the settings of the pool. */
  direct?: ClientConfig;
  log: EventLog;
  bus: CommandBus;
  projections: readonly AnyProjection[];
  processManagers: readonly AnyProcessManager[];
  reactors: readonly AnyReactor[];
  /** Anything else that follows the log. */
  subscriptions?: readonly Subscription[];
  /** Per subscription, at its first registration. Default 8. */
  partitions?: number;
  /** Effects at once in this process. Default 8. */
  effectConcurrency?: number;
  timings?: Partial<RuntimeTimings>;
  report: Report;
  commit?: CommitFenced;
}>;

const DEFAULT_PARTITIONS = 8;
const COMMAND_CONCURRENCY = 4;
/** From the abort of an effect to giving it up though it still runs. */
const ABORT_GRACE_MS = 1_000;
/** For a query under way when its part is told to stop. */
const LAST_WORDS_MS = 2_000;
/** Deciding a command may take this long while the row of its instance is locked. */
const DISPATCH_PATIENCE_MS = 30_000;

/**
 * A failure of sending (never of the command itself) is tried again for ever, at most a minute apart, and soon where it was a
 * lost session; what is postponed, when its time has come.
 */
const retrying =
  <J extends JobPayload & Partial<Pick<TimerJob, 'context'>>>(
    task: string,
    { pool, report, jobPools }: Pick<EffectDependencies, 'pool' | 'report' | 'jobPools'>,
    run: (job: J, at: (context: MessageContext) => void) => Promise<void>,
  ) =>
  async (job: J, { job: { id, attempts } }: JobHelpers): Promise<void> => {
    let { context } = job;
    try {
      await run(job, (now) => {
        context = now;
      });
    } catch (error) {
      if (error instanceof JobLost) throw error;
      const held = () => ({ id, attempts, pools: jobPools() });
      const told = { key: job.jobKey, ...(context && { correlationId: context.correlationId }) };
      const patiently = patientlyFor(report, told);
      if (error instanceof Postponed) return patiently(() => returnJob(pool, held(), task, job, error.ms));
      report('warn', `${task} failed, trying again`, { ...told, error: messageOf(error) });
      if (!isFaultOfEvent(error)) return patiently(() => returnJob(pool, held(), task, job, SETBACK_MS));
      const delayMs = Math.min(60_000, 250 * 2 ** Math.min(job.failedAttempts, 10));
      await patiently(() => retryJob(pool, held(), task, job, delayMs));
    }
  };

/** Everything that follows the log in one process: projections, process managers, their commands, timers and effects. */
export class Runtime {
  readonly #options: RuntimeOptions;
  readonly #timings: RuntimeTimings;
  readonly #jobPool: Pool;
  readonly #tail: LogWindow;
  readonly #host: SubscriptionHost;
  readonly #commands: JobRunner;
  readonly #effects: JobRunner;
  readonly #stopping = new AbortController();
  readonly #running = new RunningEffects();
  readonly #atHand = new JobsAtHand();
  #background: Promise<unknown> = Promise.resolve();
  #stopped: Promise<void> | null = null;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    const effectConcurrency = options.effectConcurrency ?? 8;
    // Two more that LISTEN.
    const connections = COMMAND_CONCURRENCY + effectConcurrency + 2;
    this.#jobPool = createJobPool(this.#direct, connections, options.report);
    this.#timings = { ...DEFAULT_TIMINGS, ...options.timings };
    const { pool, log, report } = options;
    this.#tail = new LogWindow(log, this.#timings.pollMs, report);
    const jobs = { pool: this.#jobPool, pollMs: this.#timings.pollMs, report };
    const { commands, effects } = this.#tasks();
    this.#commands = new JobRunner({ ...jobs, tasks: commands, concurrency: COMMAND_CONCURRENCY });
    this.#effects = new JobRunner({ ...jobs, tasks: effects, concurrency: effectConcurrency });
    this.#host = new SubscriptionHost({
      pool,
      connect: this.#connect,
      tail: this.#tail,
      timings: this.#timings,
      report,
      jobPools: () => this.#jobPools(),
      onBeat: async (client) => {
        const unlocked = await unlockDeadJobs(client, this.#timings.leaseMs);
        if (unlocked > 0) report('warn', 'took jobs back from dead workers', { workers: unlocked });
        const strays = await this.#atHand.settle(client, this.#jobPools(), this.#timings.leaseMs);
        if (strays > 0)
          report('warn', 'gave jobs back that this worker had locked and does not run', { jobs: strays });
      },
      onSilence: () => this.#abortLostEffects(),
      ...(options.commit === undefined ? {} : { commit: options.commit }),
    });
  }

  /** Identity of this process among the workers. */
  get workerId(): string {
    return this.#host.workerId;
  }

  /**
   * Resolves when every part runs and every projection has a table that can be read. A projection whose older revision
   * is live is rebuilt in the background. Waits for a database that does not answer; throws when it stays out of reach.
   */
  async start(): Promise<void> {
    const { projections, processManagers, subscriptions = [], pool, report } = this.#options;
    const patiently = patientlyFor(report, { part: 'start of the worker' }, this.#stopping.signal);
    await patiently(() => this.#tail.start());
    this.#host.start();
    for (const subscription of subscriptions) await patiently(() => this.#host.add(subscription));
    for (const manager of processManagers) await patiently(() => this.#addManager(manager));
    const behind: AnyProjection[] = [];
    for (const projection of projections) {
      const live = await patiently(() => liveRevision(pool, projection.name));
      if (live === null) await patiently(() => this.#addProjection(projection));
      else behind.push(projection);
    }
    this.#background = Promise.all(
      behind.map((projection) => patiently(() => this.#addProjection(projection))),
    );
    this.#commands.start();
    if (this.#options.reactors.length > 0) this.#effects.start();
  }

  /** Stops claiming, finishes what is under way until `deadlineMs`, abandons the rest, gives every lease back. */
  stop(deadlineMs = 10_000): Promise<void> {
    this.#stopped ??= this.#stop(deadlineMs);
    return this.#stopped;
  }

  async #stop(deadlineMs: number): Promise<void> {
    this.#stopping.abort();
    const { report } = this.#options;
    const deadline = setTimeout(() => this.#running.abortAll(new Error('the worker stops')), deadlineMs);
    // The heartbeat goes on until the jobs have ended: it is what holds them.
    await Promise.all([
      this.#host.drain(deadlineMs),
      this.#commands.stop(deadlineMs + ABORT_GRACE_MS),
      this.#effects.stop(deadlineMs + ABORT_GRACE_MS),
      within(deadlineMs + ABORT_GRACE_MS, 'building a projection', this.#background, report),
    ]);
    clearTimeout(deadline);
    // What has not drained by now had its time: all parts together end well before the process is ended.
    await within(2 * LAST_WORDS_MS, 'the heartbeat', this.#host.stop(LAST_WORDS_MS), report);
    await within(LAST_WORDS_MS, 'reading the log', this.#tail.stop(), report);
    await within(LAST_WORDS_MS, 'the pool of the job queue', this.#jobPool.end(), report);
  }

  get #direct(): ClientConfig {
    return this.#options.direct ?? this.#options.pool.options;
  }

  readonly #connect = (): Promise<Client> => openSession(this.#direct);

  #jobPools(): readonly string[] {
    return [...this.#commands.lockNames, ...this.#effects.lockNames];
  }

  async #abortLostEffects(): Promise<void> {
    const lost = await this.#running.abortLost(this.#options.pool, this.#jobPools());
    this.#options.report('warn', 'this worker was silent for longer than a lease', { effectsLost: lost });
  }

  async #addManager(manager: AnyProcessManager): Promise<void> {
    await this.#host.add(processSubscription(manager, this.#partitions));
    const { log, report } = this.#options;
    if (!(await refreshProcessStates(manager, { connect: this.#connect, log })))
      report('warn', 'a newer revision of this process manager is at work', { manager: manager.name });
  }

  async #addProjection(projection: AnyProjection): Promise<void> {
    const { pool, log, report } = this.#options;
    const deps = { pool, connect: this.#connect, log, partitions: this.#partitions, report };
    if (await ensureLive(projection, deps, this.#stopping.signal))
      await this.#host.add(projectionSubscription(projection, this.#partitions, log));
  }

  get #partitions(): number {
    return this.#options.partitions ?? DEFAULT_PARTITIONS;
  }

  #tasks(): { commands: TaskList; effects: TaskList } {
    const { pool, log, bus, report, reactors } = this.#options;
    const send = commandSender(bus, pool, report);
    const dispatch = dispatchTask(pool, send, DISPATCH_PATIENCE_MS);
    const deps: EffectDependencies = {
      pool,
      send,
      cancellations: new Cancellations(this.#tail, log),
      report,
      jobPools: () => this.#jobPools(),
      running: this.#running,
    };
    const commands: TaskList = {
      dispatch: this.#atHand.watched(
        retrying('dispatch', deps, (job: DispatchJob, at) => dispatch(job, at)) as Task,
      ),
      timer: this.#atHand.watched(retrying('timer', deps, (job: TimerJob) => send(job)) as Task),
    };
    const effects: TaskList = {};
    for (const reactor of reactors) {
      const runEffect = effectTask(reactor, deps);
      effects[`effect:${reactor.type}`] = this.#atHand.watched(((
        job: EffectJob,
        { job: { id, attempts } }: JobHelpers,
      ) => runEffect(job, { id, attempts })) as Task);
    }
    return { commands, effects };
  }
}
