import { chmod, mkdir, mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { ifThere } from '../errno.ts';
import type { FileView } from '../native-runner/file-view.ts';
import { isTokenAlive, pidNamespace, processToken } from '../native-runner/processes.ts';
import { copyTree, NOT_COPIED } from './copy-tree.ts';
import { bringDependencies, LAYERS } from './dependencies-for-tests.ts';
import { secretsOfFile } from './file-secrets.ts';
import type { SecretFinding } from './secrets.ts';
import { type Touched, watchOver } from './untouched.ts';

/** A private copy of the project in which patches and tests run (EXE-02). `home` and `temp` are for the processes in it. */
export type Shadow = Readonly<{
  root: string;
  home: string;
  temp: string;
  /** Files with secrets: they are not in the copy, so no test can read one and no result can repeat one (CTX-02). */
  keptBack: readonly SecretFinding[];
  /** How processes have to see the disk: dependencies linked, and nothing of the person's writable. Null: copies, and nothing holds. */
  view: FileView | null;
  /** Files of the person that changed since the copy was made; none where the view holds them. */
  touched: () => Promise<Touched>;
  dispose: () => Promise<void>;
}>;

const PREFIX = 'iama-shadow-';

const NOTHING: Touched = { dependencies: [], sources: [] };

const remove = async (folder: string): Promise<void> => {
  // The kernel keeps a folder in each that not even its owner may look into.
  for (const layer of (await ifThere(readdir(join(folder, LAYERS)))) ?? [])
    await ifThere(chmod(join(folder, LAYERS, layer, 'work/work'), 0o700));
  await rm(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
};

/** Copies the project as it is now. Only this machine's user can read the copy. */
export const createShadow = async (project: string): Promise<Shadow> => {
  const folder = await realpath(
    await mkdtemp(join(tmpdir(), `${PREFIX}${processToken()}-${pidNamespace()}-`)),
  );
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
    const view = await bringDependencies(project, folder, root);
    const touched = view === null ? await watchOver(await realpath(project)) : async () => NOTHING;
    return { root, home, temp, keptBack, view, touched, dispose: () => remove(folder) };
  } catch (error) {
    await remove(folder);
    throw error;
  }
};

/** Owner and its pid namespace, in the name of a shadow; one of an older version names none. */
const OWNED = new RegExp(`^${PREFIX}(?<owner>\\d+\\.\\d*)-(?:(?<namespace>\\d*)-)?[^-]*$`, 'u');

/** No run takes as long as this; in milliseconds. */
const SURELY_OVER_MS = 24 * 3_600_000;

/** Removes the shadows of processes that died without cleaning up. Returns how many. */
export const sweepShadows = async (): Promise<number> => {
  let removed = 0;
  for (const name of await readdir(tmpdir())) {
    const { owner, namespace } = OWNED.exec(name)?.groups ?? {};
    if (owner === undefined) continue;
    const isHere = namespace === pidNamespace();
    if (isHere && isTokenAlive(owner)) continue;
    const folder = join(tmpdir(), name);
    // Its owner may remove it at this moment.
    const found = await ifThere(stat(folder));
    if (found === null || found.uid !== process.getuid?.()) continue;
    if (!isHere && Date.now() - found.mtimeMs < SURELY_OVER_MS) continue;
    await remove(folder);
    removed++;
  }
  return removed;
};
