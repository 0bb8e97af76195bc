import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projections } from '../../projections/index.ts';
import { clientConfig, createPool, openSession } from '../postgres/pool.ts';
import { createTestDatabase, type TestDatabase } from '../postgres/testing/database.ts';
import { buildProjection } from '../runtime/projection-builder.ts';
import { type Config, readConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { openParts, type Parts } from './parts.ts';
import { apiReadiness, workerIsHeard } from './ready.ts';
import { startApi } from './start-api.ts';

let database: TestDatabase;
let folder: string;
let config: Config;
let parts: Parts;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'iama-api-'));
  config = readConfig({ DATABASE_URL: database.appUrl, IAMA_DATA_DIR: folder, PORT: '0' });
  parts = await openParts(config, await openDatabase(config), pino({ level: 'silent' }));
});
afterAll(async () => {
  await parts?.close();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** As a worker does when it starts. */
const buildReadTables = async (): Promise<void> => {
  const connect = () => openSession(clientConfig({ connectionString: database.directUrl }));
  const report = () => undefined;
  for (const projection of projections)
    await buildProjection(projection, { pool: parts.pool, connect, log: parts.log, partitions: 1, report });
};

const register = (url: string, email: string): Promise<Response> =>
  fetch(`${url}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'a good long password' }),
  });

describe('the API of a process', () => {
  it('[OPS-05] [OPS-12] is ready once the read tables of this release are there, and stays so with those of the next', async () => {
    const codeOf = (whyNot: ReturnType<typeof apiReadiness>) => async () => (await whyNot())?.code ?? null;
    const missing = codeOf(apiReadiness(parts));
    expect(await missing()).toBe('READ_TABLES_MISSING');
    await buildReadTables();
    await parts.pool.query('alter table read.refactor_jobs rename column title to heading');
    expect(await missing()).toBe('READ_TABLES_MISSING');
    await parts.pool.query('alter table read.refactor_jobs rename column heading to title');
    expect(await missing()).toBeNull();
    await parts.pool.query('alter table read.refactor_jobs rename column title to heading');
    expect([await missing(), await codeOf(apiReadiness(parts))()]).toEqual([null, 'READ_TABLES_MISSING']);
    await parts.pool.query('alter table read.refactor_jobs rename column heading to title');
    const gone = createPool({ connectionString: database.appUrl });
    const lost = codeOf(apiReadiness({ ...parts, pool: gone }));
    expect(await lost()).toBeNull();
    await gone.end();
    expect(await lost()).toBe('DATABASE_UNREACHABLE');
  });

  it('[OPS-05] [OPS-12] says that it is of an earlier release where a later one has taken away what it reads, and logs it once', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
    const revise = (by: number) =>
      parts.pool.query(
        `update runtime.projections set live_revision = live_revision + $1 where name = 'refactor-jobs'`,
        [by],
      );
    await parts.pool.query('alter table read.refactor_jobs rename column title to heading');
    await revise(1);
    const api = await startApi({ ...parts, logger });
    try {
      for (const _again of [1, 2]) {
        const asked = await fetch(`${api.url}/health/ready`);
        expect([asked.status, await asked.json()]).toEqual([
          503,
          {
            status: 'not ready',
            code: 'RELEASE_OUTDATED',
            reason: expect.stringContaining('Start the later release'),
          },
        ]);
      }
      const told = lines.map((line) => JSON.parse(line)).filter(({ code }) => code === 'RELEASE_OUTDATED');
      expect(told).toMatchObject([{ level: 50, tables: ['refactor_jobs'] }]);
    } finally {
      await api.stop();
      await revise(-1);
      await parts.pool.query('alter table read.refactor_jobs rename column heading to title');
    }
  });

  it('[OPS-12] says where it listens once it does, answers what it took before it stopped, and takes the place back', async () => {
    const api = await startApi(parts);
    const told = JSON.parse(await readFile(config.portFile, 'utf8'));
    expect(told).toEqual({ url: api.url, pid: process.pid });
    expect((await fetch(`${told.url}/health/ready`)).status).toBe(200);
    const registered = await register(api.url, 'ada@example.org');
    const { access_token } = (await registered.json()) as { access_token: string };
    const stream = await fetch(`${api.url}/api/v1/jobs/stream`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    // Hashing its password takes a while: it is under way when the stop begins.
    const late = register(api.url, 'late@example.org');
    await new Promise((resolve) => setTimeout(resolve, 20));
    await api.stop();
    const { rows } = await parts.pool.query("select 1 from events where type = 'UserRegistered'");
    expect(rows).toHaveLength(2);
    expect((await late).status).toBe(201);
    expect(await stream.text()).toContain('SERVER_STOPPING');
    expect(existsSync(config.portFile)).toBe(false);
    await expect(fetch(`${api.url}/health/live`)).rejects.toThrow();
  });

  it('[OPS-12] starts although the database drops its first connections, as one does that is being started', async () => {
    const target = new URL(database.appUrl);
    let dropped = 0;
    const open: Socket[] = [];
    const door = createServer((client) => {
      if (dropped < 2) {
        dropped += 1;
        client.destroy();
        return;
      }
      const server = connect(Number(target.port), target.hostname);
      open.push(client);
      client.pipe(server).pipe(client);
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const)
        from.on('error', () => to.destroy());
    });
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    const through = new URL(database.appUrl);
    through.host = `127.0.0.1:${(door.address() as AddressInfo).port}`;
    const early = readConfig({ DATABASE_URL: through.toString(), IAMA_DATA_DIR: folder, PORT: '0' });
    const own = await openParts(early, await openDatabase(early), pino({ level: 'silent' }));
    // Those that it had are gone too, when it asks where the log ends.
    for (const socket of open.splice(0)) socket.destroy();
    while (own.pool.totalCount > 0) await sleep(5);
    dropped = 1;
    const api = await startApi(own);
    expect((await fetch(`${api.url}/health/ready`)).status).toBe(200);
    expect(dropped).toBe(2);
    await api.stop();
    await own.close();
    door.close();
  });
});

describe('a worker', () => {
  it('[OPS-05] is ready while the database hears of it, and not where it is silent, unknown or out of reach', async () => {
    const beats =
      'insert into runtime.workers (id, heartbeat_at) values ($1, clock_timestamp() - $2::interval)';
    for (const [id, ago] of [
      ['alive', '6 s'],
      ['silent', '1 minute'],
    ] as const)
      await parts.pool.query(beats, [id, ago]);
    const heard = await Promise.all(['alive', 'silent', 'nobody'].map((id) => workerIsHeard(parts, id)));
    expect(heard).toEqual([true, false, false]);
    const gone = createPool({ connectionString: database.appUrl });
    await gone.end();
    expect(await workerIsHeard({ ...parts, pool: gone }, 'alive')).toBe(false);
  });
});
