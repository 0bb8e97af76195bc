import { Rejection } from '../../domain/kernel/rejection.ts';

const WINDOW_MS = 60_000;
const MAX_TRACKED = 100_000;

/** At most `perMinute` calls a key in any fixed minute, counted in this process. 0: no limit. */
export class RateLimit {
  readonly #perMinute: number;
  readonly #now: () => number;
  #window = 0;
  #counts = new Map<string, number>();

  constructor(perMinute: number, now: () => number = Date.now) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Throws `Rejection` RATE_LIMITED with the seconds to wait. */
  take(key: string): void {
    if (this.#perMinute === 0) return;
    const now = this.#now();
    const window = Math.floor(now / WINDOW_MS);
    if (window !== this.#window || this.#counts.size >= MAX_TRACKED) {
      this.#window = window;
      this.#counts = new Map();
    }
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (count > this.#perMinute)
      throw new Rejection('RATE_LIMITED', 'Too many requests. Wait a little.', {
        retry_after_seconds: Math.ceil(((window + 1) * WINDOW_MS - now) / 1_000),
      });
  }
}
