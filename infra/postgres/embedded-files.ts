import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

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

export const ensureFolder = (path: string): Promise<string | undefined> => mkdir(path, { recursive: true });

/** Programs that end without their files are gone by then. */
const REMOVAL_MS = 3_000;

/** Removes a folder in which programs may still write, which end once their files are gone. Node's own retries leave out folders within. */
export const removeTree = async (path: string): Promise<void> => {
  const deadline = Date.now() + REMOVAL_MS;
  for (;;) {
    try {
      return await rm(path, { recursive: true, force: true });
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
};
