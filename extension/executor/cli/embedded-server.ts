import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rm, statfs } from 'node:fs/promises';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { hasErrno, ifThere } from '../errno.ts';
import { writeDurably } from '../home/durable-file.ts';
import type { Home } from '../home/home.ts';
import { takeLock } from '../home/lock.ts';
import { processToken } from '../native-runner/processes.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';
import { isJobFollowed, noteRelease, otherRelease } from './server-release.ts';

/**
 * The all-in-one server in the person's own data folder: started when it is needed, shared by all commands, and left
 * running. It writes `server.json` with its address once it listens.
 */
const STATE = ['server', 'server.json'] as const;
const LOG = ['server', 'server.log'] as const;
/**
 * Names who is at it: first the command that starts the server, then the server itself, so that a command which is killed
 * meanwhile leaves no second server behind.
 */
const LOCK = ['server', 'starting.lock'] as const;
const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 100;

const stateSchema = z.looseObject({ url: z.string(), pid: z.number() });
export type ServerState = z.infer<typeof stateSchema>;

const answers = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/api/v1/jobs`, { signal: AbortSignal.timeout(3_000) });
    await response.body?.cancel();
    return response.status < 500;
  } catch (error) {
    // What fetch throws for a connection that fails or hangs.
    if (error instanceof TypeError || error instanceof DOMException) return false;
    throw error;
  }
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is not our server.
    if (hasErrno(error, 'ESRCH', 'EPERM')) return false;
    throw error;
  }
};

/** The running server; null when there is none that answers. */
export const runningServer = async (home: Home): Promise<ServerState | null> => {
  const stored = stateSchema.safeParse(await home.readJson(...STATE));
  return stored.success && isRunning(stored.data.pid) && (await answers(stored.data.url))
    ? stored.data
    : null;
};

/**
 * After an update the server of the release before may still run: it is ended, and the next command starts the new one. One that this
 * command understands goes on while another command follows a job, which would stand still meanwhile.
 */
export const retireOtherVersion = async (
  home: Home,
  entry: string,
  say: (text: string) => void,
): Promise<void> => {
  if ((await runningServer(home)) === null) return;
  const other = await otherRelease(home, entry);
  if (other === null) return;
  if (other === 'CODE' && (await isJobFollowed(home))) {
    say('The local server runs other code than this IAMA. It is replaced once no command follows a job.');
    return;
  }
  say('The local server is of another version of IAMA; it is replaced. No job is lost.');
  await stopServer(home);
};

/** As Node ends with an error that nobody caught; behind it come its stack and the version of Node. */
const UNCAUGHT = /^(?:[A-Z]\w*)?[Ee]rror(?: \[\w+\])?: /u;

/** The error that ended the server, without its stack; the last lines of the log where it names none. */
const whyItEnded = async (home: Home): Promise<string> => {
  const log = (await ifThere(readFile(home.path(...LOG), 'utf8'))) ?? '';
  const lines = log.trim().split('\n');
  // The server logs in JSON: what was printed before that is of an earlier start.
  const own = lines.slice(lines.findLastIndex((line) => line.startsWith('{"')) + 1);
  return own.findLast((line) => UNCAUGHT.test(line)) ?? lines.slice(-5).join('\n');
};

/** What a program needs to run at all, on any system. */
const NEUTRAL =
  /^(?:PATH|HOME|USER|LOGNAME|LANG|LC_[A-Z]+|TZ|TMPDIR|TEMP|TMP|XDG_[A-Z_]+|SystemRoot|USERPROFILE|(?:LOCAL)?APPDATA)$/u;
/** Ours, but not for this server: an account elsewhere, and the database that `iama audit` is pointed to. */
const NOT_FOR_THE_SERVER: ReadonlySet<string> = new Set([
  'IAMA_PASSWORD',
  'IAMA_TOKEN',
  'IAMA_DATABASE_URL',
  'IAMA_DATABASE_OWNER_URL',
]);

/**
 * The person's shell may be set up for the project under work, with a DATABASE_URL, NODE_ENV or PGHOST of its own: the
 * server would migrate that project's database. So it gets what is on the list, and nothing else.
 */
const serverEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => NEUTRAL.test(name) || (name.startsWith('IAMA_') && !NOT_FOR_THE_SERVER.has(name)),
    ),
  );

/** Starts the server and hands it the lock; the answer tells whether it has ended. */
const launch = async (home: Home, entry: string): Promise<() => boolean> => {
  await rm(home.path(...STATE), { force: true });
  const log = await open(home.path(...LOG), 'a', 0o600);
  const compiled = getCompileCacheDir();
  // Before it reads its files: what is changed meanwhile is then told as other code once too often, and not never.
  await noteRelease(home, entry);
  const child = spawn(process.execPath, [entry], {
    cwd: home.path('server'),
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: {
      ...serverEnvironment(process.env),
      ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compiled) }),
      PORT: '0',
      HOST: '127.0.0.1',
      IAMA_DATA_DIR: home.path('server'),
      IAMA_PORT_FILE: home.path(...STATE),
    },
  });
  // At once: a server may end before the file below is written, and nobody would hear of it.
  let ended = false;
  for (const event of ['exit', 'error']) {
    child.on(event, () => {
      ended = true;
    });
  }
  child.unref();
  await log.close();
  if (child.pid !== undefined) await writeDurably(home.path(...LOCK), processToken(child.pid), 0o600);
  return () => ended;
};

/** One segment of PostgreSQL's write-ahead log, in bytes: below that it does not start, and its log may say nothing of it. */
const LEAST_ROOM = 16 * 1024 * 1024;

/** Why there is no server, by the bytes that are left on the disk of its folder. */
export const notStarted = async (home: Home, room: number): Promise<CommandEnd> => {
  const [why, next] =
    room < LEAST_ROOM
      ? [`The disk of ${home.path('server')} is full.`, 'Make room there, then try again.']
      : [await whyItEnded(home), `Its whole log is in ${home.path(...LOG)}.`];
  return new CommandEnd(EXIT.SERVER, 'SERVER_NOT_STARTED', `The local server did not start.\n${why}`, next);
};

const roomIn = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/** The address of the embedded server, which is started first if need be. */
export const ensureServer = async (
  home: Home,
  entry: string,
  say: (text: string) => void,
): Promise<string> => {
  await mkdir(home.path('server'), { recursive: true, mode: 0o700 });
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  let hasEnded: (() => boolean) | null = null;
  for (let waited = 0; Date.now() < giveUpAt; waited += POLL_MS) {
    const running = await runningServer(home);
    if (running !== null) return running.url;
    if (waited === 0) say('Starting the local server (the first time takes a few seconds).');
    if (hasEnded === null && (await takeLock(home.path(...LOCK)))) hasEnded = await launch(home, entry);
    if (hasEnded?.()) break;
    await sleep(POLL_MS);
  }
  throw await notStarted(home, await roomIn(home.path('server')));
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
