import { lstat, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ifThere } from '../errno.ts';
import { someOf } from '../words.ts';

/** Files of the person's `node_modules` changed while tests ran. */
export class DependenciesTouched extends Error {
  readonly code = 'DEPENDENCIES_TOUCHED';

  constructor(paths: readonly string[]) {
    super(
      `While tests ran, files of node_modules changed (${someOf(paths)}): a test wrote there, or something was installed. What the tests said does not count.`,
    );
    this.name = 'DependenciesTouched';
  }
}

type Marks = ReadonlyMap<string, string>;

/** Every file with what the system changes whenever somebody writes to it; nobody can set the time of change back. */
const marksOf = async (root: string): Promise<Marks> => {
  const marks = new Map<string, string>();
  const pending = [root];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    // What disappears while it is looked at is a change like any other.
    for (const entry of (await ifThere(readdir(folder, { withFileTypes: true }))) ?? []) {
      if (entry.name === '.git') continue;
      const path = join(folder, entry.name);
      const found = await ifThere(lstat(path, { bigint: true }));
      if (found === null) continue;
      const { mode, size, ino, ctimeNs } = found;
      // A folder changes with what is in it, which is named itself.
      marks.set(path, entry.isDirectory() ? String(mode) : [mode, size, ino, ctimeNs].join());
      if (entry.isDirectory()) pending.push(path);
    }
  }
  return marks;
};

/** Paths relative to the project, with slashes. */
export type Touched = Readonly<{ dependencies: readonly string[]; sources: readonly string[] }>;

/**
 * Remembers the person's files as they are, and tells later which changed. Who changed them nobody can tell: a test, or the
 * person at work.
 */
export const watchOver = async (root: string): Promise<() => Promise<Touched>> => {
  const before = await marksOf(root);
  return async () => {
    const after = await marksOf(root);
    const changed = [...new Set([...before.keys(), ...after.keys()])]
      .filter((path) => before.get(path) !== after.get(path))
      .map((path) => relative(root, path).split(sep).join('/'));
    const isDependency = (path: string): boolean => path.split('/').includes('node_modules');
    return {
      dependencies: changed.filter(isDependency),
      sources: changed.filter((path) => !isDependency(path)),
    };
  };
};
