import { Rejection } from '../../../domain/kernel/rejection.ts';
import { type SharedCounts, shareOf } from './shared-counts.ts';

const WINDOW_MS = 60_000;

/** At most `perMinute` calls a key in any fixed minute, at all processes together. 0: no limit. */
export class RateLimit {
  readonly #perMinute: number;
  readonly #counts: SharedCounts;
  readonly #now: () => number;

  constructor(perMinute: number, counts: SharedCounts, now: () => number = Date.now) {
    this.#perMinute = perMinute;
    this.#counts = counts;
    this.#now = now;
  }

  /** Throws `Rejection` RATE_LIMITED with the seconds to wait. */
  take(key: string): void {
    if (this.#perMinute === 0) return;
    const now = this.#now();
    const window = Math.floor(now / WINDOW_MS);
    const until = (window + 1) * WINDOW_MS;
    const counted = `requests:${window}:${key}`;
    this.#counts.add(counted, 1, { share: shareOf(this.#perMinute), until });
    if (this.#counts.of(counted) > this.#perMinute)
      throw new Rejection('RATE_LIMITED', 'Too many requests. Wait a little.', {
        retry_after_seconds: Math.ceil((until - now) / 1_000),
      });
  }
}
