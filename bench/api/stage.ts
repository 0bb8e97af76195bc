import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbedded, stopEmbedded } from '../../infra/postgres/embedded.ts';
import { migrate } from '../../infra/postgres/migrate.ts';
import { createPool } from '../../infra/postgres/pool.ts';
import { useJournal } from '../journal.ts';

export type Account = Readonly<{
  userId: string;
  token: string;
  credentials: Readonly<{ email: string; password: string }>;
}>;

/** A server of its own, the API as production runs it, and the bare floor, each in its own process. */
export type Stage = Readonly<{
  databaseUrl: string;
  apiUrl: string;
  bareUrl: string;
  apiPid: number;
  barePid: number;
  /** Registers somebody new; gives the access token, good for 15 minutes. */
  newUser: () => Promise<string>;
  /** The same, with what a sign-in wants. */
  newAccount: () => Promise<Account>;
  close: () => Promise<void>;
}>;

const ROOT = join(import.meta.dirname, '..', '..');
const START_MS = 60_000;
const STOP_MS = 15_000;

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exit;
  clearTimeout(force);
};

/** `profileFolder`: where the process leaves a CPU profile when it ends. */
const startProcess = (
  script: string,
  env: Readonly<Record<string, string>>,
  profileFolder?: string,
): ChildProcess => {
  const flags = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  return spawn(process.execPath, [...flags, join(ROOT, script)], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
};

const firstLine = async (child: ChildProcess): Promise<string> => {
  if (child.stdout === null) throw new Error('the process has no standard output');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the process said nothing');
};

const urlFrom = async (portFile: string, child: ChildProcess): Promise<string> => {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    try {
      return JSON.parse(await readFile(portFile, 'utf8')).url;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      await sleep(50);
    }
  }
  throw new Error('the API did not start');
};

const register = async (apiUrl: string): Promise<Account> => {
  const credentials = { email: `${randomUUID()}@example.org`, password: 'correct horse battery' };
  const response = await fetch(`${apiUrl}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  });
  if (response.status !== 201) throw new Error(`registering failed: ${response.status}`);
  const { access_token, user_id }: { access_token: string; user_id: string } = JSON.parse(
    await response.text(),
  );
  return { userId: user_id, token: access_token, credentials };
};

/** Opens everything, or closes again what was opened. */
export const openStage = async (profileFolder?: string): Promise<Stage> => {
  const folder = await mkdtemp(join(tmpdir(), 'iama-bench-api-'));
  const children: ChildProcess[] = [];
  const closeAll = async (): Promise<void> => {
    await Promise.all(children.map(ended));
    await stopEmbedded(join(folder, 'postgres'), 'immediate');
    await rm(folder, { recursive: true, force: true });
  };
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= closeAll();
    return closing;
  };
  try {
    await chmod(folder, 0o755);
    const { ownerUrl, appUrl } = await startEmbedded({ folder: join(folder, 'postgres') });
    await migrate(ownerUrl);
    const owner = createPool({ connectionString: ownerUrl, max: 1, statementTimeoutMs: 0 });
    await owner.query('CREATE TABLE raw_events (LIKE events INCLUDING ALL)');
    await owner.query('GRANT INSERT ON raw_events TO iama_app');
    await useJournal(owner);
    await owner.end();
    const portFile = join(folder, 'server.json');
    const api = startProcess(
      'infra/main/api.ts',
      {
        DATABASE_URL: appUrl,
        PORT: '0',
        IAMA_DATA_DIR: join(folder, 'data'),
        IAMA_PORT_FILE: portFile,
        // Limits would be measured otherwise.
        IAMA_RATE_SIGN_IN: '0',
        IAMA_RATE_USER: '0',
      },
      profileFolder,
    );
    const bare = startProcess('bench/api/bare-server.ts', { DATABASE_URL: appUrl });
    children.push(api, bare);
    // The log is written as in production and read by nobody.
    api.stdout?.resume();
    const bareUrl = `http://127.0.0.1:${await firstLine(bare)}`;
    const apiUrl = await urlFrom(portFile, api);
    return {
      databaseUrl: appUrl,
      apiUrl,
      bareUrl,
      apiPid: api.pid ?? 0,
      barePid: bare.pid ?? 0,
      newUser: async () => (await register(apiUrl)).token,
      newAccount: () => register(apiUrl),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
