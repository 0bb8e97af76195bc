import type { StreamRead } from '../../../domain/kernel/event-store.ts';
import type { Event, Recorded } from '../../../domain/kernel/message.ts';
import { checkStreamName } from '../encoding.ts';
import { checkStreamRange, MAX_BIGINT } from '../ranges.ts';
import type { StoredEvent } from '../recorded.ts';
import { toRecorded } from '../recorded.ts';
import type { Queryable } from './append.ts';
import type { TextRow } from './rows.ts';
import { bigintColumn, EVENT_COLUMNS, storedEvent, textQuery } from './rows.ts';

const READ_STREAM = `
SELECT ${EVENT_COLUMNS}, l.position
  FROM events e LEFT JOIN event_log l ON l.seq = e.seq
 WHERE e.stream = $1 AND e.version BETWEEN $2 AND $3
 ORDER BY e.version LIMIT $4`;

// The inner LIMIT keeps the planner on one index range followed by primary-key lookups, whatever the size of the log.
const READ_LOG = `
SELECT l.position, ${EVENT_COLUMNS}
  FROM (SELECT position, seq FROM event_log WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3) l
  JOIN events e ON e.seq = l.seq
 ORDER BY l.position`;

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
  const { rows } = await db.query(
    textQuery('read-stream', READ_STREAM, [checkStreamName(streamName), from, to, maxCount]),
  );
  const events = rows.map((row: TextRow) => {
    const position = row[8];
    return toRecorded(storedEvent(row, 0), typeof position === 'string' ? BigInt(position) : null);
  });
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

export type LogEntry = Readonly<{ position: bigint; stored: StoredEvent }>;

export const readLogEntries = async (
  db: Queryable,
  range: Readonly<{ after: bigint; to: bigint; limit: number }>,
): Promise<LogEntry[]> => {
  const { rows } = await db.query(textQuery('read-log', READ_LOG, [range.after, range.to, range.limit]));
  return rows.map((row: TextRow) => ({ position: bigintColumn(row, 0), stored: storedEvent(row, 1) }));
};

export const readHead = async (db: Queryable): Promise<bigint> => {
  const { rows } = await db.query(
    textQuery('read-head', 'SELECT coalesce(max(position), 0) FROM event_log', []),
  );
  return bigintColumn(rows[0] as TextRow | undefined, 0);
};
