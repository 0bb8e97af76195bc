import type { ServerResponse } from 'node:http';
import { errorText, type Frame, HEARTBEAT_TEXT } from './frame.ts';

/** JOB-06. Proxies drop a silent connection after half a minute or more. */
export const HEARTBEAT_MS = 15_000;
/**
 * A client that lets this much pile up is dropped, whether it does not read or live frames wait for its backlog: it resumes
 * from what it has read (ES-14).
 */
export const MAX_BUFFERED_BYTES = 1024 * 1024;
/** Longest wait for a client to take the backlog, and for the last words to leave. */
const PATIENCE_MS = 30_000;
const FAREWELL_MS = 1_000;

export type ConnectionOptions = Readonly<{
  response: ServerResponse;
  /** `Last-Event-ID`, or where the live part begins when there is no backlog. */
  startedAt: bigint;
  expiresAtMs: number;
  /** Why a backlog could not be read; the client is only told that. */
  onError: (error: unknown) => void;
  heartbeatMs?: number;
  patienceMs?: number;
}>;

/**
 * One client of a stream. Live frames that arrive while the backlog is being written wait, up to a bound. Whatever ends it
 * is said in an `error` event with the position to resume from; nothing is ever skipped.
 */
export class Connection {
  readonly #response: ServerResponse;
  readonly #expiresAtMs: number;
  readonly #onError: (error: unknown) => void;
  readonly #heartbeatMs: number;
  readonly #patienceMs: number;
  #waiting: Frame[] | null = [];
  #waitingBytes = 0;
  #last: bigint;
  #ended = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;
  readonly closed: Promise<void>;

  constructor(options: ConnectionOptions) {
    const { response } = options;
    this.#response = response;
    this.#heartbeatMs = options.heartbeatMs ?? HEARTBEAT_MS;
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
    this.#last = options.startedAt;
    this.#expiresAtMs = options.expiresAtMs;
    this.#onError = options.onError;
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
    } catch (error) {
      this.#onError(error);
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
      this.#waitingBytes += frame.bytes.byteLength;
      if (this.#waitingBytes > MAX_BUFFERED_BYTES) this.end('SLOW_CONSUMER');
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
    if (!taken && !(await this.#drained())) this.end('SLOW_CONSUMER');
  }

  /** False when the client did not take in time what was written; true also when it left. */
  #drained(): Promise<boolean> {
    const response = this.#response;
    return new Promise((resolve) => {
      const settle = (drained: boolean) => (): void => {
        clearTimeout(timer);
        response.off('drain', taken);
        response.off('close', taken);
        resolve(drained);
      };
      const taken = settle(true);
      const timer = setTimeout(settle(false), this.#patienceMs);
      response.once('drain', taken);
      response.once('close', taken);
    });
  }

  #stopTimers(): void {
    this.#ended = true;
    this.#waiting = null;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#expiry);
  }
}
