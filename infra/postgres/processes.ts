import { readdir, readFile, readlink } from 'node:fs/promises';

const states = { gone: 'gone', zombie: 'zombie', running: 'running' } as const;
export type ProcessState = keyof typeof states;

/** ESRCH: it went while its file was read. */
const GONE = ['ENOENT', 'ESRCH'];
/** Where another user's process works is no business of ours, and it cannot be a folder that only we may enter. */
const NOT_OURS = ['EACCES', 'EPERM'];

/** null for the failures with these codes. Any other, such as too many open files, says nothing of the process. */
const unless = async <T>(codes: readonly string[], operation: Promise<T>): Promise<T | null> => {
  try {
    return await operation;
  } catch (error) {
    if (error instanceof Error && 'code' in error && codes.includes(String(error.code))) return null;
    throw error;
  }
};

/** What proc(5) says after the name, which stands in parentheses and may hold spaces. null: there is no such process. */
const statOf = async (pid: number): Promise<readonly string[] | null> => {
  const stat = await unless(GONE, readFile(`/proc/${pid}/stat`, 'utf8'));
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/**
 * A zombie answers signals though it is dead; containers without an init never reap a detached server. Throws when the
 * system does not tell: a process that is taken for dead loses its lock or gets a second server beside it.
 */
export const processState = async (pid: number): Promise<ProcessState> => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return 'gone';
  }
  if (process.platform !== 'linux') return 'running';
  const stat = await statOf(pid);
  if (stat === null) return 'gone';
  return stat[0] === 'Z' ? 'zombie' : 'running';
};

/** Linux: when the process began, in ticks since boot. Empty where there is no such process, or the system has no such files. */
export const startTimeOf = async (pid: number): Promise<string> => {
  const stat = await statOf(pid);
  // Field 22 of proc(5), the 20th after the name.
  return stat?.[19] ?? '';
};

export const isRunning = async (pid: number): Promise<boolean> => (await processState(pid)) === 'running';

/** The working directory of a process; null where there is none, or the system does not tell. */
export const folderOf = (pid: number): Promise<string | null> =>
  process.platform === 'linux'
    ? unless([...GONE, ...NOT_OURS], readlink(`/proc/${pid}/cwd`))
    : Promise.resolve(null);

/** Linux: processes of a program whose working directory is `folder`. PostgreSQL's all work in the cluster's folder. */
export const processesIn = async (folder: string, program: string): Promise<number[]> => {
  const pids: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || (await folderOf(Number(name))) !== folder) continue;
    const found = await unless(GONE, readFile(`/proc/${name}/comm`, 'utf8'));
    if (found?.trim() === program && (await isRunning(Number(name)))) pids.push(Number(name));
  }
  return pids;
};
