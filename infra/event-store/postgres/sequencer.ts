import { randomUUID } from 'node:crypto';
import type { ClientConfig } from 'pg';
import pg from 'pg';
import type { LogEntry } from '../recorded.ts';
import type { PendingEvents } from './pending-events.ts';
import { restOfRound } from './sequencer-cadence.ts';
import { acquireLease, HEARTBEAT_MS, releaseLease, renewLease } from './sequencer-lease.ts';
import { readPart } from './sequencer-read.ts';
import type { SequencerState } from './sequencer-state.ts';
import { readState, SESSION_SETTINGS } from './sequencer-state.ts';
import { writeQuery } from './sequencer-write.ts';

export type SequencerOptions = Readonly<{
  /** A connection of its own: a busy pool must not delay the whole log. */
  client: ClientConfig;
  /** What this process has appended; see there. */
  pending?: PendingEvents;
  /** Entries that now have a position, in order; called after they are durable. */
  onSequenced: (entries: readonly LogEntry[]) => void;
  onError: (error: Error) => void;
  /** How long an idle leader may miss a wake-up, in milliseconds. */
  pollMs: () => number;
  /** Events per statement. */
  partSize?: number;
}>;

const PART_SIZE = 1_000;
const CANDIDATE_MS = 500;
const MAX_BACKOFF_MS = 2_000;
/**
 * Assigns positions. Any number of processes may run one: the lease spares useless work, and the primary key of
 * `sequencer_rounds` makes it safe even if two believe to lead. Commits synchronously, always: after a crash with
 * `synchronous_commit = off`, positions already seen came back with other events.
 */
export class Sequencer {
  readonly #options: SequencerOptions;
  readonly #holder = randomUUID();
  #stopping = false;
  #signalled = false;
  #wakeUp: (() => void) | null = null;
  #running: Promise<void> | null = null;
  #leading = false;

  constructor(options: SequencerOptions) {
    this.#options = options;
  }

  /** True while this process numbers the log; a wake-up from another process is then not needed. */
  get leading(): boolean {
    return this.#leading;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#running;
  }

  /** Something may have been appended. */
  wake(): void {
    this.#signalled = true;
    this.#wakeUp?.();
  }

  /** Returns early when woken. */
  #pause(milliseconds: number): Promise<void> {
    if (this.#signalled || this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wakeUp = null;
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#wakeUp = done;
    });
  }

  async #run(): Promise<void> {
    let backoffMs = 20;
    while (!this.#stopping) {
      const client = new pg.Client(this.#options.client);
      client.on('error', this.#options.onError);
      try {
        await client.connect();
        await client.query(SESSION_SETTINGS);
        while (!this.#stopping) {
          await this.#leadOnce(client);
          backoffMs = 20;
        }
      } catch (error) {
        this.#options.onError(error instanceof Error ? error : new Error(String(error)));
        if (!this.#stopping) await new Promise((resolve) => setTimeout(resolve, backoffMs));
        backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
      } finally {
        this.#leading = false;
        await client.end().catch(this.#options.onError);
      }
    }
  }

  /** One term as leader, or one wait as candidate. */
  async #leadOnce(client: pg.Client): Promise<void> {
    const fence = await acquireLease(client, this.#holder);
    if (fence === null) {
      this.#signalled = false;
      await this.#pause(CANDIDATE_MS);
      if (this.#signalled && !this.#stopping) await new Promise((resolve) => setTimeout(resolve, 50));
      return;
    }
    let state: SequencerState = await readState(client);
    let renewedAt = performance.now();
    this.#leading = true;
    try {
      while (!this.#stopping) {
        // Parts of a backlog look only at what an earlier look found, so a wake-up stays until the next fresh one.
        if (state.target === null) this.#signalled = false;
        const beganAt = performance.now();
        const next = await this.#round(client, state, fence);
        if (next === null) return;
        const grew = next.head - state.head;
        state = next;
        if (performance.now() - renewedAt > HEARTBEAT_MS) {
          if (!(await renewLease(client, fence))) return;
          renewedAt = performance.now();
        }
        if (state.target !== null) continue;
        if (grew === 0n) await this.#pause(Math.min(this.#options.pollMs(), HEARTBEAT_MS));
        else await restOfRound(Number(grew), performance.now() - beganAt);
      }
    } finally {
      this.#leading = false;
    }
    await releaseLease(client, fence);
  }

  /** The state after one part; the same object when nothing was new; null when another sequencer took over. */
  async #round(client: pg.Client, state: SequencerState, fence: bigint): Promise<SequencerState | null> {
    const part = await readPart(client, state, this.#options.partSize ?? PART_SIZE, this.#options.pending);
    if (part.entries.length === 0 && part.next.target === state.target) return state;
    try {
      const { rowCount } = await client.query(writeQuery(part, fence));
      if (rowCount !== 1) return null;
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === '23505') return null;
      throw error;
    }
    this.#options.onSequenced(part.entries);
    return part.next;
  }
}
