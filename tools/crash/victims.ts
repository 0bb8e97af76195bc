import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from './stage.ts';

export type Victim = 'SERVER' | 'CLI' | 'POSTGRES';
export const VICTIMS: readonly Victim[] = ['SERVER', 'CLI', 'POSTGRES'];

/** False: there is no such process. */
const signal = (pid: number, what: 'SIGKILL' | 0): boolean => {
  try {
    return process.kill(pid, what);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
};

/** Kills without a warning, and waits until the process is gone. False: it had ended before. */
const killNow = async (pid: number): Promise<boolean> => {
  if (!signal(pid, 'SIGKILL')) return false;
  const giveUpAt = Date.now() + 10_000;
  while (signal(pid, 0)) {
    if (Date.now() > giveUpAt) throw new Error(`process ${pid} is there after SIGKILL`);
    await sleep(5);
  }
  return true;
};

/**
 * Kills the wanted process, and says which it was. Where no command runs, because the person decides elsewhere or it has
 * ended meanwhile, the server is killed in its place.
 */
export const kill = async (stage: Stage, wanted: Victim, cli: number | null): Promise<Victim> => {
  if (wanted === 'CLI' && cli !== null && (await killNow(cli))) return 'CLI';
  if (wanted === 'POSTGRES' && (await killNow(await stage.postmasterPid()))) return 'POSTGRES';
  if (stage.serverPid === null) await stage.startServer();
  const server = stage.serverPid;
  if (server === null || !(await killNow(server))) throw new Error('the server had ended by itself');
  await stage.startServer();
  return 'SERVER';
};
