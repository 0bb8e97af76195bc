import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyProjection } from '../../domain/kernel/projection.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import type { Db } from './db.ts';

/** Events that the table does not hear of do not count: where nothing is at work, it holds everything all the same. */
const HELD = `
SELECT EXISTS (SELECT FROM event_log l JOIN events e USING (seq)
                WHERE l.position > (SELECT coalesce(min(position), 0) FROM runtime.partitions WHERE subscription = $1)
                  AND l.position <= $2 AND e.type = ANY($3::text[])) AS behind,
       EXISTS (SELECT FROM runtime.dead_letters
                WHERE subscription = $1 AND position <= $2 AND status <> 'resolved') AS gaps`;

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

/** What keeps a table from holding every event up to this position; null: it does. */
export const whyNotWhole = async (
  db: Db,
  projection: AnyProjection,
  head: bigint,
): Promise<Rejection | null> => {
  const { rows } = await db.query<{ behind: boolean; gaps: boolean }>(HELD, [
    projectionSubscriptionId(projection),
    head,
    projection.handles,
  ]);
  const { behind = true, gaps = false } = rows[0] ?? {};
  if (gaps)
    return new Rejection(
      'LEDGER_INCOMPLETE',
      'Events of the ledger could not be processed: iama dead-letters list.',
      { table: projection.name },
    );
  return behind ? lagging(projection.name) : null;
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

/**
 * Waits until the read tables hold every event that the log had when it was asked. Throws `Rejection` LEDGER_BEHIND where they do not
 * within `patienceMs`, milliseconds, and LEDGER_INCOMPLETE where events of theirs wait for an operator.
 */
export const untilWhole = async (
  db: Db,
  projections: readonly AnyProjection[],
  patienceMs = PATIENCE_MS,
): Promise<void> => {
  const giveUpAt = performance.now() + patienceMs;
  const until = async (look: () => Promise<Rejection | null>): Promise<void> => {
    for (let why = await look(); why !== null; why = await look()) {
      if (performance.now() > giveUpAt) throw why;
      await sleep(LOOK_MS);
    }
  };
  const types = projections.flatMap(({ handles }) => handles);
  const { appended } = await endsOf(db);
  await until(() => whyNotPlaced(db, types, appended));
  const { placed } = await endsOf(db);
  for (const projection of projections) await until(() => whyNotWhole(db, projection, placed));
};
