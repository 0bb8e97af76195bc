import type { StreamRead, TypesRead } from '../../../domain/kernel/event-store.ts';
import type { Event, Placed, Positioned, Recorded } from '../../../domain/kernel/message.ts';
import { checkStreamName } from '../encoding.ts';
import { checkStreamRange, MAX_BIGINT } from '../ranges.ts';
import type { Queryable } from './append.ts';
import type { EventRow, PlacedRow, TextRow } from './rows.ts';
import {
  bigintColumn,
  EVENT_COLUMNS,
  eventQuery,
  NO_EVENT,
  NOT_PLACED,
  PLACED_COLUMNS,
  placedRow,
  recordedRow,
  textQuery,
} from './rows.ts';

const READ_STREAM = `
SELECT l.position, ${EVENT_COLUMNS}
  FROM events e LEFT JOIN event_log l ON l.seq = e.seq
 WHERE e.stream = $1 AND e.version BETWEEN $2 AND $3
 ORDER BY e.version LIMIT $4`;

const RANGE =
  'SELECT position, seq FROM event_log WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3';

// For a few events at the end: one index range, then a primary-key lookup each.
const READ_END = `
SELECT l.position, ${EVENT_COLUMNS}
  FROM (${RANGE}) l JOIN events e ON e.seq = l.seq
 ORDER BY l.position`;

// For ranges of hundreds: neighbours in the log are neighbours in `events`, so one walk over their stretch of the primary
// key replaces a lookup per event (20% less time). Where a late commit stretches the range, the lookups are cheaper.
// The rows come unsorted, for `inOrder`.
const rangeQuery = (columns: string, which: string): string => `
WITH r AS MATERIALIZED (${RANGE}),
     s AS MATERIALIZED (SELECT min(seq) AS low, max(seq) AS high, count(*) AS count, max(position) AS reached FROM r)
SELECT l.position, ${columns}
  FROM r l JOIN events e ON e.seq = l.seq
 WHERE (SELECT high - low < 4 * count FROM s)
   AND e.seq BETWEEN (SELECT low FROM s) AND (SELECT high FROM s) AND ${which}
UNION ALL
SELECT l.position, ${columns}
  FROM r l, LATERAL (SELECT * FROM events WHERE seq = l.seq OFFSET 0) e
 WHERE (SELECT high - low >= 4 * count FROM s) AND ${which}`;

const READ_RANGE = rangeQuery(EVENT_COLUMNS, 'true');

// One row is no event: it tells how far was looked.
const typesQuery = (columns: string, noColumns: string): string => `
${rangeQuery(columns, 'e.type = ANY ($4::text[])')}
UNION ALL
SELECT reached, ${noColumns} FROM s WHERE reached IS NOT NULL`;

const READ_TYPES = typesQuery(EVENT_COLUMNS, NO_EVENT);
const READ_PLACED = typesQuery(PLACED_COLUMNS, NOT_PLACED);

/**
 * The events in the order of their positions. They come in the order of `events`, which is that of the log but for transactions
 * that committed late: sorting every row on the server cost a tenth of its time.
 */
const inOrder = <E extends Placed>(events: E[]): E[] => {
  const placeOf = (index: number): bigint => events[index]?.metadata.globalPosition ?? 0n;
  for (let index = 1; index < events.length; index++)
    if (placeOf(index - 1) > placeOf(index))
      return events.sort((a, b) => (a.metadata.globalPosition < b.metadata.globalPosition ? -1 : 1));
  return events;
};

export const currentVersion = async (db: Queryable, streamName: string): Promise<bigint> => {
  const { rows } = await db.query(
    textQuery('current-version', 'SELECT coalesce(max(version), 0) FROM events WHERE stream = $1', [
      streamName,
    ]),
  );
  return bigintColumn(rows[0] as TextRow | undefined, 0);
};

/** Reads a stream, oldest first; also inside a caller's transaction, where it sees that transaction's own events. */
export const readStream = async <E extends Event = Event>(
  db: Queryable,
  streamName: string,
  range?: Readonly<{ from?: bigint; to?: bigint; maxCount?: number }>,
): Promise<StreamRead<E>> => {
  const { from, to, maxCount } = checkStreamRange(range);
  const { rows } = await db.query<EventRow>(
    eventQuery('read-stream', READ_STREAM, [checkStreamName(streamName), from, to, maxCount]),
  );
  const events: Recorded[] = rows.map((row) => recordedRow(row, row[0] === null ? null : BigInt(row[0])));
  const last = events.at(-1);
  const sawEnd = to === MAX_BIGINT && events.length < maxCount && (last !== undefined || from <= 1n);
  const currentStreamVersion = sawEnd
    ? (last?.metadata.streamPosition ?? 0n)
    : await currentVersion(db, streamName);
  return {
    events: events as readonly Recorded[] as readonly Recorded<E>[],
    currentStreamVersion,
    streamExists: currentStreamVersion > 0n,
  };
};

/** `few`: only some events are expected, as at the end of the log. Both ways give the same. */
export const readPositions = async (db: Queryable, range: Range, few: boolean): Promise<Positioned[]> => {
  const values = [range.after, range.to, range.limit];
  const { rows } = await db.query<EventRow>(
    few ? eventQuery('read-log-end', READ_END, values) : eventQuery('read-log-range', READ_RANGE, values),
  );
  return inOrder(rows.map((row) => recordedRow(row, BigInt(row[0] ?? 0))));
};

type Range = Readonly<{ after: bigint; to: bigint; limit: number }>;

/** See `LogReader.readTypes`. An event of another type costs the server a look, and neither the way here nor its parsing. */
export const readTypes = async (
  db: Queryable,
  types: readonly string[],
  range: Range,
): Promise<TypesRead> => {
  const values = [range.after, range.to, range.limit, types];
  const { rows } = await db.query<EventRow>(eventQuery('read-log-types', READ_TYPES, values));
  return found(range, rows, (row) => recordedRow(row, BigInt(row[0] ?? 0)));
};

/** See `LogReader.readPlaced`. */
export const readPlaced = async (
  db: Queryable,
  types: readonly string[],
  range: Range,
): Promise<TypesRead<Placed>> => {
  const values = [range.after, range.to, range.limit, types];
  const { rows } = await db.query<PlacedRow>(eventQuery('read-log-placed', READ_PLACED, values));
  return found(range, rows, placedRow);
};

/** The second column is null only in the row that is no event. */
const found = <R extends EventRow | PlacedRow, E extends Placed>(
  range: Range,
  rows: readonly R[],
  eventOf: (row: R) => E,
): TypesRead<E> => {
  const events: E[] = [];
  let reached = range.after;
  for (const row of rows)
    if ((row[1] as string | null) === null) reached = BigInt(row[0] ?? 0);
    else events.push(eventOf(row));
  return { events: inOrder(events), reached };
};

export const readHead = async (db: Queryable): Promise<bigint> => {
  const { rows } = await db.query(
    textQuery('read-head', 'SELECT coalesce(max(position), 0) FROM event_log', []),
  );
  return bigintColumn(rows[0] as TextRow | undefined, 0);
};
