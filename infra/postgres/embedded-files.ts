import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isRunning } from './processes.ts';

/** What the data folder of an embedded server holds besides the cluster itself. */
export type EmbeddedFiles = Readonly<{
  cluster: string;
  log: string;
  password: string;
  appPassword: string;
  port: string;
  lock: string;
}>;

export const embeddedFiles = (folder: string): EmbeddedFiles => ({
  cluster: join(folder, 'cluster'),
  log: join(folder, 'server.log'),
  password: join(folder, 'owner-password'),
  appPassword: join(folder, 'app-password'),
  port: join(folder, 'port'),
  lock: join(folder, 'start.lock'),
});

export const readIfPresent = async (path: string): Promise<string | null> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
};

/** A secret generated once and readable by its owner only. */
export const secretOnce = async (path: string): Promise<string> => {
  const known = await readIfPresent(path);
  if (known !== null && known !== '') return known;
  const secret = randomBytes(24).toString('hex');
  await writeFile(path, secret, { mode: 0o600 });
  await chmod(path, 0o600);
  return secret;
};

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no free port on loopback'));
      });
    });
  });

/** True when nothing listens on the loopback port. */
export const portIsFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

const LOCK_WAIT_MS = 90_000;

/** Runs `work` while no other process of ours starts or stops the same server; a dead holder's lock is taken over. */
export const withFolderLock = async <T>(lock: string, work: () => Promise<T>): Promise<T> => {
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      const handle = await open(lock, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const holder = Number(await readIfPresent(lock));
      const abandoned = Number.isInteger(holder) && holder > 0 && !(await isRunning(holder));
      if (abandoned) await rm(lock, { force: true });
      else if (Date.now() > deadline) throw new Error(`${lock} is held by process ${holder}`);
      else await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
};

export const ensureFolder = (path: string): Promise<string | undefined> => mkdir(path, { recursive: true });
