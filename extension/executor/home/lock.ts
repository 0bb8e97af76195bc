import { link, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasErrno, ifThere } from '../errno.ts';
import { isTokenAlive, processToken } from '../native-runner/processes.ts';
import { beside, writeNewFile } from './durable-file.ts';

/** Gives a file its name; false where the name is taken. The file appears whole, so that no lock is ever seen half written. */
const named = async (file: string, path: string): Promise<boolean> => {
  try {
    await link(file, path);
    return true;
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    throw error;
  }
};

const ownerOf = (path: string): Promise<string | null> => ifThere(readFile(path, 'utf8'));

/**
 * Puts ours in the place of a dead owner's lock. Two that saw the same dead owner must not both do so, hence only the
 * holder of a second lock may, after another look: who is dead cannot release, and all others wait for the holder.
 */
const takeOver = async (path: string, owner: string, ours: string): Promise<boolean> => {
  const guard = `${path}.takeover`;
  if (!(await takeLock(guard))) return false;
  try {
    if ((await ownerOf(path)) !== owner) return false;
    await rename(ours, path);
    return true;
  } finally {
    await releaseLock(guard);
  }
};

/** Takes a lock file for this process; false while a living process holds it or takes it. That of a dead one is taken over. */
export const takeLock = async (path: string): Promise<boolean> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const holder = await ownerOf(path);
  if (holder !== null && isTokenAlive(holder)) return false;
  const ours = beside(path);
  await writeNewFile(ours, processToken(), 0o600);
  try {
    if (await named(ours, path)) return true;
    const owner = await ownerOf(path);
    // Released a moment ago: whoever asks again finds it free.
    if (owner === null || isTokenAlive(owner)) return false;
    return await takeOver(path, owner, ours);
  } finally {
    await rm(ours, { force: true });
  }
};

/** For the owner only. */
export const releaseLock = (path: string): Promise<void> => rm(path, { force: true });
