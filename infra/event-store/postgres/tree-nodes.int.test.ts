import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Frontier } from '../merkle/frontier.ts';
import { consistencyPath, inclusionPath, treeRoot } from '../merkle/proofs.ts';
import { isConsistent, rootOfInclusion } from '../merkle/verify-path.ts';
import type { PostgresSubject } from './testing.ts';
import { openSubject, ownerClient } from './testing.ts';
import { growTree, storedSubtrees, TreeDamaged } from './tree-nodes.ts';

const SIZE = 70_000;

/** Leaves as the sequencer would write them; their events are not asked for here. */
const addLeaves = async ({ pool }: PostgresSubject, from: number, to: number): Promise<void> => {
  await pool.query(
    `INSERT INTO event_log (position, seq, leaf_hash)
     SELECT n, n, sha256(convert_to('leaf ' || n, 'UTF8')) FROM generate_series($1::bigint, $2::bigint) n`,
    [from, to],
  );
};

const leavesOf = async ({ pool }: PostgresSubject): Promise<Buffer[]> => {
  const { rows } = await pool.query<{ leaf_hash: Buffer }>(
    'SELECT leaf_hash FROM event_log ORDER BY position',
  );
  return rows.map(({ leaf_hash }) => leaf_hash);
};

describe('the stored tree', () => {
  let subject: PostgresSubject;
  let leaves: Buffer[];
  let roots: Map<number, Buffer>;
  beforeAll(async () => {
    subject = await openSubject();
    await subject.sequencer.stop();
    expect(await growTree(subject.pool)).toBe(0);
    await addLeaves(subject, 1, 300);
    expect(await growTree(subject.pool)).toBe(300);
    await addLeaves(subject, 301, SIZE);
    leaves = await leavesOf(subject);
    const frontier = new Frontier();
    roots = new Map(
      leaves.map((leaf) => {
        frontier.push(leaf);
        return [frontier.size, frontier.root()];
      }),
    );
  }, 60_000);
  afterAll(() => subject.close());

  it('[ES-07] grows in batches, by several followers at once, to the same rows', async () => {
    const { pool } = subject;
    const sizes = await Promise.all([growTree(pool), growTree(pool), growTree(pool)]);
    expect(sizes).toEqual([SIZE, SIZE, SIZE]);
    const { rows } = await pool.query(
      'SELECT level, count(*)::int AS n, max(index)::int AS last FROM tree_nodes GROUP BY level ORDER BY level',
    );
    expect(rows).toEqual([
      { level: 1, n: 273, last: 272 },
      { level: 2, n: 1, last: 0 },
    ]);
    expect(await growTree(pool)).toBe(SIZE);
  });

  it('[ES-07] has the root of every size, and proves leaves and older trees by it', async () => {
    const { pool } = subject;
    for (const size of [1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, SIZE]) {
      const subtrees = storedSubtrees(pool, size);
      const root = roots.get(size) ?? Buffer.alloc(0);
      expect(await treeRoot(subtrees, size)).toEqual(root);
      for (const index of new Set([0, Math.floor(size / 3), size - 1])) {
        const path = await inclusionPath(subtrees, index, size);
        const leaf = leaves[index] ?? Buffer.alloc(0);
        expect(rootOfInclusion(leaf, index, size, path)).toEqual(root);
      }
      for (const old of new Set([1, Math.ceil(size / 2), size])) {
        const older = { size: old, root: roots.get(old) ?? Buffer.alloc(0) };
        const path = await consistencyPath(subtrees, old, size);
        expect(isConsistent(older, { size, root }, path)).toBe(true);
      }
    }
  });

  it('[ES-07] says where hashes are missing instead of proving anything', async () => {
    const owner = await ownerClient(subject.database);
    await owner.query('ALTER TABLE tree_nodes DISABLE TRIGGER insert_only');
    await owner.query('DELETE FROM tree_nodes WHERE level = 1 AND index = 256');
    await owner.end();
    const damaged = treeRoot(storedSubtrees(subject.pool, SIZE), SIZE);
    await expect(damaged).rejects.toBeInstanceOf(TreeDamaged);
    await expect(damaged).rejects.toMatchObject({ firstPosition: 65_537 });
  });
});

describe('tables of the tree', () => {
  let subject: PostgresSubject;
  beforeAll(async () => {
    subject = await openSubject();
  });
  afterAll(() => subject.close());

  const statements = ['tree_nodes', 'tree_heads'].flatMap((table) => [
    [`UPDATE ${table} SET ${table === 'tree_nodes' ? 'index = 1' : 'size = 1'}`],
    [`DELETE FROM ${table}`],
    [`TRUNCATE ${table}`],
  ]);

  it.each(statements)('[ES-06] [ES-07] %s is refused to the application by grant', async (sql) => {
    await expect(subject.pool.query(sql)).rejects.toMatchObject({
      code: '42501',
      message: expect.stringContaining('permission denied'),
    });
  });

  it.each(statements)(
    '[ES-06] [ES-07] %s is refused to the owner by trigger, replica or not',
    async (sql) => {
      const owner = await ownerClient(subject.database);
      const refused = { code: '42501', message: expect.stringContaining('insert-only') };
      await expect(owner.query(sql)).rejects.toMatchObject(refused);
      await owner.query("SET session_replication_role = 'replica'");
      await expect(owner.query(sql)).rejects.toMatchObject(refused);
      await owner.end();
    },
  );
});
