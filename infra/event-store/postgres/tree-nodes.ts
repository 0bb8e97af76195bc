import type { Pool } from 'pg';
import { hashArray } from '../../postgres/binary-array.ts';
import { HASH_BYTES, rootOfRun } from '../merkle/hashing.ts';
import type { SubtreeHash } from '../merkle/proofs.ts';

/**
 * A tile is a run of 256 hashes of one level; its root is one hash of the level above. Level 0 are the leaves, kept in
 * `event_log`; the others are `tree_nodes`.
 */
export const TILE = 256;
const TILE_HEIGHT = 8;
type Db = Pick<Pool, 'query'>;

/** Tiles per statement: half a megabyte of hashes, some 15 ms of hashing. */
const TILES_PER_BATCH = 64;

/** Thrown when hashes that must be there are not: the tables were changed by somebody who may. */
export class TreeDamaged extends Error {
  readonly firstPosition: number;

  constructor(firstPosition: number, what: string) {
    super(`the tree is damaged at position ${firstPosition}: ${what}`);
    this.name = 'TreeDamaged';
    this.firstPosition = firstPosition;
  }
}

type Run = Readonly<{ count: number; hashes: Buffer }>;

const LEAVES = `SELECT count(*)::int4 AS count, coalesce(string_agg(leaf_hash, '' ORDER BY position), '') AS hashes
  FROM event_log WHERE position > $1 AND position <= $2`;
const NODES = `SELECT count(*)::int4 AS count, coalesce(string_agg(hash, '' ORDER BY index), '') AS hashes
  FROM tree_nodes WHERE index >= $1 AND index < $2 AND level = $3`;

/** Hashes [from, to) of a level. Throws `TreeDamaged` unless each is there, once. */
const readRun = async (db: Db, level: number, from: number, to: number): Promise<Buffer> => {
  const { rows } = await db.query<Run>(
    level === 0
      ? { name: 'tree-leaves', text: LEAVES, values: [from, to] }
      : { name: 'tree-nodes', text: NODES, values: [from, to, level] },
  );
  const { count, hashes } = rows[0] ?? { count: 0, hashes: Buffer.alloc(0) };
  if (count !== to - from || hashes.length !== count * HASH_BYTES)
    throw new TreeDamaged(from * TILE ** level + 1, `${count} of ${to - from} hashes of level ${level}`);
  return hashes;
};

/** Leaf hashes [from, to), counted from 0, in one run. Throws `TreeDamaged` unless each is there, once. */
export const storedLeaves = (db: Db, from: number, to: number): Promise<Buffer> => readRun(db, 0, from, to);

/** Stored nodes in the order asked for; null where there is none. */
export const readNodes = async (
  db: Db,
  wanted: readonly Readonly<{ level: number; index: number }>[],
): Promise<(Buffer | null)[]> => {
  const { rows } = await db.query<{ hash: Buffer | null }>({
    name: 'tree-read-nodes',
    text: `SELECT t.hash FROM unnest($1::int4[], $2::int8[]) WITH ORDINALITY AS w(level, index, ord)
             LEFT JOIN tree_nodes t ON t.level = w.level AND t.index = w.index ORDER BY w.ord`,
    values: [wanted.map(({ level }) => level), wanted.map(({ index }) => index)],
  });
  return rows.map(({ hash }) => hash);
};

const countOf = async (db: Db, level: number): Promise<number> => {
  const { rows } = await db.query<{ count: bigint }>(
    level === 0
      ? { name: 'tree-size', text: 'SELECT coalesce(max(position), 0) AS count FROM event_log' }
      : {
          name: 'tree-level',
          text: 'SELECT coalesce(max(index) + 1, 0) AS count FROM tree_nodes WHERE level = $1',
          values: [level],
        },
  );
  return Number(rows[0]?.count ?? 0n);
};

const rootsOfTiles = (hashes: Buffer): Buffer[] => {
  const bytes = TILE * HASH_BYTES;
  return Array.from({ length: hashes.length / bytes }, (_, n) =>
    rootOfRun(hashes.subarray(n * bytes, (n + 1) * bytes)),
  );
};

const growLevel = async (db: Db, level: number, children: number): Promise<number> => {
  const complete = Math.floor(children / TILE);
  for (let from = await countOf(db, level); from < complete; from += TILES_PER_BATCH) {
    const to = Math.min(from + TILES_PER_BATCH, complete);
    const roots = rootsOfTiles(await readRun(db, level - 1, from * TILE, to * TILE));
    await db.query({
      name: 'tree-grow',
      // Another process may have been quicker; it wrote the same.
      text: `INSERT INTO tree_nodes (level, index, hash)
             SELECT $1, $2::bigint + n.ord - 1, n.hash FROM unnest($3::bytea[]) WITH ORDINALITY AS n(hash, ord)
             ON CONFLICT DO NOTHING`,
      values: [level, from, hashArray(roots)],
    });
  }
  return complete;
};

/**
 * Adds the nodes that the log has leaves for; answers the number of leaves, all of which proofs can now name. Follows the
 * sequencer, in batches, from wherever the stored nodes end; any number of processes may do it at once.
 * Throws `TreeDamaged`.
 */
export const growTree = async (db: Db): Promise<number> => {
  const size = await countOf(db, 0);
  let complete = size;
  for (let level = 1; complete >= TILE; level += 1) complete = await growLevel(db, level, complete);
  return size;
};

/**
 * Subtrees of the stored tree over the first `size` leaves, after `growTree`. Each tile is read once and kept, at most 8
 * KiB a level for one proof; make a new one for the next request.
 */
export const storedSubtrees = (db: Db, size: number): SubtreeHash => {
  const tiles = new Map<string, Promise<Buffer>>();
  const tile = (level: number, index: number): Promise<Buffer> => {
    const key = `${level}/${index}`;
    const count = Math.floor(size / TILE ** level);
    const read = tiles.get(key) ?? readRun(db, level, index * TILE, Math.min((index + 1) * TILE, count));
    tiles.set(key, read);
    return read;
  };
  return async (height, index) => {
    const level = Math.floor(height / TILE_HEIGHT);
    const width = 2 ** (height % TILE_HEIGHT);
    const first = index * width;
    const hashes = await tile(level, Math.floor(first / TILE));
    const at = (first % TILE) * HASH_BYTES;
    return rootOfRun(hashes.subarray(at, at + width * HASH_BYTES));
  };
};
