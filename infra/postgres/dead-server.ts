import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from '../error-code.ts';
import { ifPresent, readIfPresent } from './embedded-files.ts';
import { folderOf, isRunning, processesIn } from './processes.ts';

/** Processes that notice by themselves that their postmaster is gone do so at once, or after the statement that they run. */
const GRACE_MS = 2_000;
/** A killed process ends when the disk has done what it asked for last. */
const KILLED_MS = 60_000;

const FLOCK = '/usr/bin/flock';
const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const pidFile = (cluster: string): string => join(cluster, 'postmaster.pid');

/**
 * The postmaster of a cluster, or null when none runs. The id in its file may have come back as a process that has nothing to do
 * with it: one that works in another folder.
 */
export const runningPostmaster = async (cluster: string): Promise<number | null> => {
  const text = await readIfPresent(pidFile(cluster));
  const pid = Number(text?.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !(await isRunning(pid))) return null;
  const folder = await folderOf(pid);
  return folder === null || folder === (await realpath(cluster)) ? pid : null;
};

const end = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
};

/** Of flock(1), chosen here: somebody else has the lock. */
const HELD_ELSEWHERE = 75;

/**
 * The words before a command that make it hold the lock of the cluster's folder, and every process that it leaves behind: the kernel's own
 * lock, which is seen in all pid namespaces. Our other signs (pids, shared memory) end at those of a container. None where there is no
 * flock(1), which is an essential package of Debian.
 */
export const underClusterLock = async (cluster: string): Promise<readonly string[]> =>
  process.platform === 'linux' && (await isThere(FLOCK))
    ? [FLOCK, '--nonblock', '--no-fork', `--conflict-exit-code=${HELD_ELSEWHERE}`, cluster]
    : [];

/** Only while nobody has the cluster: a server that misses its file ends itself. */
const removePidFile = async (cluster: string): Promise<void> => {
  const [flock, ...words] = await underClusterLock(cluster);
  if (flock === undefined) return rm(pidFile(cluster), { force: true });
  const removal = spawn(flock, [...words, 'rm', '-f', pidFile(cluster)], { stdio: 'ignore', cwd: '/' });
  const [code] = await once(removal, 'exit');
  if (code === HELD_ELSEWHERE)
    throw new Error(
      `a database server that cannot be seen from here uses ${cluster}, perhaps in another container: end that one, or use another data folder`,
    );
  if (code !== 0) throw new Error(`${pidFile(cluster)} cannot be removed: flock ended with code ${code}`);
};

/**
 * Clears what a killed server left in its cluster; call it only under the lock of the folder, while no postmaster runs. Processes
 * that outlive theirs keep the shared memory, so that no other server can start: they are killed, since the log holds all that was
 * committed. PostgreSQL clears a stale `postmaster.pid` itself, but not one whose process is a zombie, came back as
 * another one or was never written; here it goes only when no process is left, for two servers on one cluster would corrupt it. Throws
 * where one is left that works in another container.
 * Where the system does not show where a process works, all of it is left to PostgreSQL.
 */
export const clearDeadServer = async (cluster: string): Promise<void> => {
  const folder = await ifPresent(realpath(cluster));
  if (process.platform !== 'linux' || folder === null) return;
  const began = Date.now();
  for (;;) {
    const left = await processesIn(folder, 'postgres');
    if (left.length === 0) break;
    const waitedMs = Date.now() - began;
    if (waitedMs > GRACE_MS + KILLED_MS)
      throw new Error(
        `processes ${left.join(', ')} of a dead database server in ${cluster} do not end though they were killed: does the disk answer?`,
      );
    if (waitedMs > GRACE_MS) for (const pid of left) end(pid);
    await sleep(20);
  }
  await removePidFile(cluster);
};
