import type { ClientBase } from 'pg';
import type { LogEntry } from '../recorded.ts';
import { PendingEvents } from './pending-events.ts';
import type { TextRow } from './rows.ts';
import {
  bigintColumn,
  EVENT_COLUMNS,
  NO_EVENT,
  RECORDED_AT,
  rfc3339,
  storedEvent,
  textColumn,
  textQuery,
} from './rows.ts';
import type { SequencerState } from './sequencer-state.ts';

export type SequencedEntry = LogEntry & Readonly<{ seq: bigint }>;

/** A stretch of the log: events in order of seq with the positions they will have, and the state after them. */
export type Part = Readonly<{ entries: readonly SequencedEntry[]; next: SequencerState }>;

/**
 * Events that the settled snapshot could not see and this statement can: those of transactions that had not begun, and
 * those of the ones then in progress. Bounded above by the current xmax, so that rows restored from a server with
 * higher xids are not walked again and again. `seq + 0` keeps the planner from walking the primary key, which reads the
 * whole log. The rows are sorted here, once: looking each up again by seq cost a quarter more. The current snapshot is a
 * row of its own: under load it names every open transaction, too much to repeat with every event.
 */
const fresh = (columns: string, noColumns: string): string => `
SELECT pg_current_snapshot(), NULL::bigint, ${noColumns}
UNION ALL
SELECT NULL, f.* FROM (
  SELECT * FROM (
    SELECT seq, ${columns} FROM events e
     WHERE xid >= pg_snapshot_xmax($1::pg_snapshot) AND xid < pg_snapshot_xmax(pg_current_snapshot()) AND seq + 0 > $2
    UNION ALL
    SELECT seq, ${columns} FROM events e
     WHERE xid = ANY (ARRAY(SELECT pg_snapshot_xip($1::pg_snapshot))) AND seq + 0 > $2
  ) AS fresh ORDER BY seq + 0 LIMIT $3
) AS f`;

export const FRESH = fresh(EVENT_COLUMNS, NO_EVENT);

/** The same without what this process may know itself. */
const FRESH_LIGHT = fresh(`e.id, e.version, ${RECORDED_AT}`, 'NULL::uuid, NULL::bigint, NULL::timestamp');

/** The rest of a round too large for one part: what `target` sees and `settled` does not, after the last part. */
const REST = `
SELECT NULL, e.seq, ${EVENT_COLUMNS}
  FROM events e
 WHERE e.seq > $3
   AND NOT pg_visible_in_snapshot(e.xid, $1::pg_snapshot)
   AND pg_visible_in_snapshot(e.xid, $2::pg_snapshot)
 ORDER BY e.seq LIMIT $4`;

const BY_SEQ = `SELECT NULL, e.seq, ${EVENT_COLUMNS} FROM events e WHERE e.seq = ANY ($1::bigint[])`;

type Found = Omit<SequencedEntry, 'position'>;
type Look = Readonly<{ found: readonly Found[]; snapshot: string }>;

const wholeRow = (row: TextRow): Found => ({ seq: bigintColumn(row, 1), stored: storedEvent(row, 2) });

/** Events of `FRESH_LIGHT` with the rest from `pending`, and from the server where it is not there. */
const complete = async (
  client: ClientBase,
  rows: readonly TextRow[],
  pending: PendingEvents,
): Promise<Found[]> => {
  const contents = rows.map((row) => pending.take(textColumn(row, 2)));
  const unknown = rows.flatMap((row, index) => (contents[index] === undefined ? [bigintColumn(row, 1)] : []));
  const answer =
    unknown.length === 0 ? null : await client.query(textQuery('sequencer-by-seq', BY_SEQ, [unknown]));
  const read = new Map((answer?.rows ?? []).map(wholeRow).map((found) => [found.seq, found]));
  return rows.map((row, index) => {
    const seq = bigintColumn(row, 1);
    const content = contents[index];
    if (content === undefined) {
      const whole = read.get(seq);
      if (whole === undefined) throw new Error(`the event with seq ${seq} is not there any more`);
      return whole;
    }
    const recordedAt = rfc3339(textColumn(row, 4));
    return { seq, stored: { ...content, id: textColumn(row, 2), version: bigintColumn(row, 3), recordedAt } };
  });
};

const lookAfresh = async (
  client: ClientBase,
  state: SequencerState,
  limit: number,
  pending: PendingEvents,
): Promise<Look> => {
  const light = pending.size > 0;
  const values = [state.settled, state.floorSeq, limit];
  const { rows } = await client.query(
    light ? textQuery('sequencer-light', FRESH_LIGHT, values) : textQuery('sequencer-fresh', FRESH, values),
  );
  const snapshot = textColumn(
    rows.find((row: TextRow) => row[0] !== null),
    0,
  );
  const events = rows.filter((row: TextRow) => row[1] !== null);
  return { snapshot, found: light ? await complete(client, events, pending) : events.map(wholeRow) };
};

const lookForRest = async (
  client: ClientBase,
  state: SequencerState,
  target: string,
  limit: number,
): Promise<Look> => {
  const values = [state.settled, target, state.afterSeq, limit];
  const { rows } = await client.query(textQuery('sequencer-rest', REST, values));
  return { snapshot: target, found: rows.map(wholeRow) };
};

/**
 * The next part of the log. `pending`: contents that need not be read; those of the events found are taken out of it.
 * Throws when the server contradicts itself.
 */
export const readPart = async (
  client: ClientBase,
  state: SequencerState,
  limit: number,
  pending = new PendingEvents(),
): Promise<Part> => {
  const { found, snapshot } =
    state.target === null
      ? await lookAfresh(client, state, limit, pending)
      : await lookForRest(client, state, state.target, limit);
  for (const [index, { seq }] of found.entries())
    if (index > 0 && seq <= (found[index - 1]?.seq ?? 0n))
      throw new Error('the server gave events out of order');
  const isLast = found.length < limit;
  return {
    entries: found.map(({ seq, stored }, index) => ({
      position: state.head + BigInt(index + 1),
      seq,
      stored,
    })),
    next: {
      round: state.round + 1n,
      head: state.head + BigInt(found.length),
      settled: isLast ? snapshot : state.settled,
      target: isLast ? null : snapshot,
      afterSeq: isLast ? 0n : (found.at(-1)?.seq ?? 0n),
      floorSeq: state.floorSeq,
    },
  };
};
