import { spawn } from 'node:child_process';
import { appendFile, chown, open, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Binaries, ServerUser } from './embedded-binaries.ts';
import { findBinaries, serverUser } from './embedded-binaries.ts';
import type { EmbeddedFiles } from './embedded-files.ts';
import {
  embeddedFiles,
  ensureFolder,
  freePort,
  portIsFree,
  readIfPresent,
  secretOnce,
} from './embedded-files.ts';
import { withFolderLock } from './folder-lock.ts';
import { clientConfig } from './pool.ts';
import { isRunning, processesIn, processState } from './processes.ts';
import { homelessFolders, SHARED_FOLDER, serverFolder } from './server-folder.ts';

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

export type EmbeddedServer = Readonly<{
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

export type EmbeddedOptions = Readonly<{
  folder: string;
  /** Extra `postgresql.conf` lines, used when the cluster is made. */
  settings?: string;
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

const recordedPid = async (files: EmbeddedFiles): Promise<number | null> => {
  const text = await readIfPresent(join(files.cluster, 'postmaster.pid'));
  const pid = Number(text?.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
};

const runningPid = async (files: EmbeddedFiles): Promise<number | null> => {
  const pid = await recordedPid(files);
  return pid !== null && (await isRunning(pid)) ? pid : null;
};

/**
 * PostgreSQL clears a stale `postmaster.pid` itself, except when its process is a zombie. Then we do, but only once
 * no backend of the dead server works in the folder: two servers on one cluster would corrupt it.
 */
const clearZombie = async (files: EmbeddedFiles): Promise<void> => {
  const pid = await recordedPid(files);
  if (pid === null || (await processState(pid)) !== 'zombie') return;
  const deadline = Date.now() + 30_000;
  while ((await processesIn(files.cluster)).length > 0) {
    if (Date.now() > deadline) throw new Error(`backends of a dead server still work in ${files.cluster}`);
    await sleep(20);
  }
  await rm(join(files.cluster, 'postmaster.pid'), { force: true });
};

/** Made beside and renamed: a first start that is killed leaves nothing that looks like a cluster. */
const initialise = async (
  files: EmbeddedFiles,
  binaries: Binaries,
  user: ServerUser | null,
  options: EmbeddedOptions,
): Promise<void> => {
  const password = await secretOnce(files.password);
  const cluster = `${files.cluster}.new`;
  await rm(cluster, { recursive: true, force: true });
  await ensureFolder(cluster);
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

const choosePort = async (files: EmbeddedFiles): Promise<number> => {
  const recorded = Number(await readIfPresent(files.port));
  if (Number.isInteger(recorded) && recorded > 0 && (await portIsFree(recorded))) return recorded;
  const port = await freePort();
  await writeFile(files.port, String(port));
  return port;
};

const startServer = async (files: EmbeddedFiles, options: EmbeddedOptions): Promise<void> => {
  const user = await serverUser();
  const binaries = await findBinaries(user);
  if ((await readIfPresent(join(files.cluster, 'PG_VERSION'))) === null) {
    await rm(files.cluster, { recursive: true, force: true });
    await initialise(files, binaries, user, options);
  }
  const port = await choosePort(files);
  const log = await open(files.log, 'a');
  await log.close();
  if (user !== null) await chown(files.log, user.uid, user.gid);
  const start = ['start', '-w', '-t', '60', '-D', files.cluster, '-l', files.log, '-o', `-p ${port}`];
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await runAs(binaries.pgCtl, start, user);
      return;
    } catch (error) {
      // Backends of a killed server may hold its shared memory for a moment longer.
      if (Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
};

const describe = async (files: EmbeddedFiles): Promise<EmbeddedServer> => {
  const pid = await runningPid(files);
  if (pid === null) throw new Error(`the embedded server did not start; see ${files.log}`);
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

const prepareRolesAndDatabase = async (server: EmbeddedServer, files: EmbeddedFiles): Promise<void> => {
  const client = new pg.Client(
    clientConfig({ connectionString: server.urlFor('owner', 'postgres'), statementTimeoutMs: 60_000 }),
  );
  await client.connect();
  try {
    const appPassword = await secretOnce(files.appPassword);
    const role = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [APP]);
    if (role.rowCount === 0) await client.query(`CREATE ROLE ${APP} NOLOGIN`);
    await client.query(`ALTER ROLE ${APP} LOGIN PASSWORD ${client.escapeLiteral(appPassword)}`);
    const database = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [EMBEDDED_DATABASE]);
    if (database.rowCount === 0) await client.query(`CREATE DATABASE ${EMBEDDED_DATABASE}`);
  } finally {
    await client.end();
  }
};

const filesFor = async (folder: string): Promise<EmbeddedFiles> =>
  embeddedFiles(await serverFolder(folder, await serverUser()));

const stopServer = async (files: EmbeddedFiles, mode: 'fast' | 'immediate'): Promise<void> => {
  if ((await runningPid(files)) === null) return;
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
      await stopServer(embeddedFiles(folder), 'immediate');
      await rm(folder, { recursive: true, force: true });
    }
  });
};

/**
 * Starts a real PostgreSQL 18 in `options.folder`, or joins the one already running there (several processes share
 * one server). Passwords are made once, mode 0600. After a crash, the next start recovers.
 */
export const startEmbedded = async (options: EmbeddedOptions): Promise<EmbeddedServer> => {
  await removeHomeless();
  const files = await filesFor(resolve(options.folder));
  return withFolderLock(files.lock, async () => {
    if ((await runningPid(files)) !== null) return describe(files);
    await clearZombie(files);
    await startServer(files, options);
    const server = await describe(files);
    await prepareRolesAndDatabase(server, files);
    return server;
  });
};

/** Stops the server of this folder: `fast` rolls open transactions back, `immediate` is a crash. */
export const stopEmbedded = async (folder: string, mode: 'fast' | 'immediate' = 'fast'): Promise<void> => {
  const files = await filesFor(resolve(folder));
  await withFolderLock(files.lock, () => stopServer(files, mode));
  await removeHomeless();
};
