import { spawn } from 'node:child_process';
import { appendFile, chown, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { untilAnswered } from '../runtime/until-answered.ts';
import { clearDeadServer, runningPostmaster, underClusterLock } from './dead-server.ts';
import type { Binaries, ServerUser } from './embedded-binaries.ts';
import { findBinaries, serverUser } from './embedded-binaries.ts';
import type { EmbeddedFiles } from './embedded-files.ts';
import { embeddedFiles, readIfPresent, removeTree, secretOnce } from './embedded-files.ts';
import { withFolderLock } from './folder-lock.ts';
import { clientConfig } from './pool.ts';
import { choosePort } from './ports.ts';
import { homelessFolders, removeServerFolder, SHARED_FOLDER, serverFolder } from './server-folder.ts';

const OWNER = 'iama_owner';
const APP = 'iama_app';
export const EMBEDDED_DATABASE = 'iama';

/**
 * Written once at initdb. A large `max_wal_size` keeps bursts of appends from forcing checkpoints. Filling every new
 * journal file with zeros first stopped all commits for 50 ms, once or twice a second under load.
 */
const SETTINGS = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = '256MB'
max_wal_size = '4GB'
min_wal_size = '256MB'
checkpoint_timeout = '15min'
wal_init_zero = off
timezone = 'UTC'
log_timezone = 'UTC'
`;

type RunningServer = Readonly<{
  /** Runs migrations. Local superuser of this server only. */
  ownerUrl: string;
  /** What API and workers use: no UPDATE, DELETE or TRUNCATE on the log. */
  appUrl: string;
  port: number;
  /** Process id of the postmaster. */
  pid: number;
  /** The same address with another database of this server. */
  urlFor: (role: 'owner' | 'app', database: string) => string;
}>;

/** `isStarted`: by this call; else it ran already, and others may use it. */
export type EmbeddedServer = RunningServer & Readonly<{ isStarted: boolean }>;

export type EmbeddedOptions = Readonly<{
  folder: string;
  /** Extra `postgresql.conf` lines, used when the cluster is made. */
  settings?: string;
  /** Clients are at work that know the recorded port: another one is not taken instead. */
  keepPort?: boolean;
  /** Aborted: a server that recovers is not waited for any longer. */
  signal?: AbortSignal;
}>;

/** `pg_ctl` waits a minute by itself; a loaded machine may take longer than that for `initdb`. */
const PROGRAM_DEADLINE_MS = 180_000;

/** Rejects when the program fails or takes longer than `PROGRAM_DEADLINE_MS`. */
const runAs = (command: string, args: readonly string[], user: ServerUser | null): Promise<void> =>
  new Promise((done, reject) => {
    // Detached and without our pipes: the server outlives a kill -9 of whoever started it.
    const child = spawn(command, args, {
      ...(user ?? {}),
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: '/',
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    let late = false;
    const deadline = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, PROGRAM_DEADLINE_MS);
    child.once('error', (error) => {
      clearTimeout(deadline);
      reject(error);
    });
    child.once('exit', (code) => {
      clearTimeout(deadline);
      child.stderr.destroy();
      if (code === 0) done();
      else if (late) reject(new Error(`${command} did not end within ${PROGRAM_DEADLINE_MS} ms: ${stderr}`));
      else reject(new Error(`${command} ended with code ${code}: ${stderr}`));
    });
  });

/**
 * Made beside and renamed: a first start that is killed leaves nothing that looks like a cluster. Its programs outlive it, so that
 * each makes a folder of its own; what others left is removed.
 */
const initialise = async (
  files: EmbeddedFiles,
  binaries: Binaries,
  user: ServerUser | null,
  options: EmbeddedOptions,
): Promise<void> => {
  const password = await secretOnce(files.password);
  const beside = `${files.cluster}.new`;
  for (const name of await readdir(dirname(beside)))
    if (name.startsWith(basename(beside))) await removeTree(join(dirname(beside), name));
  const cluster = await mkdtemp(`${beside}-`);
  const passwordFile = join(tmpdir(), `iama-pw-${process.pid}-${Date.now()}`);
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    if (user !== null) {
      await chown(passwordFile, user.uid, user.gid);
      await chown(cluster, user.uid, user.gid);
    }
    await runAs(
      binaries.initdb,
      [
        `--pgdata=${cluster}`,
        `--username=${OWNER}`,
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
      ],
      user,
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await appendFile(join(cluster, 'postgresql.conf'), `${SETTINGS}\n${options.settings ?? ''}\n`);
  await rename(cluster, files.cluster);
};

/** What stands in the way of a start may be about to end: each further try comes a quarter of a second later than the last. */
const TRIES = 4;
/** Whoever is connected knows only the recorded port: a new start gives it up only when it stays taken. */
const KEEP_PORT_MS = 3_000;

const startServer = async (files: EmbeddedFiles, options: EmbeddedOptions): Promise<void> => {
  const user = await serverUser();
  const binaries = await findBinaries(user);
  if ((await readIfPresent(join(files.cluster, 'PG_VERSION'))) === null) {
    for (const left of [files.prepared, files.cluster]) await rm(left, { recursive: true, force: true });
    await initialise(files, binaries, user, options);
  }
  const log = await open(files.log, 'a');
  await log.close();
  if (user !== null) await chown(files.log, user.uid, user.gid);
  const start = ['start', '-w', '-t', '60', '-D', files.cluster, '-l', files.log, '-o'];
  // The server keeps the lock as long as it runs.
  const [program = '', ...words] = [...(await underClusterLock(files.cluster)), binaries.pgCtl];
  const began = Date.now();
  for (let failed = 0; ; await sleep(250 * (failed + 1))) {
    await clearDeadServer(files.cluster);
    const late = Date.now() - began > KEEP_PORT_MS;
    const port = await choosePort(files, late && options.keepPort !== true);
    if (port === null && late) throw new Error('another program listens at the port of the database');
    try {
      if (port !== null) return await runAs(program, [...words, ...start, `-p ${port}`], user);
    } catch (error) {
      // It recovers for longer than `pg_ctl` waits.
      if ((await runningPostmaster(files.cluster)) !== null) return;
      failed += 1;
      if (failed === TRIES) throw await notStarted(files, error);
    }
  }
};

/** What the server wrote last says what a person has to know. */
const notStarted = async (files: EmbeddedFiles, cause: unknown): Promise<Error> => {
  const lines = (await readIfPresent(files.log))?.trimEnd().split('\n').slice(-6) ?? [];
  return new Error(`the database in ${files.cluster} does not start: ${lines.join('\n')}`, { cause });
};

/** A log of some gigabytes is gone through in less, also by a slow disk. */
const RECOVERY_MS = 900_000;

/** Waits until the server lets clients in: one that was killed goes through its log first. */
const untilReady = (files: EmbeddedFiles, { urlFor }: RunningServer, signal?: AbortSignal): Promise<void> =>
  untilAnswered(
    async () => {
      try {
        await withOwner(urlFor('owner', 'postgres'), (client) => client.query('SELECT 1'));
      } catch (error) {
        if ((await runningPostmaster(files.cluster)) === null) throw await notStarted(files, error);
        throw error;
      }
    },
    { patienceMs: RECOVERY_MS, onFailure: () => undefined, ...(signal === undefined ? {} : { signal }) },
  );

const describe = async (files: EmbeddedFiles): Promise<RunningServer> => {
  const pid = await runningPostmaster(files.cluster);
  if (pid === null) throw await notStarted(files, null);
  const port = Number(await readIfPresent(files.port));
  const secrets = { owner: await secretOnce(files.password), app: await secretOnce(files.appPassword) };
  const names = { owner: OWNER, app: APP };
  const urlFor = (role: 'owner' | 'app', database: string): string =>
    `postgres://${names[role]}:${secrets[role]}@127.0.0.1:${port}/${database}`;
  return {
    port,
    pid,
    urlFor,
    ownerUrl: urlFor('owner', EMBEDDED_DATABASE),
    appUrl: urlFor('app', EMBEDDED_DATABASE),
  };
};

const withOwner = async (url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> => {
  const client = new pg.Client(clientConfig({ connectionString: url, statementTimeoutMs: 60_000 }));
  // A session that ends while nothing is asked; the next question tells.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
};

const prepareRolesAndDatabase = async (server: RunningServer, files: EmbeddedFiles): Promise<void> => {
  await withOwner(server.urlFor('owner', 'postgres'), async (client) => {
    const appPassword = await secretOnce(files.appPassword);
    const role = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [APP]);
    if (role.rowCount === 0) await client.query(`CREATE ROLE ${APP} NOLOGIN`);
    await client.query(`ALTER ROLE ${APP} LOGIN PASSWORD ${client.escapeLiteral(appPassword)}`);
    const database = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [EMBEDDED_DATABASE]);
    if (database.rowCount === 0) await client.query(`CREATE DATABASE ${EMBEDDED_DATABASE}`);
  });
  await writeFile(files.prepared, '');
};

const filesFor = async (folder: string): Promise<EmbeddedFiles> =>
  embeddedFiles(await serverFolder(folder, await serverUser()));

const stopServer = async (files: EmbeddedFiles, mode: 'fast' | 'immediate'): Promise<void> => {
  if ((await runningPostmaster(files.cluster)) === null) return;
  const user = await serverUser();
  const { pgCtl } = await findBinaries(user);
  await runAs(pgCtl, ['stop', '-w', '-t', '60', '-m', mode, '-D', files.cluster], user);
};

/**
 * Removes servers whose temporary data folder is gone (`infra/postgres/server-folder.ts`). Every start and stop does it; call it
 * after the removal of a temporary data folder to leave nothing behind.
 */
export const removeHomeless = async (): Promise<void> => {
  // Only root's servers live anywhere but in their data folder.
  if (process.getuid?.() !== 0) return;
  if ((await homelessFolders()).length === 0) return;
  await withFolderLock(join(SHARED_FOLDER, 'removal.lock'), async () => {
    for (const folder of await homelessFolders()) {
      try {
        await stopServer(embeddedFiles(folder), 'immediate');
        await removeServerFolder(folder);
      } catch {
        // Of somebody else, and in nobody's way: the next start or stop finds it again.
      }
    }
  });
};

/**
 * Starts a real PostgreSQL 18 in `options.folder`, or joins the one already running there (several processes share
 * one server), and resolves when it lets clients in. Passwords are made once, mode 0600. After a crash, the next start recovers.
 */
export const startEmbedded = async (options: EmbeddedOptions): Promise<EmbeddedServer> => {
  await removeHomeless();
  const files = await filesFor(resolve(options.folder));
  const { server, isStarted } = await withFolderLock(files.lock, async () => {
    const isRunning = (await runningPostmaster(files.cluster)) !== null;
    if (!isRunning) await startServer(files, options);
    return { server: await describe(files), isStarted: !isRunning };
  });
  // Without the lock: whoever joins or stops the server must not wait for its recovery.
  await untilReady(files, server, options.signal);
  if (isStarted || (await readIfPresent(files.prepared)) === null)
    await withFolderLock(files.lock, () => prepareRolesAndDatabase(server, files));
  return { ...server, isStarted };
};

/** Stops the server of this folder: `fast` rolls open transactions back, `immediate` is a crash. */
export const stopEmbedded = async (folder: string, mode: 'fast' | 'immediate' = 'fast'): Promise<void> => {
  const files = await filesFor(resolve(folder));
  await withFolderLock(files.lock, () => stopServer(files, mode));
  await removeHomeless();
};
