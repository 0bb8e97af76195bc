import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, readlink, realpath, symlink } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** Never part of a copy: version control, IAMA's own folder, and dependencies, which `copyDependencies` brings. */
export const NOT_COPIED: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', '.iama', 'node_modules']);

export type CopyOptions = Readonly<{
  skip: ReadonlySet<string>;
  /** Told of every symbolic link that was left out: its path relative to the copied folder. */
  onLinkOutside?: (path: string) => void;
  /** Asked for every plain file: its absolute path, and its path relative to the copied folder. */
  leaveOut?: (absolute: string, path: string) => Promise<boolean>;
}>;

const linkStaysInside = async (link: string, root: string): Promise<boolean> => {
  const target = resolve(dirname(link), await readlink(link));
  return target.startsWith(root + sep);
};

/**
 * Copies a folder: blocks are shared where the file system can (reflink), bytes are copied where it cannot. Never hard
 * links, because a test that writes through one would write into the person's file. A symbolic link that leads out of
 * the folder is left out for the same reason; sockets and devices are left out.
 */
export const copyTree = async (
  from: string,
  to: string,
  { skip, onLinkOutside, leaveOut }: CopyOptions,
): Promise<void> => {
  const root = await realpath(from);
  const enter = async (source: string, target: string): Promise<void> => {
    await mkdir(target, { recursive: true, mode: 0o700 });
    for (const entry of await readdir(source, { withFileTypes: true })) {
      if (skip.has(entry.name)) continue;
      const [path, copy] = [join(source, entry.name), join(target, entry.name)];
      if (entry.isDirectory()) await enter(path, copy);
      else if (entry.isFile()) {
        if (await leaveOut?.(path, relative(root, path))) continue;
        await copyFile(path, copy, constants.COPYFILE_FICLONE);
      } else if (entry.isSymbolicLink() && !(await linkStaysInside(path, root))) {
        onLinkOutside?.(relative(root, path));
      } else if (entry.isSymbolicLink()) {
        const resolved = resolve(dirname(path), await readlink(path));
        await symlink(relative(dirname(path), resolved) || '.', copy);
      }
    }
  };
  await enter(root, to);
};

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
