import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { storedLeaves } from '../event-store/postgres/tree-nodes.ts';
import { withFolderLock } from '../postgres/folder-lock.ts';
import { addHead, lastHead, leavesFolder } from './head-folder.ts';
import { leafCount, writeLeaves } from './leaf-files.ts';
import type { LogTree } from './log-tree.ts';
import type { TreeHead } from './tree-head.ts';

const LEAVES_PER_READ = 16_384;

/**
 * Signs the log as it is now and writes head and leaves to `folder`, which is outside of the database: what stands there,
 * nobody with the database alone can take back. Answers null when the last head there is still the newest. A log that
 * does not begin with that head is not signed: throws `Rejection` TREE_CONTRADICTS_HEAD, and TREE_EMPTY.
 */
export const exportHead = async (
  folder: string,
  { tree, pool }: Readonly<{ tree: LogTree; pool: Pool }>,
): Promise<TreeHead | null> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return withFolderLock(join(folder, 'export.lock'), async () => {
    const last = await lastHead(folder);
    const head = await tree.publish(last);
    if (head.tree_size === last?.tree_size && head.key_id === last.key_id) return null;
    const leaves = leavesFolder(folder);
    for (let from = Math.min(await leafCount(leaves), head.tree_size); from < head.tree_size; ) {
      const to = Math.min(from + LEAVES_PER_READ, head.tree_size);
      await writeLeaves(leaves, from, await storedLeaves(pool, from, to));
      from = to;
    }
    const key = (await tree.keys()).find(({ key_id }) => key_id === head.key_id);
    if (key === undefined) throw new Error(`the key ${head.key_id} that signed a head is not stored`);
    await addHead(folder, head, key.public_key);
    return head;
  });
};
