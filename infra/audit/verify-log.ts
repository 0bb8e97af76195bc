import type { Pool } from 'pg';
import { leafHash } from '../event-store/leaf.ts';
import { Frontier } from '../event-store/merkle/frontier.ts';
import { HASH_BYTES } from '../event-store/merkle/hashing.ts';
import {
  bigintColumn,
  EVENT_COLUMNS,
  storedEvent,
  type TextRow,
  textQuery,
} from '../event-store/postgres/rows.ts';
import { readNodes, TILE } from '../event-store/postgres/tree-nodes.ts';
import { readLeaves } from './leaf-files.ts';
import type { TreeHead } from './tree-head.ts';

type Db = Pick<Pool, 'query'>;

/** What is wrong, in the order in which it is looked for at a position. */
export type FindingCode =
  | 'POSITION_MISSING'
  | 'EVENT_MISSING'
  | 'EVENT_CHANGED'
  | 'NOT_AS_PUBLISHED'
  | 'TREE_NODE_CHANGED'
  | 'HEAD_CONTRADICTED'
  | 'HEAD_ROW_CHANGED'
  | 'LOG_TRUNCATED'
  | 'EVENT_UNNUMBERED';

export type Finding = Readonly<{
  code: FindingCode;
  /** The first bad position; null where the fault has none. */
  position: number | null;
  /** The first bad position is from `position` to this one, where it cannot be told more exactly. */
  upTo: number | null;
  what: string;
}>;

export type Verified = Readonly<{
  /** Events read. */
  events: number;
  /** Of these so many were held against a head. */
  covered: number;
  headsChecked: number;
  /** Whether leaves kept outside of the database named positions; UNUSABLE: they do not lead to the head. */
  leaves: 'USED' | 'ABSENT' | 'UNUSABLE';
  /** null: nothing was changed. */
  finding: Finding | null;
}>;

export type VerifyOptions = Readonly<{
  /** Heads whose signatures were checked, by size. None: the log is only compared with its own hashes. */
  heads: readonly TreeHead[];
  /** Folder of leaves that were published with them. */
  leaves: string | null;
  onProgress?: (events: number) => void;
}>;

/** Events in memory at once. */
const BATCH = 512;
const LEAVES_PER_READ = 65_536;

const LOG = `
SELECT l.position, encode(l.leaf_hash, 'hex'), ${EVENT_COLUMNS}
  FROM (SELECT position, seq, leaf_hash FROM event_log WHERE position > $1 ORDER BY position LIMIT $2) l
  LEFT JOIN events e ON e.seq = l.seq
 ORDER BY l.position`;
const ID_COLUMN = 2;

const found = (
  code: FindingCode,
  position: number | null,
  what: string,
  upTo: number | null = null,
): Finding => ({
  code,
  position,
  upTo,
  what,
});

/** Leaves are believed only when they lead to the newest signed root themselves. */
const usableLeaves = async (
  folder: string | null,
  newest: TreeHead | undefined,
): Promise<Verified['leaves']> => {
  if (folder === null || newest === undefined) return 'ABSENT';
  const frontier = new Frontier();
  while (frontier.size < newest.tree_size) {
    const wanted = Math.min(LEAVES_PER_READ, newest.tree_size - frontier.size);
    const hashes = await readLeaves(folder, frontier.size, wanted);
    if (hashes.length === 0) return frontier.size === 0 ? 'ABSENT' : 'UNUSABLE';
    for (let at = 0; at < hashes.length; at += HASH_BYTES)
      frontier.push(hashes.subarray(at, at + HASH_BYTES));
  }
  return frontier.root().toString('hex') === newest.root_hash ? 'USED' : 'UNUSABLE';
};

/** The hash of the event in a row of `LOG`, or what is wrong with it. */
const leafOfRow = (row: TextRow, position: number): Buffer | Finding => {
  const at = bigintColumn(row, 0);
  if (at !== BigInt(position))
    return found('POSITION_MISSING', position, `the next position in the log is ${at}`);
  if (row[ID_COLUMN] === null)
    return found('EVENT_MISSING', position, 'the log names an event that is not there');
  const leaf = leafHash(at, storedEvent(row, ID_COLUMN));
  if (leaf.toString('hex') !== row[1])
    return found('EVENT_CHANGED', position, 'the event does not have the hash that the log holds for it');
  return leaf;
};

type Node = Readonly<{ level: number; index: number; hash: Buffer }>;

/** Compares rebuilt nodes with those stored; up to `mustHave` leaves each must be there. */
const checkNodes = async (db: Db, rebuilt: readonly Node[], mustHave: number): Promise<Finding | null> => {
  if (rebuilt.length === 0) return null;
  const stored = await readNodes(db, rebuilt);
  for (const [n, { level, index, hash }] of rebuilt.entries()) {
    const leaves = TILE ** level;
    const isMissing = stored[n] === null || stored[n] === undefined;
    if (isMissing && (index + 1) * leaves > mustHave) continue;
    if (!isMissing && stored[n]?.equals(hash) === true) continue;
    const what = `node ${index} of level ${level} of the tree ${isMissing ? 'is missing' : 'is not that of these events'}`;
    return found('TREE_NODE_CHANGED', index * leaves + 1, what, (index + 1) * leaves);
  }
  return null;
};

/** An event that was put beside the log: the sequencer has settled its transaction and would never number it. */
const UNNUMBERED = `
WITH round AS (
  SELECT settled FROM sequencer_rounds WHERE server = (pg_control_system()).system_identifier ORDER BY round DESC LIMIT 1
)
SELECT e.stream, e.version FROM events e, round
 WHERE pg_visible_in_snapshot(e.xid, round.settled) AND NOT EXISTS (SELECT FROM event_log l WHERE l.seq = e.seq)
 ORDER BY e.seq LIMIT 1`;

const unnumbered = async (db: Db): Promise<Finding | null> => {
  const { rows } = await db.query<{ stream: string; version: bigint }>(UNNUMBERED);
  const [row] = rows;
  if (row === undefined) return null;
  return found(
    'EVENT_UNNUMBERED',
    null,
    `version ${row.version} of ${row.stream} has no position and will get none`,
  );
};

/**
 * Rebuilds the tree from the events themselves, read once in order and in bounded memory, and holds it against heads that
 * were published. Ends at the first bad position and names it. Wants a connection without a statement timeout.
 */
export const verifyLog = async (db: Db, options: VerifyOptions): Promise<Verified> => {
  const { heads } = options;
  const newest = heads.at(-1);
  const covered = newest?.tree_size ?? 0;
  const leaves = await usableLeaves(options.leaves, newest);
  let nodes: Node[] = [];
  const frontier = new Frontier((size, index, hash) => {
    const level = Math.round(Math.log2(size) / Math.log2(TILE));
    if (TILE ** level === size) nodes.push({ level, index, hash });
  });
  let headsChecked = 0;

  /** A head of the present size that the events do not lead to. */
  const contradicted = (): Finding | null => {
    for (let head = heads[headsChecked]; head?.tree_size === frontier.size; head = heads[headsChecked]) {
      if (frontier.root().toString('hex') !== head.root_hash) {
        const before = heads[headsChecked - 1]?.tree_size ?? 0;
        return found(
          'HEAD_CONTRADICTED',
          before + 1,
          `the head of ${head.tree_size} events names another root`,
          head.tree_size,
        );
      }
      headsChecked += 1;
    }
    return null;
  };

  const checkBatch = async (rows: readonly TextRow[]): Promise<Finding | null> => {
    const from = frontier.size;
    const wanted = leaves === 'USED' ? Math.min(rows.length, Math.max(covered - from, 0)) : 0;
    const published =
      wanted > 0 && options.leaves !== null ? await readLeaves(options.leaves, from, wanted) : null;
    for (const [n, row] of rows.entries()) {
      const position = from + n + 1;
      const leaf = leafOfRow(row, position);
      if (!Buffer.isBuffer(leaf)) return leaf;
      const kept = published?.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES);
      if (kept !== undefined && kept.length > 0 && !kept.equals(leaf))
        return found(
          'NOT_AS_PUBLISHED',
          position,
          'the event is not the one that was published at this position',
        );
      frontier.push(leaf);
      const finding = contradicted();
      if (finding !== null) return (await checkNodes(db, nodes, covered)) ?? finding;
    }
    const rebuilt = nodes;
    nodes = [];
    return checkNodes(db, rebuilt, covered);
  };

  let finding: Finding | null = null;
  while (finding === null) {
    const { rows } = await db.query(textQuery('verify-log', LOG, [frontier.size, BATCH]));
    if (rows.length === 0) break;
    finding = await checkBatch(rows);
    options.onProgress?.(frontier.size);
  }
  if (finding === null && frontier.size < covered)
    finding = found(
      'LOG_TRUNCATED',
      frontier.size + 1,
      `${covered} events were published, ${frontier.size} are left`,
    );
  finding ??= await unnumbered(db);
  return { events: frontier.size, covered: Math.min(covered, frontier.size), headsChecked, leaves, finding };
};
