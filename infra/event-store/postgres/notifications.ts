import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import pg from 'pg';
import { pause } from '../../runtime/pause.ts';

export const CHANNELS = { appended: 'iama_appended', sequenced: 'iama_sequenced' } as const;

const MAX_BACKOFF_MS = 5_000;
/**
 * Least time between two NOTIFY, in milliseconds: the sequencer pauses as long between rounds, and a
 * NOTIFY of its own for every few appends took a sixth of the throughput of a process that does not sequence.
 */
const GAP_MS = 4;

/**
 * The one direct connection of a process that listens, and tells other processes of appends. Notifications are wake-ups,
 * never data: those raised while one is on its way are merged into the next (each NOTIFY takes a lock on the whole
 * database, and one per append cost 60% of the throughput). While the connection is down, `healthy` is false and
 * callers poll.
 */
export class Notifications {
  readonly #config: ClientConfig;
  readonly #onNotification: (channel: string, payload: string) => void;
  readonly #onReconnect: () => void;
  readonly #onError: (error: Error) => void;
  readonly #stop = new AbortController();
  #client: pg.Client | null = null;
  #appended = false;
  #sending = false;
  #sentAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | null = null;

  constructor(
    config: ClientConfig,
    handlers: Readonly<{
      onNotification: (channel: string, payload: string) => void;
      onReconnect: () => void;
      onError: (error: Error) => void;
    }>,
  ) {
    this.#config = config;
    this.#onNotification = handlers.onNotification;
    this.#onReconnect = handlers.onReconnect;
    this.#onError = handlers.onError;
  }

  get healthy(): boolean {
    return this.#client !== null;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#client?.end();
    await this.#running;
  }

  /** Wakes the sequencer of another process, soon. */
  notifyAppended(): void {
    this.#appended = true;
    if (!this.#sending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#sending = true;
    // After the turn of the event loop in which it was raised: everything of that turn shares one NOTIFY.
    await new Promise(setImmediate);
    try {
      while (this.#appended && this.#client !== null && !this.#stop.signal.aborted) {
        const wait = this.#sentAt + GAP_MS - performance.now();
        if (wait > 0) await sleep(wait);
        this.#appended = false;
        this.#sentAt = performance.now();
        await this.#client?.query(`NOTIFY ${CHANNELS.appended}`);
      }
    } catch (error) {
      this.#onError(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#sending = false;
    }
  }

  async #run(): Promise<void> {
    let backoffMs = 50;
    while (!this.#stop.signal.aborted) {
      const client = new pg.Client(this.#config);
      const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
      client.on('error', this.#onError);
      client.on('notification', ({ channel, payload }) => this.#onNotification(channel, payload ?? ''));
      try {
        await client.connect();
        await client.query(`LISTEN ${CHANNELS.appended}; LISTEN ${CHANNELS.sequenced}`);
        this.#client = client;
        backoffMs = 50;
        // Whatever was notified while nobody listened is caught up by reading.
        this.#onReconnect();
        if (this.#appended) this.notifyAppended();
        if (this.#stop.signal.aborted) await client.end();
        await ended;
      } catch (error) {
        this.#onError(error instanceof Error ? error : new Error(String(error)));
        await client.end();
      } finally {
        this.#client = null;
      }
      await pause(backoffMs, this.#stop.signal);
      backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
    }
  }
}
