import type { Pool, PoolClient } from 'pg';
import type { Positioned } from '../../domain/kernel/message.ts';
import { attempt, handling, isForOthers, worksAgain } from './attempts.ts';
import * as letters from './dead-letter-store.ts';
import { isRetryIn } from './dead-letters.ts';
import { type CommitFenced, type Lease, readCheckpoint } from './leases.ts';
import type { LogWindow } from './log-window.ts';
import { partitionOf } from './partitioning.ts';
import { pause } from './pause.ts';
import {
  type Delivery,
  type Report,
  type RuntimeTimings,
  retryDelayMs,
  type Subscription,
} from './subscription.ts';
import { inOpenTransaction } from './transaction.ts';
import { isFaultOfEvent, isLeaseLost, isTransient, messageOf } from './transient-errors.ts';

export type PartitionDependencies = Readonly<{
  pool: Pool;
  tail: LogWindow;
  timings: RuntimeTimings;
  report: Report;
  commit: CommitFenced;
}>;

const RECOVERY_INTERVAL_MS = 100;

type Plan = Readonly<{ deliveries: readonly Delivery[]; deferred: readonly Delivery[] }>;

/** What may pass is told only when it does not: after 4 failures in a row, then after 8, 16 and so on. */
export const isNoteworthy = (failures: number): boolean =>
  failures >= 4 && Number.isInteger(Math.log2(failures));

/** Processes one partition while its lease is held: one loop, one transaction at a time. */
export class PartitionRunner {
  readonly lease: Lease;
  readonly #subscription: Subscription;
  readonly #deps: PartitionDependencies;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  /** Where the runner is; `#stored` is what the database says. */
  #position = 0n;
  #stored = 0n;
  #storedAt = 0;
  #blocked = new Set<string>();
  #recoveredAt = 0;
  #failures = 0;

  constructor(subscription: Subscription, lease: Lease, deps: PartitionDependencies) {
    this.lease = lease;
    this.#subscription = subscription;
    this.#deps = deps;
    this.#done = this.#run();
  }

  /** Resolves when the loop has ended: lease lost, or stopped. Never rejects. */
  get done(): Promise<void> {
    return this.#done;
  }

  /** Finishes the transaction under way, then ends. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let stale = true;
    while (!signal.aborted) {
      try {
        if (stale && !(await this.#reload())) return;
        stale = false;
        await this.#step();
        this.#failures = 0;
      } catch (error) {
        if (isLeaseLost(error)) {
          this.#tell('warn', 'lease lost', error);
          return;
        }
        // The commit may have succeeded though its answer was lost: what the database says counts.
        stale = true;
        this.#failures += 1;
        if (!isTransient(error) || isNoteworthy(this.#failures))
          this.#tell('error', `partition failed ${this.#failures} times in a row, trying again`, error);
        const delay = Math.min(5_000, 50 * 2 ** Math.min(this.#failures, 7));
        await pause(delay, signal);
      }
    }
    await this.#storePosition().catch((error: unknown) =>
      this.#tell('info', 'last checkpoint not stored', error),
    );
  }

  /** False: told to stop. It is not waited for then, because whoever holds the connections of the pool may keep them for long. */
  async #reload(): Promise<boolean> {
    const { pool } = this.#deps;
    const { signal } = this.#stopping;
    const read = (async () => ({
      stored: await readCheckpoint(pool, this.lease),
      blocked: await letters.blockedLanes(pool, this.lease),
    }))();
    const stopped = Promise.withResolvers<null>();
    const stop = (): void => stopped.resolve(null);
    signal.addEventListener('abort', stop, { once: true });
    try {
      const found = await Promise.race([read, stopped.promise]);
      if (found === null) return false;
      this.#stored = found.stored;
      this.#position = found.stored;
      this.#storedAt = Date.now();
      this.#blocked = found.blocked;
      return true;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async #step(): Promise<void> {
    const { tail, timings } = this.#deps;
    if (this.#blocked.size > 0 && Date.now() - this.#recoveredAt >= RECOVERY_INTERVAL_MS)
      await this.#recover();
    const events = await tail.read(this.#position, timings.batchSize);
    if (events.length > 0) {
      // Nothing may have waited since the event was skipped: only its decision tells that there is something to try.
      if (events.some((event) => isRetryIn(this.lease.subscription, event))) await this.#recover();
      return this.#process(events);
    }
    if (this.#idleFor() <= 0) await this.#storePosition();
    const patience = this.#blocked.size > 0 ? RECOVERY_INTERVAL_MS : timings.pollMs;
    const due = this.#position > this.#stored ? Math.max(1, this.#idleFor()) : patience;
    await tail.wait(this.#position, Math.min(patience, due), this.#stopping.signal);
  }

  async #process(events: readonly Positioned[]): Promise<void> {
    const last = events.at(-1);
    if (last === undefined) return;
    const to = last.metadata.globalPosition;
    const plan = this.#plan(events);
    if (plan.deliveries.length === 0 && plan.deferred.length === 0) {
      this.#position = to;
      if (this.#idleFor() <= 0) await this.#storePosition();
      return;
    }
    try {
      await this.#transaction(to, async (client) => {
        await handling(this.#subscription, plan.deliveries)(client);
        await letters.deferDeliveries(client, this.lease, plan.deferred);
      });
    } catch (error) {
      if (isLeaseLost(error) || !isFaultOfEvent(error)) throw error;
      await this.#processOneByOne(events);
    }
  }

  /** Finds the events that fail, sets their lanes aside, and lets every other lane go on. */
  async #processOneByOne(events: readonly Positioned[]): Promise<void> {
    for (const event of events) {
      const blocked = new Set(this.#blocked);
      const plan = this.#plan([event]);
      await this.#transaction(event.metadata.globalPosition, async (client) => {
        await letters.deferDeliveries(client, this.lease, plan.deferred);
        for (const delivery of plan.deliveries) {
          const error = await attempt(client, [handling(this.#subscription, [delivery])]);
          if (error === null) continue;
          blocked.add(delivery.lane);
          this.#tell('warn', 'event failed, its lane waits', error, event);
          const delay = retryDelayMs(this.#deps.timings, 1);
          await letters.addDeadLetter(client, this.lease, delivery, messageOf(error), delay);
        }
      });
      this.#blocked = blocked;
    }
  }

  async #recover(): Promise<void> {
    const { pool } = this.#deps;
    for (const letter of await letters.dueLetters(pool, this.lease)) await this.#retry(letter);
    for (const lane of await letters.drainableLanes(pool, this.lease)) await this.#drain(lane);
    this.#blocked = await letters.blockedLanes(pool, this.lease);
    this.#recoveredAt = Date.now();
  }

  async #retry(letter: letters.DueLetter): Promise<void> {
    const event = await this.#deps.tail.at(letter.position);
    const again = this.#again(event, letter.lane);
    const { pool, timings } = this.#deps;
    if (isForOthers(this.#subscription, letter, again)) return this.#handOver(letter, again);
    const place = { pool, position: this.#position, signal: this.#stopping.signal };
    const works = await worksAgain(this.#subscription, place, letter, again);
    if (works === null) return;
    await this.#transaction(this.#position, async (client) => {
      if (!(await letters.lockLetter(client, letter.id))) return;
      if (letter.takenBack && (await letters.deferLetter(client, this.lease, letter))) return;
      const error = await attempt(client, works);
      if (error === null) return letters.resolveLetter(client, letter.id);
      const attempts = letter.attempts + 1;
      const park = attempts >= timings.maxAttempts;
      if (park) this.#tell('error', 'event parked in the dead letters', error, event);
      const delayMs = retryDelayMs(timings, attempts);
      await letters.failLetterAgain(client, letter.id, { error: messageOf(error), park, delayMs });
    });
  }

  /** Each lane gets a letter of its own, which the holder of its partition tries. */
  async #handOver(letter: letters.DueLetter, deliveries: readonly Delivery[]): Promise<void> {
    await this.#transaction(this.#position, async (client) => {
      if (!(await letters.lockLetter(client, letter.id))) return;
      await letters.handOver(
        client,
        this.lease,
        letter.id,
        deliveries.map(({ lane }) => ({ lane, partition: partitionOf(lane, this.lease.partitions) })),
      );
    });
  }

  /** An event without lanes was parked under its stream; if they can be named by now, they are what is tried. */
  #again(event: Positioned, lane: string): readonly Delivery[] {
    const now = this.#lanes(event);
    const own = now.filter((delivery) => delivery.lane === lane);
    return own.length > 0 ? own : now;
  }

  /** Delivers what waited in a lane, in order, until it is empty or fails again. */
  async #drain(lane: string): Promise<void> {
    for (;;) {
      const position = await letters.nextDeferred(this.#deps.pool, this.lease, lane);
      if (position === null || this.#stopping.signal.aborted) return;
      const delivery = { lane, event: await this.#deps.tail.at(position) };
      const failed = await this.#transaction(this.#position, async (client) => {
        if (!(await letters.removeDeferred(client, this.lease, lane, position))) return false;
        const error = await attempt(client, [handling(this.#subscription, [delivery])]);
        if (error === null) return false;
        const delay = retryDelayMs(this.#deps.timings, 1);
        await letters.addDeadLetter(client, this.lease, delivery, messageOf(error), delay);
        return true;
      });
      if (failed) return;
    }
  }

  #plan(events: readonly Positioned[]): Plan {
    const { handles } = this.#subscription;
    const deliveries: Delivery[] = [];
    const deferred: Delivery[] = [];
    for (const event of events) {
      if (handles !== null && !handles.has(event.type)) continue;
      for (const delivery of this.#lanes(event)) {
        if (partitionOf(delivery.lane, this.lease.partitions) !== this.lease.partition) continue;
        (this.#blocked.has(delivery.lane) ? deferred : deliveries).push(delivery);
      }
    }
    return { deliveries, deferred };
  }

  #lanes(event: Positioned): readonly Delivery[] {
    try {
      return this.#subscription.lanesOf(event).map((lane) => ({ event, lane }));
    } catch (error) {
      return [{ event, lane: event.metadata.streamName, fault: error ?? new Error('lanesOf threw') }];
    }
  }

  /** Milliseconds until a checkpoint without deliveries is due. */
  #idleFor(): number {
    return this.#storedAt + this.#deps.timings.idleCheckpointMs - Date.now();
  }

  async #storePosition(): Promise<void> {
    if (this.#position > this.#stored) await this.#transaction(this.#position, async () => undefined);
    this.#storedAt = Date.now();
  }

  async #transaction<T>(to: bigint, work: (client: PoolClient) => Promise<T>): Promise<T> {
    const { pool, timings, commit } = this.#deps;
    const result = await inOpenTransaction(pool, timings.idleInTransactionMs, async (client) => {
      const value = await work(client);
      await commit(client, this.lease, this.#stored, to);
      return value;
    });
    this.#stored = to;
    this.#position = to;
    this.#storedAt = Date.now();
    return result;
  }

  #tell(level: 'info' | 'warn' | 'error', message: string, error: unknown, event?: Positioned): void {
    const { subscription, partition } = this.lease;
    const of = event && { correlationId: event.metadata.correlationId };
    this.#deps.report(level, message, { subscription, partition, ...of, error: messageOf(error) });
  }
}
