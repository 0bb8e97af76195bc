import { chmod, mkdir, mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { isTokenAlive, processToken } from '../native-runner/processes.ts';
import { copyDependencies } from './copy-dependencies.ts';
import { copyTree, NOT_COPIED } from './copy-tree.ts';
import { secretsOfFile } from './file-secrets.ts';
import type { SecretFinding } from './secrets.ts';

/** A private copy of the project in which patches and tests run (EXE-02). `home` and `temp` are for the processes in it. */
export type Shadow = Readonly<{
  root: string;
  home: string;
  temp: string;
  /** Files with secrets: they are not in the copy, so no test can read one and no result can repeat one (CTX-02). */
  keptBack: readonly SecretFinding[];
  dispose: () => Promise<void>;
}>;

const PREFIX = 'iama-shadow-';

const remove = async (folder: string): Promise<void> => {
  await rm(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
};

/** Copies the project as it is now. Only this machine's user can read the copy. */
export const createShadow = async (project: string): Promise<Shadow> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `${PREFIX}${processToken()}-`)));
  await chmod(folder, 0o700);
  const [root, home, temp] = [join(folder, 'project'), join(folder, 'home'), join(folder, 'temp')];
  const keptBack: SecretFinding[] = [];
  const leaveOut = async (absolute: string, path: string): Promise<boolean> => {
    const found = await secretsOfFile(absolute, path.split(sep).join('/'));
    keptBack.push(...found);
    return found.length > 0;
  };
  try {
    await Promise.all([home, temp].map((each) => mkdir(each, { mode: 0o700 })));
    await copyTree(project, root, { skip: NOT_COPIED, leaveOut });
    await copyDependencies(project, root);
  } catch (error) {
    await remove(folder);
    throw error;
  }
  return { root, home, temp, keptBack, dispose: () => remove(folder) };
};

/** Removes the shadows of processes that died without cleaning up. Returns how many. */
export const sweepShadows = async (): Promise<number> => {
  let removed = 0;
  for (const name of await readdir(tmpdir())) {
    const owner = new RegExp(`^${PREFIX}(\\d+\\.\\d*)-`, 'u').exec(name)?.[1];
    if (owner === undefined || isTokenAlive(owner)) continue;
    const folder = join(tmpdir(), name);
    const { uid } = await stat(folder);
    if (uid !== process.getuid?.()) continue;
    await remove(folder);
    removed++;
  }
  return removed;
};
