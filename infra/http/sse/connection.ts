import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { errorText, type Frame, HEARTBEAT_TEXT } from './frame.ts';

/** JOB-06. Proxies drop a silent connection after half a minute or more. */
export const HEARTBEAT_MS = 15_000;
/** A client that lets this much pile up is dropped: it resumes from what it has read (ES-14). */
export const MAX_BUFFERED_BYTES = 1024 * 1024;
const MAX_WAITING_FRAMES = 10_000;
/** Longest wait for a client to take the backlog, and for the last words to leave. */
const PATIENCE_MS = 30_000;
const FAREWELL_MS = 1_000;

export type ConnectionOptions = Readonly<{
  response: ServerResponse;
  /** `Last-Event-ID`, or where the live part begins when there is no backlog. */
  startedAt: bigint;
  expiresAtMs: number;
  heartbeatMs?: number;
}>;

/**
 * One client of a stream. Live frames that arrive while the backlog is being written wait, up to a bound. Whatever ends it
 * is said in an `error` event with the position to resume from; nothing is ever skipped.
 */
export class Connection {
  readonly #response: ServerResponse;
  readonly #expiresAtMs: number;
  readonly #heartbeatMs: number;
  #waiting: Frame[] | null = [];
  #last: bigint;
  #ended = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;
  readonly closed: Promise<void>;

  constructor({ response, startedAt, expiresAtMs, heartbeatMs = HEARTBEAT_MS }: ConnectionOptions) {
    this.#response = response;
    this.#heartbeatMs = heartbeatMs;
    this.#last = startedAt;
    this.#expiresAtMs = expiresAtMs;
    this.closed = new Promise((resolve) => {
      response.once('close', () => {
        this.#stopTimers();
        resolve();
      });
    });
    response.on('error', () => this.#stopTimers());
  }

  /** Writes the backlog, then what waited, and from then on frames as they come. */
  async run(backlog: AsyncIterable<Frame>): Promise<void> {
    this.#heartbeat = setInterval(() => this.#write(HEARTBEAT_TEXT), this.#heartbeatMs);
    this.#expiry = setTimeout(() => this.end('TOKEN_EXPIRED'), Math.max(0, this.#expiresAtMs - Date.now()));
    try {
      for await (const frame of backlog) {
        if (this.#ended) return;
        await this.#writeWithPatience(frame);
      }
    } catch {
      this.end('BACKLOG_FAILED');
      return;
    }
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const frame of waiting) this.take(frame);
  }

  /** A live frame. */
  take(frame: Frame): void {
    if (this.#ended) return;
    if (this.#waiting !== null) {
      this.#waiting.push(frame);
      if (this.#waiting.length > MAX_WAITING_FRAMES) this.end('SLOW_CONSUMER');
      return;
    }
    if (this.#response.writableLength + frame.bytes.byteLength > MAX_BUFFERED_BYTES) {
      this.end('SLOW_CONSUMER');
      return;
    }
    this.#write(frame.bytes);
    this.#last = frame.position;
  }

  /** Says why and where to go on, then closes; a client that does not even take that is cut off. */
  end(code: string): void {
    if (this.#ended) return;
    this.#write(errorText(code, this.#last));
    this.#ended = true;
    this.#stopTimers();
    this.#response.end();
    setTimeout(() => this.#response.destroy(), FAREWELL_MS).unref();
  }

  #write(data: string | Buffer): void {
    if (!this.#ended && !this.#response.destroyed) this.#response.write(data);
  }

  async #writeWithPatience(frame: Frame): Promise<void> {
    const taken = this.#response.write(frame.bytes);
    this.#last = frame.position;
    if (taken) return;
    const drained = once(this.#response, 'drain', { signal: AbortSignal.timeout(PATIENCE_MS) });
    await Promise.race([drained.catch(() => this.end('SLOW_CONSUMER')), this.closed]);
  }

  #stopTimers(): void {
    this.#ended = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#expiry);
  }
}
