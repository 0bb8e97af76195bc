import type { LogReader } from '../../domain/kernel/event-store.ts';
import { type Placed, type Positioned, placed } from '../../domain/kernel/message.ts';
import type { AnyProjection, Row } from '../../domain/kernel/projection.ts';
import { canonicalRow, canonicalText } from './canonical-row.ts';
import { deliveryKey } from './dead-letter-store.ts';
import { ProjectionTable } from './projection-table.ts';
import { readAhead, readAheadPlaced } from './read-ahead.ts';
import type { Subscription } from './subscription.ts';

/** Each revision has checkpoints of its own: it is built from the start of the log. */
export const projectionSubscriptionId = (projection: Pick<AnyProjection, 'name' | 'revision'>): string =>
  `${projection.name}@${projection.revision}`;

/** The keys of the rows that an event touches, as the table can hold them, each once. */
export const rowKeysOf = (projection: AnyProjection, event: Placed): readonly string[] => {
  const keys = projection.keysOf(event);
  const [key] = keys;
  // One key is the rule: it needs no set.
  if (key !== undefined && keys.length === 1) return canonicalText(key) === key ? keys : [canonicalText(key)];
  return [...new Set(keys.map(canonicalText))];
};

/** Rows of one lane are written in order and together: a row is a lane of its own, but for balanced entries. */
export const laneOf = (projection: AnyProjection, event: Placed, key: string): string =>
  projection.balanced === undefined ? key : canonicalText(projection.balanced.entryOf(event));

/** The lanes that an event reaches, each once. Throws what the projection throws where its rows cannot be named. */
export const lanesOf = (projection: AnyProjection, event: Placed): readonly string[] => [
  ...new Set(rowKeysOf(projection, event).map((key) => laneOf(projection, event, key))),
];

/**
 * Whether an event is left out of a lane, by the keys of deliveries that are. One whose rows could not be named was set aside under its
 * stream, and is left out of all lanes that can be named by now.
 */
export const leftOut =
  (projection: AnyProjection, keys: ReadonlySet<string>) =>
  (event: Placed, lane: string): boolean => {
    const { globalPosition, streamName } = event.metadata;
    if (keys.size === 0) return false;
    if (keys.has(deliveryKey(globalPosition, lane))) return true;
    if (lane === streamName || !keys.has(deliveryKey(globalPosition, streamName))) return false;
    return !lanesOf(projection, event).includes(streamName);
  };

/** `evolve` as the database would keep its result. */
export const evolveRow = (
  projection: AnyProjection,
  table: ProjectionTable,
  row: Row | undefined,
  event: Placed,
  key: string,
): Row | undefined => {
  const next = projection.evolve(row, event, key);
  if (next === undefined || next === row) return next;
  return canonicalRow(table.columns, key, table.key, next);
};

/** The rows that an event touches; none where they cannot be told: it is set aside under its stream. */
const toldKeysOf = (projection: AnyProjection, event: Placed): readonly string[] => {
  try {
    return rowKeysOf(projection, event);
  } catch {
    return [];
  }
};

/** Makes one row anew from the whole log. Throws what `evolve` throws. */
const rowRefold =
  (projection: AnyProjection, table: ProjectionTable, log: LogReader): NonNullable<Subscription['refold']> =>
  async (key, to, missing, signal) => {
    const isLeftOut = leftOut(projection, missing);
    const read = projection.sees === 'all' ? readAhead : readAheadPlaced;
    let row: Row | undefined;
    for await (const events of read(log, 0n, to, projection.handles)) {
      if (signal.aborted) return null;
      for (const event of events)
        if (toldKeysOf(projection, event).includes(key) && !isLeftOut(event, key))
          row = evolveRow(projection, table, row, event, key);
    }
    const made = row;
    return (client) => (made === undefined ? table.delete(client, [key]) : table.upsert(client, [made]));
  };

/** Applies events to the live table, in the transaction of the checkpoint. See `laneOf`. */
export const projectionSubscription = (
  projection: AnyProjection,
  partitions: number,
  log: LogReader,
): Subscription => {
  const table = new ProjectionTable(projection);
  // What a rebuild does not show must not get into a row here either: the next rebuild would take it away.
  const seen = (event: Positioned): Placed => (projection.sees === 'all' ? event : placed(event));
  return {
    id: projectionSubscriptionId(projection),
    revision: projection.revision,
    partitions,
    handles: new Set(projection.handles),
    lanesOf: (whole) => lanesOf(projection, seen(whole)),
    handle: async (deliveries, client) => {
      const changes = deliveries.flatMap(({ event: whole, lane }) => {
        const event = seen(whole);
        const keys = projection.balanced === undefined ? [lane] : rowKeysOf(projection, event);
        return keys.map((key) => ({ event, key }));
      });
      const rows: Map<string, Row | undefined> = await table.select(client, [
        ...new Set(changes.map(({ key }) => key)),
      ]);
      const touched = new Set<string>();
      for (const { event, key } of changes) {
        const before = rows.get(key);
        const after = evolveRow(projection, table, before, event, key);
        if (after === before) continue;
        rows.set(key, after);
        touched.add(key);
      }
      const upserts: Row[] = [];
      const deletes: string[] = [];
      for (const key of touched) {
        const row = rows.get(key);
        if (row === undefined) deletes.push(key);
        else upserts.push(row);
      }
      await table.upsert(client, upserts);
      await table.delete(client, deletes);
    },
    // The rows of a balanced entry are made by one event.
    ...(projection.balanced === undefined ? { refold: rowRefold(projection, table, log) } : {}),
  };
};
