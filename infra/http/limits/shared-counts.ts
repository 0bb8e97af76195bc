import { randomUUID } from 'node:crypto';

/** What processes tell each other of what they count. */
export interface CountExchange {
  /** `counts`: of this process, 0 for none any more. Gives what the others together count of `watched`. */
  tell(
    process: string,
    counts: ReadonlyMap<string, number>,
    watched: readonly string[],
  ): Promise<ReadonlyMap<string, number>>;
  /** Nothing of this process counts any more. */
  leave(process: string): Promise<void>;
}

/** How long what was told counts; a process that died is forgotten after it. */
export const COUNTED_SECONDS = 15;
const EXCHANGE_MS = 1_000;
/** Every so many exchanges all is told anew, well before it is forgotten. */
const ROUNDS_OF_ALL = 5;
const NEVER = Number.POSITIVE_INFINITY;

/** An eighth of a limit: few enough to be told at once, many enough that ordinary use waits for the second. */
export const shareOf = (limit: number): number => Math.max(1, Math.floor(limit / 8));

type Count = { amount: number; told: number; readonly until: number };

export type SharedCountsOptions = Readonly<{
  exchange: CountExchange;
  onError: (error: unknown) => void;
  now?: () => number;
}>;

/**
 * Counts that hold for all processes together, without a query where something is counted: each counts by itself, and tells
 * and learns once a second, or as soon as it counted a share of a limit that nobody was told of. So what is let through
 * beyond a limit is at most that share for each further process, and what comes while it is told (decision 0017).
 */
export class SharedCounts {
  readonly #exchange: CountExchange;
  readonly #onError: (error: unknown) => void;
  readonly #now: () => number;
  readonly #process = randomUUID();
  readonly #own = new Map<string, Count>();
  #others: ReadonlyMap<string, number> = new Map();
  #timer: NodeJS.Timeout | null = null;
  #round = 0;
  #telling: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  constructor({ exchange, onError, now = Date.now }: SharedCountsOptions) {
    this.#exchange = exchange;
    this.#onError = onError;
    this.#now = now;
  }

  start(): void {
    this.#timer = setInterval(() => void this.fresh(), EXCHANGE_MS);
    this.#timer.unref();
  }

  /** Gives back what this process holds, so that one that follows it finds it free. */
  async stop(): Promise<void> {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    await (this.#next ?? this.#telling);
    this.#own.clear();
    await this.#exchange.leave(this.#process).catch(this.#onError);
  }

  /** Of this process. */
  own(key: string): number {
    return this.#own.get(key)?.amount ?? 0;
  }

  /** Of all processes, as far as this one knows. */
  of(key: string): number {
    return this.own(key) + (this.#others.get(key) ?? 0);
  }

  /** `share`: how much may be counted before it is told; `until`: milliseconds since 1970 after which it is forgotten. */
  add(
    key: string,
    by: number,
    { share = NEVER, until = NEVER }: Readonly<{ share?: number; until?: number }> = {},
  ): void {
    const count = this.#own.get(key) ?? { amount: 0, told: 0, until };
    count.amount += by;
    this.#own.set(key, count);
    if (count.amount - count.told >= share) void this.fresh();
  }

  /**
   * Resolves when what was counted so far is told, and what the others told before is known; also where they are out of
   * reach, which is reported. One exchange at a time, however many wait for the next.
   */
  fresh(): Promise<void> {
    if (this.#timer === null) return this.#telling;
    this.#next ??= this.#telling.then(() => {
      this.#next = null;
      this.#telling = this.#tell().catch(this.#onError);
      return this.#telling;
    });
    return this.#next;
  }

  async #tell(): Promise<void> {
    const now = this.#now();
    for (const [key, { until }] of this.#own) if (until <= now) this.#own.delete(key);
    if (this.#own.size === 0) {
      this.#others = new Map();
      return;
    }
    this.#round += 1;
    const isAll = this.#round % ROUNDS_OF_ALL === 0;
    const changed = [...this.#own].filter(([, { amount, told }]) => isAll || amount !== told);
    const counts = new Map(changed.map(([key, { amount }]) => [key, amount]));
    this.#others = await this.#exchange.tell(this.#process, counts, [...this.#own.keys()]);
    for (const [key, count] of changed) {
      count.told = counts.get(key) ?? 0;
      if (count.amount === 0 && count.told === 0) this.#own.delete(key);
    }
  }
}
