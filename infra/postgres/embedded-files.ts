import { randomBytes, randomInt } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** What the data folder of an embedded server holds besides the cluster itself. */
export type EmbeddedFiles = Readonly<{
  cluster: string;
  log: string;
  password: string;
  appPassword: string;
  port: string;
  /** There once the application has its role and its database. */
  prepared: string;
  lock: string;
}>;

export const embeddedFiles = (folder: string): EmbeddedFiles => ({
  cluster: join(folder, 'cluster'),
  log: join(folder, 'server.log'),
  password: join(folder, 'owner-password'),
  appPassword: join(folder, 'app-password'),
  port: join(folder, 'port'),
  prepared: join(folder, 'prepared'),
  lock: join(folder, 'start.lock'),
});

/** The failure of a file operation because there is no such file. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** null where the file is not there; every other failure is thrown. */
export const ifPresent = async <T>(operation: Promise<T>): Promise<T | null> => {
  try {
    return await operation;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
};

export const readIfPresent = (path: string): Promise<string | null> => ifPresent(readFile(path, 'utf8'));

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

/** Below what Linux, macOS and Windows give to connections and to programs that name no port. */
const QUIET_PORTS = { from: 15_000, to: 30_000 };

/**
 * A free port on loopback that nobody is likely to take while its server is down for a moment: its clients know no other. Any free
 * one where none of a hundred was.
 */
export const quietPort = async (): Promise<number> => {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(QUIET_PORTS.from, QUIET_PORTS.to);
    if (await portIsFree(port)) return port;
  }
  return freePort();
};

export const ensureFolder = (path: string): Promise<string | undefined> => mkdir(path, { recursive: true });
