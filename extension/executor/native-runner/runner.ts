import type { ProcessRunner } from '../test-run/process-runner.ts';
import type { Shadow } from '../workspace/shadow.ts';
import { isolationHere } from './isolation.ts';
import { runProcess } from './run-process.ts';

/** The native runner (EXE-04) for processes in one shadow. */
export const nativeRunner =
  (shadow: Pick<Shadow, 'home' | 'temp' | 'view'>, signal: AbortSignal): ProcessRunner =>
  async (command, args, { cwd, env, timeoutMs, maxOutputBytes }) => {
    const { home, temp, view } = shadow;
    const isolation = await isolationHere();
    const run = { command, args, cwd, env, home, temp, view, isolation, timeoutMs, maxOutputBytes, signal };
    const { exitCode, killedBy, timedOut, stdout, stderr } = await runProcess(run);
    return { exitCode, signal: killedBy, timedOut, stdout, stderr };
  };
