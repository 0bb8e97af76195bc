import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkSchema, dumpSchema } from './schema-dump.ts';
import type { TestDatabase } from './testing/database.ts';
import { createTestDatabase } from './testing/database.ts';

describe('schema dump', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('[ES-06] the committed schema.sql is what the migrations make', async () => {
    expect(await checkSchema(database.ownerUrl)).toBeNull();
  });

  it('[ES-06] a changed grant, column, trigger or index shows up as a difference', async () => {
    let before = await dumpSchema(database.ownerUrl);
    const client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    for (const sql of [
      'GRANT DELETE ON events TO iama_app',
      'ALTER TABLE events ADD COLUMN extra int',
      'ALTER TABLE events ENABLE TRIGGER insert_only',
      'DROP INDEX events_xid',
    ]) {
      await client.query(sql);
      const now = await dumpSchema(database.ownerUrl);
      expect(now, sql).not.toBe(before);
      expect(await checkSchema(database.ownerUrl)).toMatch(/^line \d+/);
      before = now;
    }
    await client.end();
  });
});
