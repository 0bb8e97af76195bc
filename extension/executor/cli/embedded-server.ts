import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { writeNewFile } from '../home/durable-file.ts';
import type { Home } from '../home/home.ts';
import { isTokenAlive, processToken } from '../native-runner/processes.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';

/**
 * The all-in-one server in the person's own data folder: started when it is needed, shared by all commands, and left
 * running. It writes `server.json` with its address once it listens.
 */
const STATE = ['server', 'server.json'] as const;
const LOG = ['server', 'server.log'] as const;
const LOCK = ['server', 'starting.lock'] as const;
const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 30_000;

const stateSchema = z.looseObject({ url: z.string(), pid: z.number() });
export type ServerState = z.infer<typeof stateSchema>;

const answers = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/api/v1/jobs`, { signal: AbortSignal.timeout(3_000) });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** The running server; null when there is none that answers. */
export const runningServer = async (home: Home): Promise<ServerState | null> => {
  const stored = stateSchema.safeParse(await home.readJson(...STATE));
  return stored.success && isRunning(stored.data.pid) && (await answers(stored.data.url))
    ? stored.data
    : null;
};

/** True when this process may start the server; false when another one is doing so. */
const takeLock = async (home: Home): Promise<boolean> => {
  try {
    await writeNewFile(home.path(...LOCK), processToken(), 0o600);
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const owner = await readFile(home.path(...LOCK), 'utf8').catch(() => '');
  if (owner !== '' && isTokenAlive(owner)) return false;
  await rm(home.path(...LOCK), { force: true });
  return takeLock(home);
};

const lastLines = async (home: Home): Promise<string> => {
  const log = await readFile(home.path(...LOG), 'utf8').catch(() => '');
  return log.trim().split('\n').slice(-5).join('\n');
};

const launch = async (home: Home, entry: string): Promise<() => number | null> => {
  const log = await open(home.path(...LOG), 'a', 0o600);
  const child = spawn(process.execPath, [entry], {
    cwd: home.path('server'),
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: {
      ...process.env,
      PORT: '0',
      HOST: '127.0.0.1',
      IAMA_DATA_DIR: home.path('server'),
      IAMA_PORT_FILE: home.path(...STATE),
    },
  });
  await log.close();
  let exitCode: number | null = null;
  child.on('exit', (code) => {
    exitCode = code ?? 1;
  });
  child.on('error', () => {
    exitCode = 1;
  });
  child.unref();
  return () => exitCode;
};

/** The address of the embedded server, which is started first if need be. */
export const ensureServer = async (
  home: Home,
  entry: string,
  say: (text: string) => void,
): Promise<string> => {
  const found = await runningServer(home);
  if (found !== null) return found.url;
  await mkdir(home.path('server'), { recursive: true, mode: 0o700 });
  const mine = await takeLock(home);
  try {
    say('Starting the local server (the first time takes a few seconds).');
    if (mine) await rm(home.path(...STATE), { force: true });
    const exited = mine ? await launch(home, entry) : () => null;
    const giveUpAt = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < giveUpAt) {
      const running = await runningServer(home);
      if (running !== null) return running.url;
      if (exited() !== null) break;
      await sleep(100);
    }
    const log = home.path(...LOG);
    throw new CommandEnd(
      EXIT.SERVER,
      'SERVER_NOT_STARTED',
      `The local server did not start.\n${await lastLines(home)}`,
      `Its whole log is in ${log}.`,
    );
  } finally {
    if (mine) await rm(home.path(...LOCK), { force: true });
  }
};

/** Asks the server to end and waits for it. False when none is running. */
export const stopServer = async (home: Home): Promise<boolean> => {
  const stored = stateSchema.safeParse(await home.readJson(...STATE));
  if (!stored.success || !isRunning(stored.data.pid)) return false;
  process.kill(stored.data.pid, 'SIGTERM');
  const giveUpAt = Date.now() + STOP_TIMEOUT_MS;
  while (isRunning(stored.data.pid) && Date.now() < giveUpAt) await sleep(100);
  if (isRunning(stored.data.pid)) process.kill(stored.data.pid, 'SIGKILL');
  await rm(home.path(...STATE), { force: true });
  return true;
};
