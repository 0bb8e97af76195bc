import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { pathProblem } from '../../../domain/patching/paths.ts';
import { ifThere } from '../errno.ts';

export type InsideProblem = Readonly<{ path: string; reason: string }>;

/**
 * Null when nothing on the disk leads `path` (relative, POSIX, judged already) out of `root`: no folder on the way and not
 * the file itself is a symbolic link, and what is there is a plain file. Otherwise the reason.
 */
export const diskProblem = async (root: string, path: string): Promise<string | null> => {
  const realRoot = await realpath(root);
  let at = realRoot;
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    at = join(at, segment);
    const found = await ifThere(lstat(at));
    if (found === null) return null;
    if (found.isSymbolicLink()) return 'a symbolic link is on the way';
    const last = index === segments.length - 1;
    if (last && !found.isFile()) return 'it is not a file';
    if (!last && !found.isDirectory()) return 'a file is on the way';
  }
  const parent = await realpath(dirname(at));
  return parent === realRoot || parent.startsWith(realRoot + sep) ? null : 'it is outside of the project';
};

/**
 * Null when `path` names a plain file (or nothing yet) that really lies inside `root` (EXE-06). Checked again right before
 * every write.
 */
export const insideProblem = async (root: string, path: string): Promise<InsideProblem | null> => {
  const problem = pathProblem(path);
  if (problem !== null) return { path, reason: `the path is not allowed (${problem})` };
  const reason = await diskProblem(root, path);
  return reason === null ? null : { path, reason };
};
