import type { QueryConfig } from 'pg';
import { hashArray, int8Array } from '../../postgres/binary-array.ts';
import { leafHex } from '../leaf.ts';
import { CHANNELS } from './notifications.ts';
import type { Part } from './sequencer-read.ts';

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
      hashArray(entries.map(({ position, stored }) => leafHex(position, stored))),
    ],
  };
};
