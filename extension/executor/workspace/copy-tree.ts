import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, readlink, realpath, symlink } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { hasErrno, ifThere } from '../errno.ts';

/** Never part of a copy: version control, IAMA's own folder, and dependencies, which come on their own. */
export const NOT_COPIED: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', '.iama', 'node_modules']);

/** What Node puts in the place of bytes that are no UTF-8. */
export const UNSPELLABLE = '\ufffd';

export type CopyOptions = Readonly<{
  skip: ReadonlySet<string>;
  /** Told of every symbolic link that was left out: its path relative to the copied folder. */
  onLinkOutside?: (path: string) => void;
  /** Asked for every plain file: its absolute path, and its path relative to the copied folder. */
  leaveOut?: (absolute: string, path: string) => Promise<boolean>;
}>;

/** Where a path that does not exist would be: the real place of what exists of it, and the rest. Null: nobody can tell. */
const wouldBe = async (path: string): Promise<string | null> => {
  // A link that leads nowhere on the way: whatever is made there later decides.
  if ((await ifThere(lstat(path))) !== null) return null;
  const parent = dirname(path);
  const real = await ifThere(realpath(parent));
  if (real !== null) return join(real, relative(parent, path));
  const above = await wouldBe(parent);
  return above === null ? null : join(above, relative(parent, path));
};

/** Where a symbolic link leads in the end, through all links on the way; null for one that leads to itself. */
const leadsTo = async (link: string): Promise<string | null> => {
  try {
    return (await ifThere(realpath(link))) ?? (await wouldBe(resolve(dirname(link), await readlink(link))));
  } catch (error) {
    if (hasErrno(error, 'ELOOP')) return null;
    throw error;
  }
};

export const isInside = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder + sep);

/**
 * Copies a folder: blocks are shared where the file system can (reflink), bytes are copied where it cannot. Never hard
 * links, because a test that writes through one would write into the person's file. A symbolic link leads in the copy
 * to where it led in the end; one that leads out of the folder is left out, since a test would write through it. Sockets
 * and devices are left out, and what has a name that is no UTF-8: nothing is found under the name that Node gives it.
 */
export const copyTree = async (
  from: string,
  to: string,
  { skip, onLinkOutside, leaveOut }: CopyOptions,
): Promise<void> => {
  const root = await realpath(from);
  const link = async (path: string, copy: string): Promise<void> => {
    const target = await leadsTo(path);
    if (target !== null && isInside(target, root))
      await symlink(relative(dirname(path), target) || '.', copy);
    else onLinkOutside?.(relative(root, path));
  };
  const enter = async (source: string, target: string): Promise<void> => {
    await mkdir(target, { recursive: true, mode: 0o700 });
    for (const entry of await readdir(source, { withFileTypes: true })) {
      if (skip.has(entry.name)) continue;
      const [path, copy] = [join(source, entry.name), join(target, entry.name)];
      if (entry.name.includes(UNSPELLABLE) && (await ifThere(lstat(path))) === null) continue;
      if (entry.isDirectory()) await enter(path, copy);
      else if (entry.isFile()) {
        if (await leaveOut?.(path, relative(root, path))) continue;
        await copyFile(path, copy, constants.COPYFILE_FICLONE);
      } else if (entry.isSymbolicLink()) await link(path, copy);
    }
  };
  await enter(root, to);
};
