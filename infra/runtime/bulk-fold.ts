import type { ClientBase } from 'pg';
import type { LogReader } from '../../domain/kernel/event-store.ts';
import type { Placed } from '../../domain/kernel/message.ts';
import type { AnyProjection, Row } from '../../domain/kernel/projection.ts';
import { evolveRow, laneOf, rowKeysOf } from './projection-subscription.ts';
import type { ProjectionTable } from './projection-table.ts';
import { readAhead, readAheadPlaced } from './read-ahead.ts';

/** Changed rows that make a block: one statement writes them. */
const BLOCK = 5_000;
/** Rows kept in memory; beyond, they are read back from the table when touched again, so that memory stays flat. */
const CACHE = 50_000;
export type BulkFoldOptions = Readonly<{
  projection: AnyProjection;
  table: ProjectionTable;
  client: ClientBase;
  /** False: this event does not count in this lane (not yet reached, skipped, or waiting). */
  counts?: (event: Placed, lane: string) => boolean;
  /** The event cannot be applied in the lane. Without it, the fold throws. */
  onPoison?: (event: Placed, lane: string, error: unknown) => void;
  /** Rows per statement and rows kept in memory; tests make them small. */
  limits?: Readonly<{ block: number; cache: number }>;
}>;

/** All that is known of a row, in one place: an event looks it up once. */
type Known = {
  readonly key: string;
  row: Row | undefined;
  /** The table has it: others are inserted, at two thirds of the cost of an upsert. */
  stored: boolean;
  dirty: boolean;
};

/** Folds events into a table of its own, in memory, writing in blocks. */
export class BulkFold {
  readonly #options: BulkFoldOptions;
  readonly #limits: Readonly<{ block: number; cache: number }>;
  #rows = new Map<string, Known>();
  #dirty: Known[] = [];
  /** Rows have left the cache: a missing one may be in the table. */
  #evicted = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: BulkFoldOptions) {
    this.#options = options;
    this.#limits = options.limits ?? { block: BLOCK, cache: CACHE };
  }

  /** Folds positions `after + 1` to `to`. All is written when it resolves. */
  async run(log: LogReader, after: bigint, to: bigint): Promise<void> {
    const { handles, sees } = this.#options.projection;
    const read = sees === 'all' ? readAhead : readAheadPlaced;
    for await (const events of read(log, after, to, handles)) {
      if (this.#evicted) await this.#load(events);
      for (const event of events) this.#apply(event);
      if (this.#dirty.length >= this.#limits.block) await this.#flush();
    }
    await this.#flush();
    await this.#writing;
  }

  #apply(event: Placed): void {
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

  #countsIn(event: Placed, lane: string): boolean {
    return this.#options.counts === undefined || this.#options.counts(event, lane);
  }

  #setAside(event: Placed, lane: string, error: unknown): void {
    if (this.#options.onPoison === undefined) throw error;
    this.#options.onPoison(event, lane, error);
  }

  /** All rows of a lane or, when one cannot be made, none: as the runner, which rolls the delivery back. */
  #change(event: Placed, keys: readonly string[]): void {
    const { projection, table } = this.#options;
    const changed = keys.map((key) => {
      const known = this.#rows.get(key);
      return { key, known, row: evolveRow(projection, table, known?.row, event, key) };
    });
    for (const { key, known, row } of changed) {
      if (row === known?.row) continue;
      const kept = known ?? this.#keep(key, undefined);
      kept.row = row;
      if (kept.dirty) continue;
      kept.dirty = true;
      this.#dirty.push(kept);
    }
  }

  #keep(key: string, row: Row | undefined): Known {
    const known = { key, row, stored: row !== undefined, dirty: false };
    this.#rows.set(key, known);
    return known;
  }

  async #load(events: readonly Placed[]): Promise<void> {
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
    for (const key of keys) this.#keep(key, found.get(key));
  }

  /** Starts writing what changed; waits only for the block before. */
  async #flush(): Promise<void> {
    await this.#writing;
    const [inserts, updates]: [Row[], Row[]] = [[], []];
    const deletes: string[] = [];
    for (const known of this.#dirty) {
      const { key, row, stored } = known;
      known.dirty = false;
      known.stored = row !== undefined;
      if (row !== undefined) (stored ? updates : inserts).push(row);
      else if (stored) deletes.push(key);
    }
    this.#dirty = [];
    if (this.#rows.size > this.#limits.cache) {
      this.#rows = new Map();
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
const deliveriesOf = (projection: AnyProjection, event: Placed): readonly Delivery[] => {
  const keys = rowKeysOf(projection, event);
  const [first] = keys;
  if (first === undefined) return [];
  // The lane of a balanced entry holds all rows of the event.
  if (projection.balanced !== undefined) return [{ lane: laneOf(projection, event, first), keys }];
  return keys.map((key) => ({ lane: key, keys: [key] }));
};

/** An event without keys is set aside when its turn comes; told of twice, it would also wait behind itself. */
const keysToLoad = (projection: AnyProjection, event: Placed): readonly string[] => {
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
