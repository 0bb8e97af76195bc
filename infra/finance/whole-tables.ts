import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyProjection } from '../../domain/kernel/projection.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import type { Db } from './db.ts';

/** Events that the table does not hear of do not count: where nothing is at work, it holds everything all the same. */
const HELD = `
SELECT EXISTS (SELECT FROM event_log l JOIN events e USING (seq)
                WHERE l.position > (SELECT coalesce(min(position), 0) FROM runtime.partitions WHERE subscription = $1)
                  AND l.position <= $2 AND e.type = ANY($3::text[])) AS behind`;

const GAPS = `
SELECT id::text, lane, position::text, event_type AS type, stream_name AS stream FROM runtime.dead_letters
 WHERE subscription = $1 AND position <= $2 AND status <> 'resolved' ORDER BY position`;

type Gap = Readonly<{ id: string; lane: string; position: string; type: string; stream: string }>;

/** What was appended and has no position yet: the sequencer gives it one within moments. */
const UNPLACED = `
SELECT EXISTS (SELECT FROM events e
                WHERE e.xid >= coalesce((SELECT pg_snapshot_xmin(settled) FROM sequencer_rounds ORDER BY round DESC LIMIT 1), '0')
                  AND e.seq <= $1 AND e.type = ANY($2::text[])
                  AND NOT EXISTS (SELECT FROM event_log l WHERE l.seq = e.seq)) AS behind`;

const ENDS = `
SELECT (SELECT coalesce(max(seq), 0) FROM events) AS appended, (SELECT coalesce(max(position), 0) FROM event_log) AS placed`;

/** A table takes in within a second what was written. */
const PATIENCE_MS = 15_000;
const LOOK_MS = 100;

const gapsOf = async (db: Db, projection: AnyProjection, head: bigint): Promise<readonly Gap[]> =>
  (await db.query<Gap>(GAPS, [projectionSubscriptionId(projection), head])).rows;

const whyNotCurrent = async (db: Db, projection: AnyProjection, head: bigint): Promise<Rejection | null> => {
  const subscription = projectionSubscriptionId(projection);
  const { rows } = await db.query<{ behind: boolean }>(HELD, [subscription, head, projection.handles]);
  return rows[0]?.behind === false ? null : lagging(projection.name);
};

/** What keeps a table from holding every event up to this position; null: it does. */
export const whyNotWhole = async (
  db: Db,
  projection: AnyProjection,
  head: bigint,
): Promise<Rejection | null> => {
  const [gap] = await gapsOf(db, projection, head);
  if (gap === undefined) return whyNotCurrent(db, projection, head);
  const { id, position, type, stream } = gap;
  return new Rejection(
    'LEDGER_INCOMPLETE',
    `Event ${position}, ${type} of ${stream}, could not be processed: iama dead-letters inspect ${id}.`,
    { table: projection.name, position, deadLetter: id },
  );
};

/** The rows of a table that lack events which could not be processed, by their keys. */
export const gapsIn = async (db: Db, projection: AnyProjection): Promise<readonly string[]> => {
  const { placed } = await endsOf(db);
  return [...new Set((await gapsOf(db, projection, placed)).map(({ lane }) => lane))];
};

const lagging = (table: string): Rejection =>
  new Rejection('LEDGER_BEHIND', 'The ledger has not taken in all events yet. Try again shortly.', { table });

const whyNotPlaced = async (
  db: Db,
  types: readonly string[],
  appended: bigint,
): Promise<Rejection | null> => {
  const { rows } = await db.query<{ behind: boolean }>(UNPLACED, [appended, types]);
  return rows[0]?.behind === false ? null : lagging('event_log');
};

const endsOf = async (db: Db): Promise<Readonly<{ appended: bigint; placed: bigint }>> => {
  const { rows } = await db.query<{ appended: bigint; placed: bigint }>(ENDS);
  return rows[0] ?? { appended: 0n, placed: 0n };
};

/** `whole`: must hold every event; `current`: of which some may be missing, where they could not be processed. */
export type Tables = Readonly<{ whole: readonly AnyProjection[]; current: readonly AnyProjection[] }>;

/**
 * Waits until the read tables hold every event that the log had when it was asked. Throws `Rejection` LEDGER_BEHIND where they do not
 * within `patienceMs`, milliseconds, and LEDGER_INCOMPLETE where events of those that must be whole wait for an operator or were skipped.
 */
export const untilWhole = async (
  db: Db,
  { whole, current }: Tables,
  patienceMs = PATIENCE_MS,
): Promise<void> => {
  const giveUpAt = performance.now() + patienceMs;
  const until = async (look: () => Promise<Rejection | null>): Promise<void> => {
    for (let why = await look(); why !== null; why = await look()) {
      if (performance.now() > giveUpAt) throw why;
      await sleep(LOOK_MS);
    }
  };
  const types = [...whole, ...current].flatMap(({ handles }) => handles);
  const { appended } = await endsOf(db);
  await until(() => whyNotPlaced(db, types, appended));
  const { placed } = await endsOf(db);
  for (const projection of whole) await until(() => whyNotWhole(db, projection, placed));
  for (const projection of current) await until(() => whyNotCurrent(db, projection, placed));
};
