import type { KeyObject } from 'node:crypto';
import type { Pool } from 'pg';
import { type HeadKeys, type HeadSigner, keyIdOf, publicKeyOfDer } from './head-key.ts';
import type { TreeHead } from './tree-head.ts';

type Db = Pick<Pool, 'query'>;

type HeadRow = Readonly<{
  size: bigint;
  origin: string;
  root_hash: Buffer;
  signed_at: Date;
  key_id: string;
  signature: Buffer;
}>;

const COLUMNS = 'size, origin, root_hash, signed_at, key_id, signature';

const headOf = (row: HeadRow): TreeHead => ({
  origin: row.origin,
  tree_size: Number(row.size),
  root_hash: row.root_hash.toString('hex'),
  signed_at: row.signed_at.toISOString(),
  key_id: row.key_id,
  signature: row.signature.toString('base64'),
});

const NEWEST = 'ORDER BY size DESC, signed_at DESC LIMIT 1';

/** null: none was signed yet. */
export const newestHead = async (db: Db): Promise<TreeHead | null> => {
  const { rows } = await db.query<HeadRow>(`SELECT ${COLUMNS} FROM tree_heads ${NEWEST}`);
  return rows[0] === undefined ? null : headOf(rows[0]);
};

/** The head of exactly this size, by the newest key. */
export const headOfSize = async (db: Db, size: number): Promise<TreeHead | null> => {
  const { rows } = await db.query<HeadRow>(`SELECT ${COLUMNS} FROM tree_heads WHERE size = $1 ${NEWEST}`, [
    size,
  ]);
  return rows[0] === undefined ? null : headOf(rows[0]);
};

/** The first head that covers a position: the same one for ever, once it is there. null: none does yet. */
export const firstHeadCovering = async (db: Db, position: number): Promise<TreeHead | null> => {
  const { rows } = await db.query<HeadRow>(
    `SELECT ${COLUMNS} FROM tree_heads WHERE size >= $1 ORDER BY size, signed_at, key_id LIMIT 1`,
    [position],
  );
  return rows[0] === undefined ? null : headOf(rows[0]);
};

/** Up to `limit` heads, newest first, smaller than `below` where that is given. */
export const listHeads = async (db: Db, limit: number, below: number | null): Promise<TreeHead[]> => {
  const { rows } = await db.query<HeadRow>(
    `SELECT ${COLUMNS} FROM tree_heads WHERE $2::bigint IS NULL OR size < $2 ORDER BY size DESC, signed_at DESC LIMIT $1`,
    [limit, below],
  );
  return rows.map(headOf);
};

/** Answers the head as it is stored: of two processes that sign the same tree with the same key, the first stays. */
export const storeHead = async (db: Db, head: TreeHead, signer: HeadSigner): Promise<TreeHead> => {
  await db.query(
    `INSERT INTO tree_heads (size, key_id, origin, root_hash, signed_at, signature, public_key)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    [
      head.tree_size,
      head.key_id,
      head.origin,
      Buffer.from(head.root_hash, 'hex'),
      head.signed_at,
      Buffer.from(head.signature, 'base64'),
      signer.publicKeyDer,
    ],
  );
  const { rows } = await db.query<HeadRow>(
    `SELECT ${COLUMNS} FROM tree_heads WHERE size = $1 AND key_id = $2`,
    [head.tree_size, head.key_id],
  );
  return rows[0] === undefined ? head : headOf(rows[0]);
};

/**
 * Keys that signed heads of this log, as the database says. Who must not trust the database takes them from elsewhere and
 * compares the ids.
 */
export const storedKeys = async (db: Db): Promise<HeadKeys> => {
  const { rows } = await db.query<{ public_key: Buffer }>('SELECT DISTINCT public_key FROM tree_heads');
  return new Map(
    rows.map(({ public_key }): [string, KeyObject] => {
      const key = publicKeyOfDer(public_key);
      return [keyIdOf(key), key];
    }),
  );
};
