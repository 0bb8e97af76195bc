import { createHash, randomUUID } from 'node:crypto';
import { link, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from '../error-code.ts';
import { readIfPresent } from './embedded-files.ts';
import { isRunning, startTimeOf } from './processes.ts';

/** Longer than a start takes that clears a dead server first. */
const LOCK_WAIT_MS = 180_000;
const POLL_MS = 50;

/**
 * A lock file names its holder as `<pid>.<start time>.<nonce>`: a pid alone comes back, and the nonce tells two locks of
 * one process apart. It is written beside and linked, so that it is never seen half written.
 */
const tokenOfThisProcess = async (): Promise<string> =>
  `${process.pid}.${await startTimeOf(process.pid)}.${randomUUID()}`;

const isHeld = async (token: string): Promise<boolean> => {
  const [pid = '', start = ''] = token.split('.');
  if (!/^[1-9]\d*$/.test(pid) || !(await isRunning(Number(pid)))) return false;
  return start === '' || (await startTimeOf(Number(pid))) === start;
};

/** Extension of the file that gives one process the right to replace this one stale lock. */
export const successionOf = (staleToken: string): string =>
  createHash('sha256').update(staleToken).digest('hex').slice(0, 16);

const linked = async (from: string, to: string): Promise<boolean> => {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
};

/**
 * One try at the lock. A stale lock is replaced only by who holds the right to succeed that very lock, itself a lock of
 * this kind: of two who saw the same stale lock, the second cannot replace what the first has put there.
 */
const claim = async (path: string, token: string): Promise<boolean> => {
  const own = `${path}.${randomUUID()}`;
  await writeFile(own, token, { mode: 0o600, flag: 'wx' });
  try {
    if (await linked(own, path)) return true;
    const holder = await readIfPresent(path);
    if (holder === null || (await isHeld(holder))) return false;
    const right = `${path}.${successionOf(holder)}`;
    if (!(await claim(right, token))) return false;
    try {
      if ((await readIfPresent(path)) !== holder) return false;
      await rename(own, path);
      return true;
    } finally {
      await rm(right, { force: true });
    }
  } finally {
    await rm(own, { force: true });
  }
};

/** Runs `work` while no other process of ours starts or stops the same server; a dead holder's lock is taken over. */
export const withFolderLock = async <T>(lock: string, work: () => Promise<T>): Promise<T> => {
  const deadline = Date.now() + LOCK_WAIT_MS;
  const token = await tokenOfThisProcess();
  while (!(await claim(lock, token))) {
    if (Date.now() > deadline) {
      const [holder] = (await readIfPresent(lock))?.split('.') ?? [];
      throw new Error(
        `process ${holder} has kept the lock ${lock} for ${LOCK_WAIT_MS / 1_000} s: end it, or wait until it has started or stopped the database`,
      );
    }
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
};
