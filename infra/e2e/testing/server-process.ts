import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { until } from './product.ts';

export type ServerProcess = Readonly<{
  pid: number;
  /** Every line that it has logged. */
  logged: () => string;
  kill: (signal: NodeJS.Signals) => void;
  /** Its exit code; null when a signal ended it. */
  ended: Promise<number | null>;
}>;

const scriptOf = (entry: string): string => fileURLToPath(new URL(`../../main/${entry}.ts`, import.meta.url));

/** `infra/main/<entry>.ts` as a process of its own, ready to work. */
export const startServerProcess = (
  entry: 'api' | 'worker' | 'dev',
  env: Readonly<Record<string, string>>,
): Promise<ServerProcess> =>
  started(entry, [scriptOf(entry)], env, entry === 'worker' ? WORKER_IS_READY : 'the API listens');

/** A worker that also asks a model over HTTP at this address. */
export const startModelWorker = (
  modelUrl: string,
  env: Readonly<Record<string, string>>,
): Promise<ServerProcess> => {
  const script = fileURLToPath(new URL('model-worker-process.ts', import.meta.url));
  return started('worker with a model', [script, modelUrl], env, WORKER_IS_READY);
};

/** Nothing else of this environment: two thirds of a start were the reading of our own source. */
const startEnv = (): Record<string, string | undefined> => ({
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
});

const WORKER_IS_READY = 'the worker runs';

const started = async (
  name: string,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  ready: string,
): Promise<ServerProcess> => {
  const child = spawn(process.execPath, [...command], {
    env: { ...startEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  await until(
    () => `${name} ready: ${log.slice(-2_000)}`,
    async () => {
      if (child.exitCode !== null) throw new Error(`${name} has ended: ${log.slice(-2_000)}`);
      return log.includes(ready);
    },
  );
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} has no process id`);
  return { pid, logged: () => log, kill: (signal) => child.kill(signal), ended };
};

/** What an API that should not start says, and how it ends; one that says something and then waits is ended after a while. */
export const beginAndStop = async (
  env: Readonly<Record<string, string>>,
): Promise<Readonly<{ code: number | null; lines: string }>> => {
  const child = spawn(process.execPath, [scriptOf('api')], { env: { ...startEnv(), ...env } });
  let lines = '';
  let late: NodeJS.Timeout | undefined;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      lines += chunk.toString();
      late ??= setTimeout(() => child.kill('SIGKILL'), 6_000);
    });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(late);
  return { code, lines };
};

/** The address in a port file. */
export const urlIn = async (portFile: string): Promise<string> =>
  JSON.parse(await readFile(portFile, 'utf8')).url;
