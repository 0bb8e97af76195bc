import type { ClientBase } from 'pg';
import type { TextRow } from './rows.ts';
import { bigintColumn, textColumn, textQuery } from './rows.ts';

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
    super('the log was restored from another server: run `iama store reseat` as the owner of the database');
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
