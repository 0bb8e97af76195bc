/** How long a version is remembered at least, in milliseconds; twice as long at most. */
const LIFETIME_MS = 1_000;
const MAX_STREAMS = 8_192;

type Generation = Readonly<{ versions: Map<string, bigint>; contested: Set<string> }>;

const noStreams = (): Generation => ({ versions: new Map(), contested: new Set() });

/**
 * Versions of streams that this process wrote or read a moment ago. Of a version that is stored, the next can be inserted
 * without a look at the stream: events are never deleted, so no gap can come of it, and the unique `(stream, version)`
 * refuses whoever comes second. Remembered for a moment only: a server that a failover replaced may have lost the newest
 * events, and behind a PgBouncer nobody here would hear of that.
 */
export class KnownVersions {
  readonly #now: () => number;
  #young = noStreams();
  #old = noStreams();
  #youngSince: number;

  /** `now`: milliseconds of a clock that is never set back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#youngSince = now();
  }

  /** Version `version` of the stream is stored. */
  learn(streamName: string, version: bigint): void {
    this.#age();
    const { versions } = this.#young;
    if (version > (versions.get(streamName) ?? 0n)) versions.set(streamName, version);
  }

  /** Somebody else writes to the stream: it is looked at again before each append, for a while. */
  distrust(streamName: string): void {
    this.#age();
    this.#young.contested.add(streamName);
  }

  /** Whether it is known that the stream has this version, and nothing of a later one. Every stream has version 0. */
  has(streamName: string, version: bigint): boolean {
    return !this.#isContested(streamName) && (this.#newest(streamName) ?? 0n) === version;
  }

  /** The newest version heard of; null where nothing was, or others write to the stream. */
  newest(streamName: string): bigint | null {
    return this.#isContested(streamName) ? null : this.#newest(streamName);
  }

  #isContested(streamName: string): boolean {
    this.#age();
    return this.#young.contested.has(streamName) || this.#old.contested.has(streamName);
  }

  #newest(streamName: string): bigint | null {
    return this.#young.versions.get(streamName) ?? this.#old.versions.get(streamName) ?? null;
  }

  #age(): void {
    const age = this.#now() - this.#youngSince;
    const full = this.#young.versions.size + this.#young.contested.size >= MAX_STREAMS;
    if (age < LIFETIME_MS && !full) return;
    this.#old = age < 2 * LIFETIME_MS ? this.#young : noStreams();
    this.#young = noStreams();
    this.#youngSince = this.#now();
  }
}
