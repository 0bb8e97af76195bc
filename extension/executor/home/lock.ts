import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isTokenAlive, processToken } from '../native-runner/processes.ts';
import { writeNewFile } from './durable-file.ts';

const WRITING_MS = 5_000;

/** An empty lock is being written, unless it has been empty for long: then its writer was killed. */
const isFresh = async (path: string): Promise<boolean> => {
  const found = await stat(path).catch(() => null);
  return found === null || Date.now() - found.mtimeMs < WRITING_MS;
};

/** Takes a lock file for this process; false while a living process holds it. That of a dead one is taken over. */
export const takeLock = async (path: string): Promise<boolean> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeNewFile(path, processToken(), 0o600);
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const owner = await readFile(path, 'utf8').catch(() => '');
  if (owner === '' ? await isFresh(path) : isTokenAlive(owner)) return false;
  await rm(path, { force: true });
  return takeLock(path);
};

export const releaseLock = (path: string): Promise<void> => rm(path, { force: true });
