import { readdir, readFile, readlink } from 'node:fs/promises';

const states = { gone: 'gone', zombie: 'zombie', running: 'running' } as const;
export type ProcessState = keyof typeof states;

/** A zombie answers signals though it is dead; containers without an init never reap a detached server. */
export const processState = async (pid: number): Promise<ProcessState> => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return 'gone';
  }
  if (process.platform !== 'linux') return 'running';
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z') ? 'zombie' : 'running';
  } catch {
    return 'gone';
  }
};

/** Linux: when the process began, in ticks since boot. Empty where the system does not tell. */
export const startTimeOf = async (pid: number): Promise<string> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; this is field 22 of proc(5), the 20th after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
};

export const isRunning = async (pid: number): Promise<boolean> => (await processState(pid)) === 'running';

/** Linux: processes whose working directory is `folder`. PostgreSQL's backends all work in the cluster's folder. */
export const processesIn = async (folder: string): Promise<number[]> => {
  const pids: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const cwd = await readlink(`/proc/${name}/cwd`).catch(() => null);
    if (cwd === folder && (await isRunning(Number(name)))) pids.push(Number(name));
  }
  return pids;
};
