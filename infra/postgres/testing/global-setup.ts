import { mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { removeHomeless, startEmbedded, stopEmbedded } from '../embedded.ts';
import { migrate } from '../migrate.ts';
import { clientConfig } from '../pool.ts';
import { isRunning } from '../processes.ts';
import { type PgBouncer, startPgBouncer } from './pgbouncer.ts';

/**
 * How test files reach the server: urls of its maintenance database, and the migrated template to clone. `appUrl` leads
 * through PgBouncer where `TEST_PGBOUNCER` names its program; `directUrl` never does.
 */
export type TestServer = Readonly<{ ownerUrl: string; appUrl: string; directUrl: string; template: string }>;

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer;
  }
}

const ROOT = join(tmpdir(), 'iama-test-postgres');

const SETUP_MS = 60_000;

/** Where `iama` keeps it too. What the workers of the run and their processes compile of our source, each would compile again. */
const COMPILED = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'iama');

/**
 * Durability is off here and only here: tests that crash the server start their own (`startEmbedded`). Shared memory in the
 * server's folder goes with it, also when a run is killed.
 */
const SETTINGS = `
fsync = off
synchronous_commit = on
full_page_writes = off
max_connections = 300
dynamic_shared_memory_type = mmap
log_min_messages = error
`;

/** Removes servers whose test run was killed. */
const reapAbandoned = async (): Promise<void> => {
  for (const name of await readdir(ROOT)) {
    const pid = Number.parseInt(name, 10);
    if (!Number.isInteger(pid) || (await isRunning(pid))) continue;
    await stopEmbedded(join(ROOT, name), 'immediate');
    await rm(join(ROOT, name), { recursive: true, force: true });
  }
};

const withDatabase = (url: string, database: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.toString();
};

/** One server and one migrated template per project of a test run; every test file clones the template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  process.env['NODE_COMPILE_CACHE'] ??= COMPILED;
  const external = process.env['TEST_DATABASE_URL'];
  const run = `${process.pid}_${project.name}`;
  const template = `iama_template_${run}`;
  let folder: string | null = null;
  let ownerUrl: string;
  let appUrl: string;
  if (external === undefined || external === '') {
    await mkdir(ROOT, { recursive: true, mode: 0o755 });
    await reapAbandoned();
    folder = join(ROOT, run);
    const server = await startEmbedded({ folder, settings: SETTINGS });
    ownerUrl = server.urlFor('owner', 'postgres');
    appUrl = server.urlFor('app', 'postgres');
  } else {
    ownerUrl = external;
    // The session starts as the application role, which the migrations made.
    const asApp = new URL(external);
    asApp.searchParams.set('options', '-c role=iama_app');
    appUrl = asApp.toString();
  }
  const client = new pg.Client(clientConfig({ connectionString: ownerUrl, statementTimeoutMs: SETUP_MS }));
  await client.connect();
  await client.query(`CREATE DATABASE ${template}`);
  await migrate(withDatabase(ownerUrl, template));
  const directUrl = appUrl;
  const program = process.env['TEST_PGBOUNCER'] ?? '';
  let bouncer: PgBouncer | null = null;
  if (program !== '') {
    const files = join(tmpdir(), `iama-test-pgbouncer-${run}`);
    bouncer = await startPgBouncer(program, files, appUrl);
    appUrl = bouncer.through(appUrl);
  }
  project.provide('testServer', { ownerUrl, appUrl, directUrl, template });
  return async () => {
    await bouncer?.stop();
    await client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await client.end();
    if (folder === null) return;
    await stopEmbedded(folder, 'immediate');
    await rm(folder, { recursive: true, force: true });
    await removeHomeless();
  };
}
