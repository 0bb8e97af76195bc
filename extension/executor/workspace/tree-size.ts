import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export type TreeSize = Readonly<{ files: number; bytes: number }>;

/** Counts files and bytes, and stops counting once either limit is passed. */
export const treeSize = async (folder: string, limit: TreeSize): Promise<TreeSize> => {
  let [files, bytes] = [0, 0];
  const pending = [folder];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const entry of await readdir(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) pending.push(path);
      else if (entry.isFile()) {
        files++;
        bytes += (await lstat(path)).size;
      }
    }
    if (files > limit.files || bytes > limit.bytes) break;
  }
  return { files, bytes };
};
