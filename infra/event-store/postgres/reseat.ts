import type { ClientBase, Pool } from 'pg';
import { hashArray, int8Array } from '../../postgres/binary-array.ts';
import { withTransaction } from '../../postgres/pool.ts';
import { leafHash } from '../leaf.ts';
import type { TextRow } from './rows.ts';
import { bigintColumn, EVENT_COLUMNS, storedEvent, textQuery } from './rows.ts';

export type Reseated = Readonly<{
  /** Positions in the log after the operation. */
  head: bigint;
  /** Events that were restored without a position and have one now. */
  numbered: number;
}>;

const PART_SIZE = 1_000;

const one = async (client: ClientBase, text: string): Promise<bigint> => {
  const { rows } = await client.query(textQuery('', text, []));
  return bigintColumn(rows[0] as TextRow | undefined, 0);
};

const numberRest = async (client: ClientBase, head: bigint): Promise<number> => {
  let numbered = 0;
  for (;;) {
    const { rows } = await client.query(
      textQuery(
        '',
        `SELECT e.seq, ${EVENT_COLUMNS} FROM events e
          WHERE NOT EXISTS (SELECT FROM event_log l WHERE l.seq = e.seq) ORDER BY e.seq LIMIT $1`,
        [PART_SIZE],
      ),
    );
    if (rows.length === 0) return numbered;
    const from = head + BigInt(numbered);
    await client.query(
      `INSERT INTO event_log (position, seq, leaf_hash)
       SELECT $1::bigint + n.ord, n.seq, n.leaf
         FROM unnest($2::bigint[], $3::bytea[]) WITH ORDINALITY AS n(seq, leaf, ord)`,
      [
        from,
        int8Array(rows.map((row: TextRow) => bigintColumn(row, 0))),
        hashArray(
          rows.map((row: TextRow, index: number) => leafHash(from + BigInt(index + 1), storedEvent(row, 1))),
        ),
      ],
    );
    numbered += rows.length;
  }
};

/**
 * Makes a log that was restored from another server (dump, COPY, logical replica) continue here: transaction ids and
 * snapshots of the old server mean nothing on this one. Positions already given stay; restored events without one get
 * the next, by seq; the sequence goes on after the highest. Run it as owner after every logical restore; it waits for
 * writers and holds them meanwhile. Running it again does no harm.
 */
export const reseat = (owner: Pool): Promise<Reseated> =>
  withTransaction(owner, async (client) => {
    await client.query('SET LOCAL statement_timeout = 0');
    await client.query('LOCK TABLE events IN SHARE MODE');
    await client.query(`UPDATE sequencer_lease SET fence = fence + 1, holder = '', expires_at = '-infinity'`);
    const orphans = await one(
      client,
      'SELECT count(*) FROM event_log l WHERE NOT EXISTS (SELECT FROM events e WHERE e.seq = l.seq)',
    );
    if (orphans > 0n) throw new Error(`the restore is incomplete: ${orphans} positions have no event`);
    await client.query(`SELECT setval(pg_get_serial_sequence('events', 'seq'), greatest(max(seq), 1)) FROM events
                        HAVING max(seq) IS NOT NULL`);
    const head = await one(client, 'SELECT coalesce(max(position), 0) FROM event_log');
    const numbered = await numberRest(client, head);
    // Our own transaction is in progress in this snapshot, which is harmless: it inserts no event.
    await client.query(
      `INSERT INTO sequencer_rounds (round, head, settled, after_seq, floor_seq, fence)
       SELECT (SELECT max(round) + 1 FROM sequencer_rounds), $1, pg_current_snapshot(), 0,
              (SELECT coalesce(max(seq), 0) FROM events), fence
         FROM sequencer_lease`,
      [head + BigInt(numbered)],
    );
    return { head: head + BigInt(numbered), numbered };
  });
