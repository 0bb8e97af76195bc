import { createHash } from 'node:crypto';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { ensureFolder, isMissing, readIfPresent, removeTree } from './embedded-files.ts';

/**
 * The one place outside the data folder. PostgreSQL refuses to run as root, and the system user that runs it instead cannot
 * enter what only root may (a checkout or a home below `/root`). What it needs of those is kept here:
 * `programs-<version>`, a copy of the server's programs, and `<hash of the data folder>`, the server of that data folder with
 * a file `home` that names it. Servers of temporary data folders are removed when those are gone; any other stays until it
 * is removed by hand, since a folder that is missing now may only be moved or not mounted.
 */
export const SHARED_FOLDER = '/var/lib/iama';

const HOME_FILE = 'home';
const SERVER_NAME = /^[0-9a-f]{16}$/;

/** True when every folder above `path` lets other users through. */
export const isReachableByOthers = async (path: string): Promise<boolean> => {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
};

/**
 * Where the server of a data folder lives: in it, or in a folder of `SHARED_FOLDER`, always the same one, when `user` is to
 * run the server and cannot get there. Both are made if they are missing.
 */
export const serverFolder = async (
  dataFolder: string,
  user: Readonly<{ uid: number }> | null,
): Promise<string> => {
  await ensureFolder(dataFolder);
  if (user === null || (await isReachableByOthers(dataFolder))) return dataFolder;
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 16);
  const elsewhere = join(SHARED_FOLDER, name);
  await ensureFolder(elsewhere);
  if ((await readIfPresent(join(elsewhere, HOME_FILE))) === null)
    await writeFile(join(elsewhere, HOME_FILE), dataFolder, { mode: 0o600 });
  return elsewhere;
};

const isTemporary = (folder: string): boolean =>
  [tmpdir(), '/tmp', '/var/tmp'].some((temporary) => folder.startsWith(`${temporary}${sep}`));

const exists = async (path: string): Promise<boolean> => {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
};

/** Folders of servers whose data folder was temporary and is gone. */
export const homelessFolders = async (shared: string = SHARED_FOLDER): Promise<readonly string[]> => {
  if (!(await exists(shared))) return [];
  const homeless: string[] = [];
  for (const name of await readdir(shared)) {
    if (!SERVER_NAME.test(name)) continue;
    const home = await readIfPresent(join(shared, name, HOME_FILE));
    if (home !== null && isTemporary(home) && !(await exists(home))) homeless.push(join(shared, name));
  }
  return homeless;
};

/**
 * Removes the server of a data folder, the name of that last: what cannot be removed yet is found again. Programs that make a
 * cluster there may still run.
 */
export const removeServerFolder = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) if (name !== HOME_FILE) await removeTree(join(folder, name));
  await removeTree(folder);
};
