import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from './stage.ts';

export type Victim = 'SERVER' | 'CLI' | 'POSTGRES';
export const VICTIMS: readonly Victim[] = ['SERVER', 'CLI', 'POSTGRES'];

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return true;
    throw error;
  }
};

/** Kills without a warning, and waits until the process is gone. */
const killNow = async (pid: number): Promise<void> => {
  process.kill(pid, 'SIGKILL');
  const giveUpAt = Date.now() + 10_000;
  while (!isGone(pid)) {
    if (Date.now() > giveUpAt) throw new Error(`process ${pid} is there after SIGKILL`);
    await sleep(5);
  }
};

/** Kills the wanted process. Where no command runs, because the person decides elsewhere, the server is killed for it. */
export const kill = async (stage: Stage, wanted: Victim, cli: number | null): Promise<Victim> => {
  const victim = wanted === 'CLI' && cli === null ? 'SERVER' : wanted;
  switch (victim) {
    case 'SERVER':
      await killNow(stage.serverPid);
      // What a person does next: look at the jobs, which starts a server that is gone.
      await stage.begin('jobs', '--json').ended;
      break;
    case 'CLI':
      await killNow(cli ?? 0);
      break;
    case 'POSTGRES':
      await killNow(await stage.postmasterPid());
  }
  return victim;
};
