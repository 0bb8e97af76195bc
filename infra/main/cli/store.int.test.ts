import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendNotes, headReaches, readAll } from '../../event-store/contract/fixtures.ts';
import { expectDense } from '../../event-store/contract/reading-contract.ts';
import {
  openPostgresEventLog,
  type PostgresEventLog,
} from '../../event-store/postgres/postgres-event-log.ts';
import { openSubject } from '../../event-store/postgres/testing.ts';
import { type EmbeddedServer, startEmbedded, stopEmbedded } from '../../postgres/embedded.ts';
import { migrate } from '../../postgres/migrate.ts';
import { createPool } from '../../postgres/pool.ts';
import { runIama } from './testing/run-iama.ts';

const clientOn = async (connectionString: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
};

/** Copies the store's tables as a dump does. */
const restore = async (from: string, to: string): Promise<void> => {
  const [source, target] = [await clientOn(from), await clientOn(to)];
  for (const [table, rows] of [
    ['events', 'events'],
    ['event_log', 'event_log'],
    ['sequencer_rounds', 'sequencer_rounds WHERE round > 0'],
  ]) {
    const file = join(tmpdir(), `iama-copy-${randomUUID()}`);
    await source.query(`COPY (SELECT * FROM ${rows}) TO '${file}'`);
    await target.query(`COPY ${table} FROM '${file}'`);
    await rm(file);
  }
  await Promise.all([source.end(), target.end()]);
};

// A server of its own: another one is what a restore is about.
describe('iama store', { timeout: 120_000 }, () => {
  let home: string;
  let server: EmbeddedServer;
  let log: PostgresEventLog;
  let pool: pg.Pool;
  const errors: string[] = [];
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'iama-store-'));
    await chmod(home, 0o755);
    server = await startEmbedded({ folder: join(home, 'postgres') });
    await migrate(server.ownerUrl);
    // As a server at work does, or the command would end the database behind it.
    await writeFile(join(home, 'server.json'), JSON.stringify({ pid: process.pid }));
    pool = createPool({ connectionString: server.appUrl });
    log = openPostgresEventLog({ pool, onError: (error) => errors.push(error.message) });
  }, 120_000);
  afterAll(async () => {
    await log.close();
    await pool.end();
    await stopEmbedded(join(home, 'postgres'), 'immediate');
    await rm(home, { recursive: true });
  });

  it('[ES-05] lets a log that came from another server go on, dense, when its owner says so', async () => {
    const before = await openSubject();
    await appendNotes(before.log, 5);
    await before.settle();
    await before.sequencer.stop();
    await appendNotes(before.log, 2);
    await restore(before.database.ownerUrl, server.ownerUrl);
    const told = await readAll(before.log);
    await before.close();

    const sequencer = log.startSequencer();
    await expect.poll(() => errors.at(-1)).toContain('iama store reseat');
    const asApp = await runIama(['store', 'reseat', '--json'], { IAMA_DATABASE_URL: server.appUrl });
    expect([asApp.code, JSON.parse(asApp.stdout).code]).toEqual([3, 'OWNER_REQUIRED']);
    expect(asApp.stderr).toContain('IAMA_DATABASE_OWNER_URL');
    expect(await log.head()).toBe(5n);

    const inFolder = await runIama(['store', 'reseat', '--json'], { IAMA_DATA_DIR: home });
    expect(inFolder).toEqual({ code: 0, stdout: '{"head":7,"numbered":2}\n', stderr: '' });
    const again = await runIama(['store', 'reseat'], {
      IAMA_DATABASE_URL: server.appUrl,
      IAMA_DATABASE_OWNER_URL: server.ownerUrl,
    });
    expect(again.stdout).toContain('after position 7. Events that had no position yet: 0.');

    await appendNotes(log, 3);
    await headReaches(log, 10n);
    const after = await readAll(log);
    expectDense(after);
    expect(after.slice(0, 5)).toEqual(told);
    await sequencer.stop();
  });
});
