import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadMigrations, MIGRATIONS_FOLDER, migrate } from './migrate.ts';
import type { TestDatabase } from './testing/database.ts';
import { createTestDatabase } from './testing/database.ts';

describe('migrate', () => {
  let database: TestDatabase;
  let folder: string;

  beforeEach(async () => {
    database = await createTestDatabase({ empty: true });
    folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    await writeFile(join(folder, '0001-one.sql'), 'CREATE TABLE one (id int PRIMARY KEY);');
  });
  afterEach(async () => {
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const run = () => migrate(database.ownerUrl, { folder, graphileWorker: false });
  const tables = async (): Promise<string[]> => {
    const client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    const { rows } = await client.query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1",
    );
    await client.end();
    return rows.map((row) => row.name);
  };

  it('refuses a migration that was changed after it was applied', async () => {
    await run();
    await writeFile(join(folder, '0001-one.sql'), 'CREATE TABLE one (id bigint PRIMARY KEY);');
    await expect(run()).rejects.toThrow(/0001-one.sql was changed/);
  });

  it('refuses a database that is ahead of the code', async () => {
    await writeFile(join(folder, '0002-two.sql'), 'CREATE TABLE two (id int);');
    await run();
    await rm(join(folder, '0002-two.sql'));
    await expect(run()).rejects.toThrow(/does not know/);
  });

  it('refuses two files with one number', async () => {
    await writeFile(join(folder, '0001-other.sql'), 'SELECT 1;');
    await expect(run()).rejects.toThrow(/two migrations carry the number/);
  });

  it('leaves nothing of a migration that fails half way, and keeps those before it', async () => {
    await writeFile(join(folder, '0002-bad.sql'), 'CREATE TABLE half (id int); SELECT 1 / 0;');
    await expect(run()).rejects.toThrow(/0002-bad.sql failed/);
    expect(await tables()).toEqual(['one', 'schema_migrations']);
  });

  it('applies each migration once when several processes migrate at the same time', async () => {
    const applied = await Promise.all([run(), run(), run(), run()]);
    expect(applied.flat()).toEqual(['0001-one.sql']);
  });

  it('brings an empty database up to the newest schema, Graphile Worker included', async () => {
    const expected = (await loadMigrations()).map((migration) => migration.name);
    expect(await migrate(database.ownerUrl)).toEqual(expected);
    expect(await migrate(database.ownerUrl)).toEqual([]);
    const first = expected[0] ?? '';
    expect(await readFile(join(MIGRATIONS_FOLDER, first), 'utf8')).toContain('CREATE TABLE events');
  });
});
