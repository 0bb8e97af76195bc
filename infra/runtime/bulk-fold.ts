import type { ClientBase } from 'pg';
import type { LogReader } from '../../domain/kernel/event-store.ts';
import type { Positioned } from '../../domain/kernel/message.ts';
import type { AnyProjection, Row } from '../../domain/kernel/projection.ts';
import { evolveRow, laneOf, rowKeysOf } from './projection-subscription.ts';
import type { ProjectionTable } from './projection-table.ts';
import { readAhead } from './read-ahead.ts';

/** Changed rows that make a block: one statement writes them. */
const BLOCK = 5_000;
/** Rows kept in memory; beyond, they are read back from the table when touched again, so that memory stays flat. */
const CACHE = 50_000;
export type BulkFoldOptions = Readonly<{
  projection: AnyProjection;
  table: ProjectionTable;
  client: ClientBase;
  /** False: this event does not count in this lane (not yet reached, skipped, or waiting). */
  counts?: (event: Positioned, lane: string) => boolean;
  /** The event cannot be applied in the lane. Without it, the fold throws. */
  onPoison?: (event: Positioned, lane: string, error: unknown) => void;
  /** Rows per statement and rows kept in memory; tests make them small. */
  limits?: Readonly<{ block: number; cache: number }>;
}>;

/** Folds events into a table of its own, in memory, writing in blocks. */
export class BulkFold {
  readonly #options: BulkFoldOptions;
  readonly #limits: Readonly<{ block: number; cache: number }>;
  #rows = new Map<string, Row | undefined>();
  /** Keys of the cache whose row the table has: the others are inserted, at two thirds of the cost of an upsert. */
  #stored = new Set<string>();
  #dirty = new Set<string>();
  /** Rows have left the cache: a missing one may be in the table. */
  #evicted = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: BulkFoldOptions) {
    this.#options = options;
    this.#limits = options.limits ?? { block: BLOCK, cache: CACHE };
  }

  /** Folds positions `after + 1` to `to`. All is written when it resolves. */
  async run(log: LogReader, after: bigint, to: bigint): Promise<void> {
    for await (const events of readAhead(log, after, to, this.#options.projection.handles)) {
      if (this.#evicted) await this.#load(events);
      for (const event of events) this.#apply(event);
      if (this.#dirty.size >= this.#limits.block) await this.#flush();
    }
    await this.#flush();
    await this.#writing;
  }

  #apply(event: Positioned): void {
    const { streamName } = event.metadata;
    let deliveries: readonly Delivery[];
    try {
      deliveries = deliveriesOf(this.#options.projection, event);
    } catch (error) {
      // The same lane under which the runner sets such an event aside.
      if (this.#countsIn(event, streamName)) this.#setAside(event, streamName, error);
      return;
    }
    for (const { lane, keys } of deliveries) {
      if (!this.#countsIn(event, lane)) continue;
      try {
        this.#change(event, keys);
      } catch (error) {
        this.#setAside(event, lane, error);
      }
    }
  }

  #countsIn(event: Positioned, lane: string): boolean {
    return this.#options.counts === undefined || this.#options.counts(event, lane);
  }

  #setAside(event: Positioned, lane: string, error: unknown): void {
    if (this.#options.onPoison === undefined) throw error;
    this.#options.onPoison(event, lane, error);
  }

  /** All rows of a lane or, when one cannot be made, none: as the runner, which rolls the delivery back. */
  #change(event: Positioned, keys: readonly string[]): void {
    const { projection, table } = this.#options;
    const rows = keys.map((key) => evolveRow(projection, table, this.#rows.get(key), event, key));
    for (const [index, key] of keys.entries()) {
      if (rows[index] === this.#rows.get(key)) continue;
      this.#rows.set(key, rows[index]);
      this.#dirty.add(key);
    }
  }

  async #load(events: readonly Positioned[]): Promise<void> {
    const missing = new Set<string>();
    for (const event of events) {
      for (const key of keysToLoad(this.#options.projection, event))
        if (!this.#rows.has(key)) missing.add(key);
    }
    if (missing.size === 0) return;
    const keys = [...missing];
    // What left the cache may still be on its way to the table.
    await this.#writing;
    const found = await this.#options.table.select(this.#options.client, keys, false);
    for (const key of keys) this.#rows.set(key, found.get(key));
    for (const key of found.keys()) this.#stored.add(key);
  }

  /** Starts writing what changed; waits only for the block before. */
  async #flush(): Promise<void> {
    await this.#writing;
    const [inserts, updates]: [Row[], Row[]] = [[], []];
    const deletes: string[] = [];
    for (const key of this.#dirty) {
      const row = this.#rows.get(key);
      if (row === undefined) {
        if (this.#stored.delete(key)) deletes.push(key);
      } else if (this.#stored.has(key)) updates.push(row);
      else {
        inserts.push(row);
        this.#stored.add(key);
      }
    }
    this.#dirty = new Set();
    if (this.#rows.size > this.#limits.cache) {
      this.#rows = new Map();
      this.#stored = new Set();
      this.#evicted = true;
    }
    this.#writing = this.#write(inserts, updates, deletes);
    // Its failure is met by whoever awaits it next, or the fold has failed for another reason and nothing of it counts; without
    // a listener it would end the process before that.
    this.#writing.catch(() => undefined);
  }

  async #write(inserts: readonly Row[], updates: readonly Row[], deletes: readonly string[]): Promise<void> {
    const { table, client } = this.#options;
    for (const rows of chunks(inserts, this.#limits.block)) await table.insert(client, rows);
    for (const rows of chunks(updates, this.#limits.block)) await table.upsert(client, rows);
    await table.delete(client, deletes);
  }
}

type Delivery = Readonly<{ lane: string; keys: readonly string[] }>;

/** The lanes that an event reaches, with the rows it touches in each. Throws what the projection throws. */
const deliveriesOf = (projection: AnyProjection, event: Positioned): readonly Delivery[] => {
  const keys = rowKeysOf(projection, event);
  const [first] = keys;
  if (first === undefined) return [];
  // The lane of a balanced entry holds all rows of the event.
  if (projection.balanced !== undefined) return [{ lane: laneOf(projection, event, first), keys }];
  return keys.map((key) => ({ lane: key, keys: [key] }));
};

/** An event without keys is set aside when its turn comes; told of twice, it would also wait behind itself. */
const keysToLoad = (projection: AnyProjection, event: Positioned): readonly string[] => {
  try {
    return rowKeysOf(projection, event);
  } catch {
    return [];
  }
};

/** Of about equal size, at most `size`. */
const chunks = <T>(items: readonly T[], size: number): T[][] => {
  const count = Math.ceil(items.length / size);
  const each = Math.ceil(items.length / Math.max(count, 1));
  return Array.from({ length: count }, (_, index) => items.slice(index * each, (index + 1) * each));
};
