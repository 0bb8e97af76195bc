import { type Event, type Json, type Placed, type Positioned, placed } from './message.ts';

/**
 * A read table as a pure function of the log. One file per table in `projections/<ctx>/`.
 *
 * The runtime owns the table: it derives the DDL from `columns`, keeps the live table in schema `read` under `table`,
 * applies events one by one with the checkpoint in the same transaction, and rebuilds in bulk (fold in memory, upsert
 * in blocks) when `revision` rises. All three give the same bytes, because a row depends on nothing but the events
 * whose `keysOf` names it, in position order. A row must therefore never read another row, a clock or a random number.
 */

/** `timestamptz` is an RFC 3339 string, stored and read in UTC with microseconds. `json` keeps its exact text. */
export type ColumnBase = 'text' | 'bigint' | 'int' | 'double' | 'boolean' | 'timestamptz' | 'json';

/** A trailing `?` makes the column nullable. */
export type Column = ColumnBase | `${ColumnBase}?`;

export type ColumnValue = Json | bigint;

/** Property names are the column names (snake_case). Declare rows with `type`, not `interface`. */
export type Row = Readonly<Record<string, ColumnValue>>;

type BaseOf<Value> = [Value] extends [bigint]
  ? 'bigint'
  : [Value] extends [boolean]
    ? 'boolean'
    : [Value] extends [number]
      ? 'int' | 'double'
      : [Value] extends [string]
        ? 'text' | 'timestamptz'
        : 'json';

/** The column types that can hold `Value`; `null` in the type of the row asks for a nullable column. */
export type ColumnOf<Value> = null extends Value ? `${BaseOf<Exclude<Value, null>>}?` : BaseOf<Value>;

type ProjectionShape<R extends Row, Seen extends Placed, Columns> = Readonly<{
  /** Unique over the whole system, kebab-case; also the name of the subscription. */
  name: string;
  /** Starts at 1. Raise it whenever `columns`, `keysOf` or `evolve` changes: the table is built anew beside the live one. */
  revision: number;
  /** Table in schema `read`, snake_case. */
  table: string;
  /** Every event type that `keysOf` and `evolve` look at; others are never passed. */
  handles: readonly Seen['type'][];
  columns: Columns;
  /** The primary key: the name of a `text` column. */
  key: Extract<keyof R, string>;
  /** Secondary indexes, each a list of columns; a `-` in front sorts that column descending. */
  indexes?: readonly (readonly (Extract<keyof R, string> | `-${Extract<keyof R, string>}`)[])[];
  /**
   * Double entry: the rows of one event belong to it alone, are written in one transaction, and the database refuses a
   * commit after which `amount` of one `entry` does not sum to zero in each `unit`. All three name columns.
   */
  balanced?: Readonly<{
    entryOf(event: Seen): string;
    entry: Extract<keyof R, string>;
    amount: Extract<keyof R, string>;
    unit: Extract<keyof R, string>;
  }>;
  /** The rows that this event touches, by primary key. Empty: none. */
  keysOf(event: Seen): readonly string[];
  /** The row after the event; `undefined` in: no such row yet; `undefined` out: no such row any more. `key` is one of `keysOf`. */
  evolve(row: R | undefined, event: Seen, key: string): R | undefined;
}>;

type ColumnsOf<R extends Row> = { readonly [Name in keyof R]: ColumnOf<R[Name]> };

/** Sees what happened, where and when; a rebuild spares the rest of an event the way here. */
export type Projection<R extends Row, E extends Event> = ProjectionShape<R, Placed<E>, ColumnsOf<R>> &
  Readonly<{ sees?: 'place' }>;

/** Sees all that is recorded of an event: its id and who or what caused it. Its rebuild takes half as long again. */
export type FullProjection<R extends Row, E extends Event> = ProjectionShape<R, Positioned<E>, ColumnsOf<R>> &
  Readonly<{ sees: 'all' }>;

/** What the runtime accepts; every `Projection<R, E>` and every `FullProjection<R, E>` is one. Give it what it `sees`. */
export type AnyProjection = ProjectionShape<Row, Placed, Readonly<Record<string, Column>>> &
  Readonly<{ sees?: 'place' | 'all' }>;

type Folding<R extends Row, E extends Event> = Pick<
  ProjectionShape<R, Placed<E>, unknown>,
  'handles' | 'keysOf' | 'evolve'
> &
  Pick<AnyProjection, 'sees'>;

/** Rows by key after `events`, oldest first: the meaning of a projection, used by tests. */
export const foldProjection = <R extends Row, E extends Event>(
  projection: Folding<R, E>,
  events: Iterable<Placed<E>>,
): ReadonlyMap<string, R> => {
  const rows = new Map<string, R>();
  const handled: ReadonlySet<string> = new Set(projection.handles);
  for (const event of events) {
    if (!handled.has(event.type)) continue;
    for (const key of projection.keysOf(event)) {
      const next = projection.evolve(rows.get(key), event, key);
      if (next === undefined) rows.delete(key);
      else rows.set(key, next);
    }
  }
  return rows;
};

/**
 * given/when/then for projections: `spec(...given).when(event).then([row, ...])`, rows in order of their key.
 * `equal` is `assert.deepStrictEqual` or the like. The projection gets what it `sees`, as in a rebuild. Build events with
 * `history` of `history.ts`.
 */
export const projectionSpecification =
  <R extends Row, E extends Event>(
    projection: Folding<R, E>,
    equal: (actual: unknown, expected: unknown) => void,
  ) =>
  (...given: readonly Positioned<E>[]) => {
    const rowsAfter = (events: readonly Positioned<E>[]): readonly R[] =>
      [...foldProjection(projection, projection.sees === 'all' ? events : events.map(placed))]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, row]) => row);
    const then = (events: readonly Positioned<E>[]) => ({
      then: (expected: readonly R[]): void => equal(rowsAfter(events), expected),
    });
    return { ...then(given), when: (...events: readonly Positioned<E>[]) => then([...given, ...events]) };
  };
