import type { Pool, QueryConfig } from 'pg';
import type { TypesRead } from '../../../domain/kernel/event-store.ts';
import type { Placed, Positioned } from '../../../domain/kernel/message.ts';
import { RowBytes } from '../../postgres/row-bytes.ts';
import { takeRows } from '../../postgres/row-taking.ts';
import { EventRead, recorded } from '../recorded.ts';

/** Reads the columns of one event after that of its position. */
export type EventOf<E extends Placed> = (row: RowBytes, position: bigint) => E;

/** The columns of `e` (events) that make a recorded event, in the order that `positionedOf` reads. */
export const RECORDED_COLUMNS =
  'e.id::text, e.stream, e.version, e.type, e.schema_version, e.recorded_at, e.data, e.metadata';

/** As many columns, of the same types, for a row that is no event. */
export const NOT_RECORDED =
  'NULL::text, NULL::text, NULL::bigint, NULL::text, NULL::integer, NULL::timestamptz, NULL::json, NULL::json';

export const positionedOf: EventOf<Positioned> = (row, position) => {
  const header = {
    id: row.text(),
    stream: row.text(),
    version: row.int8(),
    type: row.sameText(),
    schemaVersion: row.int4(),
    recordedAt: row.timestamp(),
  };
  return recorded(header, row.json(), row.json(), position);
};

/** The columns of `e` (events) that make a placed event, in the order that `placedOf` reads. */
export const PLACED_COLUMNS = 'e.stream, e.type, e.schema_version, e.recorded_at, e.data';

/** As many columns, of the same types, for a row that is no event. */
export const NOT_PLACED = 'NULL::text, NULL::text, NULL::integer, NULL::timestamptz, NULL::json';

/** A class for the same reason as `EventRead`. */
class PlacedMetadata {
  readonly streamName: string;
  readonly globalPosition: bigint;
  readonly schemaVersion: number;
  readonly recordedAt: string;

  constructor(streamName: string, position: bigint, schemaVersion: number, recordedAt: string) {
    this.streamName = streamName;
    this.globalPosition = position;
    this.schemaVersion = schemaVersion;
    this.recordedAt = recordedAt;
  }
}

export const placedOf: EventOf<Placed> = (row, position) => {
  const streamName = row.text();
  const type = row.sameText();
  const metadata = new PlacedMetadata(streamName, position, row.int4(), row.timestamp());
  return new EventRead(type, row.json(), metadata);
};

/** A class for the same reason as `EventRead`: one that was born old keeps all events of its range. */
class Looked<E extends Placed> implements TypesRead<E> {
  readonly events: readonly E[];
  readonly reached: bigint;

  constructor(events: readonly E[], reached: bigint) {
    this.events = events;
    this.reached = reached;
  }
}

/**
 * The events of an answer, made while it arrives: a position and the columns of `eventOf` in each row. A row whose second column is
 * NULL is no event and tells how far was looked, which is `after` where there is none. In the order of their positions.
 */
export const takeEvents = async <E extends Placed>(
  pool: Pool,
  query: QueryConfig,
  eventOf: EventOf<E>,
  after: bigint,
): Promise<TypesRead<E>> => {
  // No literal either.
  const events = Array.of<E>();
  const row = new RowBytes();
  let reached = after;
  let last = 0n;
  let inOrder = true;
  await takeRows(pool, query, (bytes, at) => {
    row.begin(bytes, at);
    const position = row.int8();
    if (row.isNull()) {
      reached = position;
      return;
    }
    events.push(eventOf(row, position));
    if (position < last) inOrder = false;
    last = position;
  });
  // Rows come in the order of `events`, which is that of the log but for transactions that committed late: sorting every row on the
  // server cost a tenth of its time.
  if (!inOrder) events.sort((a, b) => (a.metadata.globalPosition < b.metadata.globalPosition ? -1 : 1));
  return new Looked(events, reached);
};
