import type { ClientBase, QueryConfig } from 'pg';
import { hashArray, int8Array } from '../../postgres/binary-array.ts';
import { leafHash } from '../leaf.ts';
import { CHANNELS } from './notifications.ts';
import type { LogEntry } from './read.ts';
import type { TextRow } from './rows.ts';
import { bigintColumn, EVENT_COLUMNS, storedEvent, textColumn, textQuery } from './rows.ts';

/** What the newest row of `sequencer_rounds` says; see migrations/0001. Snapshots are opaque texts. */
export type SequencerState = Readonly<{
  round: bigint;
  head: bigint;
  settled: string;
  target: string | null;
  afterSeq: bigint;
  floorSeq: bigint;
}>;

/** Thrown when the log came from another server and its snapshots mean nothing here. */
export class ReseatNeeded extends Error {
  constructor() {
    super('the log was restored from another server: run reseat before the sequencer');
    this.name = 'ReseatNeeded';
  }
}

/**
 * For the sequencer's own connection: durable always, and plans that fit a log of any size. The planner expects thousands
 * of rows where some are found, and would start parallel workers (5 ms a round) or compile the plan for them.
 */
export const SESSION_SETTINGS = `
SET synchronous_commit = 'on';
SET plan_cache_mode = 'force_generic_plan';
SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
SET max_parallel_workers_per_gather = 0; SET jit = off`;

export const readState = async (client: ClientBase): Promise<SequencerState> => {
  const { rows } = await client.query(
    textQuery(
      'sequencer-state',
      `SELECT round, head, settled, target, after_seq, floor_seq,
              server = (pg_control_system()).system_identifier
         FROM sequencer_rounds ORDER BY round DESC LIMIT 1`,
      [],
    ),
  );
  const row = rows[0] as TextRow | undefined;
  if (textColumn(row, 6) !== 't') throw new ReseatNeeded();
  return {
    round: bigintColumn(row, 0),
    head: bigintColumn(row, 1),
    settled: textColumn(row, 2),
    target: row?.[3] ?? null,
    afterSeq: bigintColumn(row, 4),
    floorSeq: bigintColumn(row, 5),
  };
};

/** As many columns as `EVENT_COLUMNS`, of the same types. */
const NO_EVENT =
  'NULL::uuid, NULL, NULL::bigint, NULL, NULL::integer, NULL::timestamp, NULL::json, NULL::json';

/**
 * Events that the settled snapshot could not see and this statement can: those of transactions that had not begun, and
 * those of the ones then in progress. Bounded above by the current xmax, so that rows restored from a server with
 * higher xids are not walked again and again. `seq + 0` keeps the planner from walking the primary key, which reads the
 * whole log. The rows are sorted here, once: looking each up again by seq cost a quarter more. The current snapshot is a
 * row of its own: under load it names every open transaction, too much to repeat with every event.
 */
export const FRESH = `
SELECT pg_current_snapshot(), NULL::bigint, ${NO_EVENT}
UNION ALL
SELECT NULL, f.* FROM (
  SELECT * FROM (
    SELECT seq, ${EVENT_COLUMNS} FROM events e
     WHERE xid >= pg_snapshot_xmax($1::pg_snapshot) AND xid < pg_snapshot_xmax(pg_current_snapshot()) AND seq + 0 > $2
    UNION ALL
    SELECT seq, ${EVENT_COLUMNS} FROM events e
     WHERE xid = ANY (ARRAY(SELECT pg_snapshot_xip($1::pg_snapshot))) AND seq + 0 > $2
  ) AS fresh ORDER BY seq + 0 LIMIT $3
) AS f`;

/** The rest of a round too large for one part: what `target` sees and `settled` does not, after the last part. */
const REST = `
SELECT NULL, e.seq, ${EVENT_COLUMNS}
  FROM events e
 WHERE e.seq > $3
   AND NOT pg_visible_in_snapshot(e.xid, $1::pg_snapshot)
   AND pg_visible_in_snapshot(e.xid, $2::pg_snapshot)
 ORDER BY e.seq LIMIT $4`;

export type Part = Readonly<{ entries: readonly (LogEntry & { seq: bigint })[]; next: SequencerState }>;

/** The next part of the log: events in order of seq with the positions they will have, and the state after them. */
export const readPart = async (client: ClientBase, state: SequencerState, limit: number): Promise<Part> => {
  const { rows } = await client.query(
    state.target === null
      ? textQuery('sequencer-fresh', FRESH, [state.settled, state.floorSeq, limit])
      : textQuery('sequencer-rest', REST, [state.settled, state.target, state.afterSeq, limit]),
  );
  const found = rows.filter((row: TextRow) => row[1] !== null);
  const entries = found.map((row: TextRow, index: number) => ({
    position: state.head + BigInt(index + 1),
    seq: bigintColumn(row, 1),
    stored: storedEvent(row, 2),
  }));
  for (const [index, { seq }] of entries.entries())
    if (index > 0 && seq <= (entries[index - 1]?.seq ?? 0n))
      throw new Error('the server gave events out of order');
  const target =
    state.target ??
    textColumn(
      rows.find((row: TextRow) => row[0] !== null),
      0,
    );
  const complete = entries.length < limit;
  return {
    entries,
    next: {
      round: state.round + 1n,
      head: state.head + BigInt(entries.length),
      settled: complete ? target : state.settled,
      target: complete ? null : target,
      afterSeq: complete ? 0n : (entries.at(-1)?.seq ?? 0n),
      floorSeq: state.floorSeq,
    },
  };
};

// The round's primary key lets one sequencer win; the fence stops a leader that was replaced. Nothing else is needed.
const WRITE = `
WITH round AS (
  INSERT INTO sequencer_rounds (round, head, settled, target, after_seq, floor_seq, fence)
  SELECT $1, $2, $3, $4, $5, $6, $7 FROM sequencer_lease WHERE fence = $7
  RETURNING round, head
), numbered AS (
  INSERT INTO event_log (position, seq, leaf_hash)
  SELECT $8::bigint + n.ord, n.seq, n.leaf
    FROM round, unnest($9::bigint[], $10::bytea[]) WITH ORDINALITY AS n(seq, leaf, ord)
)
SELECT round, pg_notify('${CHANNELS.sequenced}', head::text) FROM round`;

/**
 * One row when written, and then listeners hear of the new head with the commit: a NOTIFY of its own was a second commit
 * to wait for. None when the fence is not the newest; 23505 when another sequencer wrote this round.
 */
export const writeQuery = (part: Part, fence: bigint): QueryConfig => {
  const { entries, next } = part;
  return {
    name: 'sequencer-write',
    text: WRITE,
    values: [
      next.round,
      next.head,
      next.settled,
      next.target,
      next.afterSeq,
      next.floorSeq,
      fence,
      next.head - BigInt(entries.length),
      int8Array(entries.map(({ seq }) => seq)),
      hashArray(entries.map(({ position, stored }) => leafHash(position, stored))),
    ],
  };
};
