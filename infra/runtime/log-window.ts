import type { LogReader } from '../../domain/kernel/event-store.ts';
import type { Positioned } from '../../domain/kernel/message.ts';
import { charactersIn } from './characters.ts';
import { LogBlocks } from './log-blocks.ts';
import { pause } from './pause.ts';
import type { Report } from './subscription.ts';
import { messageOf } from './transient-errors.ts';

const WINDOW = 4_096;
/** Characters of event data: 4,096 events of the greatest size would take a gigabyte. */
const CHARACTERS = 16 * 1_048_576;
const READ_LIMIT = 1_000;

/**
 * One reader of the end of the log per process, shared by all partitions: without it, each event would be read from
 * the database once per partition. Older positions are read in blocks that they share. The log is immutable, so a window
 * cannot be stale.
 */
export class LogWindow {
  readonly #log: LogReader;
  readonly #past: LogBlocks;
  readonly #pollMs: number;
  readonly #report: Report;
  readonly #stopping = new AbortController();
  readonly #listeners = new Set<(events: readonly Positioned[]) => void>();
  #window: Positioned[] = [];
  #characters = 0;
  /** Position before the first event of the window. */
  #start = 0n;
  #head = 0n;
  #wake = Promise.withResolvers<void>();
  #running: Promise<void> | null = null;

  constructor(log: LogReader, pollMs: number, report: Report) {
    this.#log = log;
    this.#past = new LogBlocks(log);
    this.#pollMs = pollMs;
    this.#report = report;
  }

  /** Position of the newest event seen; the log itself may be further. */
  get head(): bigint {
    return this.#head;
  }

  /** May be tried again when it failed, or what was started after it: two loops would put events into the window twice. */
  async start(): Promise<void> {
    if (this.#running !== null) return;
    const head = await this.#log.head();
    if (this.#running !== null) return;
    this.#head = head;
    this.#start = head;
    this.#running = this.#follow();
  }

  /** Whoever still waits goes on doing so: woken for ever, they would starve the timers that are to end them. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Events after `after`, at most `limit`, in order; fewer where they are kept together. Empty: none yet, call `wait`. */
  async read(after: bigint, limit: number): Promise<readonly Positioned[]> {
    if (after >= this.#head) return [];
    if (after < this.#start) return this.#past.read(after, limit, this.#start);
    const offset = Number(after - this.#start);
    return this.#window.slice(offset, offset + limit);
  }

  /** The event at a position that the log has. */
  async at(position: bigint): Promise<Positioned> {
    const isHere = position > this.#start && position <= this.#head;
    const [event] = isHere
      ? await this.read(position - 1n, 1)
      : await this.#log.readLog({ after: position - 1n, limit: 1 });
    if (event?.metadata.globalPosition !== position) throw new Error(`the log has no event at ${position}`);
    return event;
  }

  /** Resolves when there is something after `after`, or after `timeoutMs`, or when aborted. */
  async wait(after: bigint, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (after < this.#head || signal.aborted) return;
    const done = new AbortController();
    const aborted = () => done.abort();
    signal.addEventListener('abort', aborted, { once: true });
    await Promise.race([this.#wake.promise, pause(timeoutMs, done.signal)]);
    signal.removeEventListener('abort', aborted);
    done.abort();
  }

  /** Calls `listener` with each batch that arrives from now on, in order. Returns how to stop. */
  listen(listener: (events: readonly Positioned[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const events = await this.#log.readLog({ after: this.#head, limit: READ_LIMIT });
        if (events.length === 0) await this.#log.waitFor(this.#head, this.#pollMs, signal);
        else this.#append(events);
      } catch (error) {
        if (signal.aborted) return;
        this.#report('warn', 'reading the log failed, trying again', { error: messageOf(error) });
        await pause(250, signal);
      }
    }
  }

  #append(events: readonly Positioned[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    this.#window.push(...events);
    this.#head = last.metadata.globalPosition;
    for (const event of events) this.#characters += charactersIn(event.data);
    if (this.#window.length > 2 * WINDOW || this.#characters > 2 * CHARACTERS) this.#keepNewest();
    this.#start = this.#head - BigInt(this.#window.length);
    for (const listener of this.#listeners) listener(events);
    const woken = this.#wake;
    this.#wake = Promise.withResolvers();
    woken.resolve();
  }
  #keepNewest(): void {
    let first = this.#window.length;
    let characters = 0;
    for (const event of this.#window.slice(-WINDOW).reverse()) {
      const more = characters + charactersIn(event.data);
      if (more > CHARACTERS) break;
      characters = more;
      first -= 1;
    }
    this.#window = this.#window.slice(first);
    this.#characters = characters;
  }
}
