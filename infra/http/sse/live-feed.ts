import { setImmediate as nextTurn } from 'node:timers/promises';
import { Subject, type Subscription } from 'rxjs';
import type { LogReader } from '../../../domain/kernel/event-store.ts';
import type { Positioned } from '../../../domain/kernel/message.ts';
import { holderOf } from '../../../read-api/billing/account-messages.ts';
import { type Frame, frameOf, toldJobOf } from './frame.ts';

/** All messages of one job, or of all jobs of a user and the user's account. */
export type Topic = `job:${string}` | `owner:${string}`;

const READ_LIMIT = 1_000;
const WAIT_MS = 1_000;
const RETRY_MS = 250;
/** Handed out in one turn of the event loop; sockets are written between turns, and what cannot leave looks like a slow client. */
const TURN_BYTES = 256 * 1024;

export type LiveFeedOptions = Readonly<{
  log: LogReader;
  /** Who requested a job; asked only while someone listens to a user's jobs. */
  ownerOf: (jobId: string) => Promise<string | null>;
  /** Sees every event, in order and at least once, before its listeners. */
  observe?: (event: Positioned) => void;
  onError: (error: unknown) => void;
}>;

/** One reader of the end of the log per process; every connection listens to it in memory (ES-14). */
export class LiveFeed {
  readonly #options: LiveFeedOptions;
  readonly #topics = new Map<Topic, Subject<Frame>>();
  readonly #stopping = new AbortController();
  #position = 0n;
  #ownerTopics = 0;
  #listeners = 0;
  #following: Promise<void> | null = null;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
  }

  /** Everything up to here was handed out; what comes later reaches those who subscribed before. */
  get position(): bigint {
    return this.#position;
  }

  /** How many jobs and users somebody listens to. */
  get topics(): number {
    return this.#topics.size;
  }

  /** How many streams listen. */
  get listeners(): number {
    return this.#listeners;
  }

  async start(): Promise<void> {
    this.#position = await this.#options.log.head();
    this.#following = this.#follow();
  }

  /** Ends the tail and completes every stream. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const subject of this.#topics.values()) subject.complete();
    await this.#following;
  }

  subscribe(topic: Topic, listener: Readonly<{ next: (frame: Frame) => void; complete: () => void }>) {
    const subject = this.#topics.get(topic) ?? new Subject<Frame>();
    this.#topics.set(topic, subject);
    if (topic.startsWith('owner:')) this.#ownerTopics += 1;
    const subscription: Subscription = subject.subscribe(listener);
    this.#listeners += 1;
    let subscribed = true;
    return (): void => {
      if (!subscribed) return;
      subscribed = false;
      subscription.unsubscribe();
      this.#listeners -= 1;
      if (topic.startsWith('owner:')) this.#ownerTopics -= 1;
      if (!subject.observed && this.#topics.get(topic) === subject) this.#topics.delete(topic);
    };
  }

  async #follow(): Promise<void> {
    const { log, onError } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const events = await log.readLog({ after: this.#position, limit: READ_LIMIT });
        if (events.length === 0) await log.waitFor(this.#position, WAIT_MS, signal);
        let bytes = 0;
        for (const event of events) {
          bytes += await this.#hand(event);
          if (bytes < TURN_BYTES) continue;
          bytes = 0;
          await nextTurn();
        }
      } catch (error) {
        if (signal.aborted) return;
        onError(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /**
   * Gives the bytes that each listener got. The position moves with the delivery, synchronously, so that a new subscriber
   * sees each event once.
   */
  async #hand(event: Positioned): Promise<number> {
    this.#options.observe?.(event);
    const jobId = this.#topics.size === 0 ? null : toldJobOf(event);
    const holder = this.#ownerTopics === 0 ? null : holderOf(event);
    const owner = jobId === null || this.#ownerTopics === 0 ? holder : await this.#options.ownerOf(jobId);
    const topics: Topic[] = [];
    if (jobId !== null) topics.push(`job:${jobId}`);
    if (owner !== null) topics.push(`owner:${owner}`);
    const listeners = topics
      .map((topic) => this.#topics.get(topic))
      .filter((subject) => subject !== undefined);
    this.#position = event.metadata.globalPosition;
    if (listeners.length === 0) return 0;
    const frame = frameOf(event);
    if (frame === null) return 0;
    for (const subject of listeners) subject.next(frame);
    return frame.bytes.byteLength;
  }
}
