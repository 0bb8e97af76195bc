import type { Pool } from 'pg';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { leafHex, leafText } from '../event-store/leaf.ts';
import { consistencyPath, inclusionPath, treeRoot } from '../event-store/merkle/proofs.ts';
import {
  bigintColumn,
  EVENT_COLUMNS,
  storedEvent,
  type TextRow,
  textQuery,
} from '../event-store/postgres/rows.ts';
import { growTree, storedSubtrees } from '../event-store/postgres/tree-nodes.ts';
import { type CurrentSigner, type HeadSigner, signerNow } from './head-key.ts';
import type { ConsistencyProof } from './proof.ts';
import { headOfSize, listHeads, newestHead, storedKeys, storeHead } from './stored-heads.ts';
import { signHead, type TreeHead } from './tree-head.ts';

type Leaf = Readonly<{ position: number; leaf_hash: string }>;

/** An `InclusionProof`. */
type Proven<L extends Leaf> = Readonly<{
  schema: 'iama.inclusion/1';
  head: TreeHead;
  proofs: (L & { path: string[] })[];
}>;

/** By stream, because only that is indexed; an id alone would read the whole log. */
const ENTRIES = `
SELECT l.position, ${EVENT_COLUMNS}
  FROM events e JOIN event_log l ON l.seq = e.seq
 WHERE e.stream = ANY ($1) AND e.id = ANY ($2::uuid[])
 ORDER BY l.position`;

export type LogTree = Readonly<{
  /** null: none was signed yet. */
  newestHead(): Promise<TreeHead | null>;
  /** Up to `limit` heads, newest first, smaller than `below` where that is given. */
  heads(limit: number, below: number | null): Promise<readonly TreeHead[]>;
  /** Keys that signed them, SubjectPublicKeyInfo in PEM. */
  keys(): Promise<readonly Readonly<{ key_id: string; public_key: string }>[]>;
  /**
   * Signs the log as it is now, or answers the newest head where nothing was added since. Never signs a log that does not
   * begin with the newest stored head and with `witness`, a head kept elsewhere.
   * Throws `Rejection` TREE_EMPTY, TREE_KEY_MISSING or TREE_CONTRADICTS_HEAD.
   */
  publish(witness?: TreeHead | null): Promise<TreeHead>;
  /** Proofs that events at these positions are in the log; under a head signed now where the newest is older than they. */
  prove(positions: readonly number[]): Promise<Proven<Leaf>>;
  /**
   * The same for events of some streams, with the texts that were hashed, in order of position: for those who may see
   * these events. Throws `Rejection` EVENT_NOT_FOUND when one is not there, or has no position yet.
   */
  proveEvents(
    wanted: Readonly<{ streams: readonly string[]; eventIds: readonly string[] }>,
  ): Promise<Proven<Leaf & Readonly<{ entry: string }>>>;
  /** That the log of the newest head, or of that of `to` events, begins with the first `from` events of old. */
  proveConsistency(from: number, to?: number): Promise<ConsistencyProof>;
}>;

const contradicts = (head: TreeHead, size: number): Rejection =>
  new Rejection('TREE_CONTRADICTS_HEAD', 'The log does not begin with what was signed before.', {
    signedSize: head.tree_size,
    size,
  });

const noEvent = (position: number): Rejection =>
  new Rejection('POSITION_NOT_FOUND', 'There is no event at this position yet.', { position });

/** `signer` null: heads that are stored can be used, none can be made. */
export const openLogTree = (
  pool: Pool,
  {
    signer: current,
    origin,
    now,
  }: Readonly<{ signer: CurrentSigner<HeadSigner | null>; origin: string; now: () => Date }>,
): LogTree => {
  const mustBeginWith = async (head: TreeHead | null, size: number): Promise<void> => {
    if (head === null) return;
    if (head.tree_size > size) throw contradicts(head, size);
    const root = await treeRoot(storedSubtrees(pool, head.tree_size), head.tree_size);
    if (root.toString('hex') !== head.root_hash) throw contradicts(head, size);
  };

  const publish = async (witness: TreeHead | null = null): Promise<TreeHead> => {
    const newest = await newestHead(pool);
    const size = await growTree(pool);
    if (size === 0) throw new Rejection('TREE_EMPTY', 'The log has no event yet.');
    await mustBeginWith(newest, size);
    if (witness !== null && witness.root_hash !== newest?.root_hash) await mustBeginWith(witness, size);
    const signer = await signerNow(current);
    if (newest?.tree_size === size && (signer === null || newest.key_id === signer.keyId)) return newest;
    if (signer === null)
      throw new Rejection('TREE_KEY_MISSING', 'This process has no key to sign heads with.');
    const root = await treeRoot(storedSubtrees(pool, size), size);
    const statement = {
      origin,
      tree_size: size,
      root_hash: root.toString('hex'),
      signed_at: now().toISOString(),
    };
    return storeHead(pool, signHead(statement, signer), signer);
  };

  const headCovering = async (position: number): Promise<TreeHead> => {
    const newest = await newestHead(pool);
    if (newest !== null && newest.tree_size >= position) return newest;
    const head = await publish();
    if (head.tree_size < position) throw noEvent(position);
    return head;
  };

  const inclusionOf = async <L extends Leaf>(leaves: readonly L[], head: TreeHead): Promise<Proven<L>> => {
    const subtrees = storedSubtrees(pool, head.tree_size);
    const proofs = leaves.map(async (leaf) => {
      const path = await inclusionPath(subtrees, leaf.position - 1, head.tree_size);
      return { ...leaf, path: path.map((hash) => hash.toString('hex')) };
    });
    return { schema: 'iama.inclusion/1', head, proofs: await Promise.all(proofs) };
  };

  return {
    newestHead: () => newestHead(pool),
    heads: (limit, below) => listHeads(pool, limit, below),
    keys: async () =>
      [...(await storedKeys(pool))].map(([key_id, key]) => ({
        key_id,
        public_key: key.export({ type: 'spki', format: 'pem' }).toString(),
      })),
    publish,
    async prove(positions) {
      const head = await headCovering(Math.max(...positions));
      const { rows } = await pool.query<{ position: bigint; leaf_hash: Buffer }>(
        'SELECT position, leaf_hash FROM event_log WHERE position = ANY ($1::bigint[]) ORDER BY position',
        [positions],
      );
      const found = rows.map(({ position, leaf_hash }) => ({
        position: Number(position),
        leaf_hash: leaf_hash.toString('hex'),
      }));
      const missing = positions.find((wanted) => !found.some(({ position }) => position === wanted));
      if (missing !== undefined) throw noEvent(missing);
      return inclusionOf(found, head);
    },
    async proveEvents({ streams, eventIds }) {
      const { rows } = await pool.query(textQuery('tree-entries', ENTRIES, [streams, eventIds]));
      const leaves = rows.map((row: TextRow) => {
        const position = bigintColumn(row, 0);
        const stored = storedEvent(row, 1);
        const leaf_hash = leafHex(position, stored);
        return {
          id: stored.id,
          leaf: { position: Number(position), leaf_hash, entry: leafText(position, stored) },
        };
      });
      const found = new Set(leaves.map(({ id }) => id));
      const last = leaves.at(-1)?.leaf;
      const missing = eventIds.find((wanted) => !found.has(wanted));
      if (missing !== undefined || last === undefined)
        throw new Rejection('EVENT_NOT_FOUND', 'There is no such event in these streams, or not yet.', {
          eventId: missing ?? null,
        });
      const head = await headCovering(last.position);
      return inclusionOf(
        leaves.map(({ leaf }) => leaf),
        head,
      );
    },
    async proveConsistency(from, to) {
      const head = to === undefined ? await newestHead(pool) : await headOfSize(pool, to);
      if (head === null) throw new Rejection('TREE_HEAD_NOT_FOUND', 'No such head was signed.');
      if (from > head.tree_size) throw noEvent(from);
      const path = await consistencyPath(storedSubtrees(pool, head.tree_size), from, head.tree_size);
      return {
        schema: 'iama.consistency/1',
        from_size: from,
        head,
        path: path.map((hash) => hash.toString('hex')),
      };
    },
  };
};
