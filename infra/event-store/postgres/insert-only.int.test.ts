import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contextOf, noted, streamName } from '../contract/fixtures.ts';
import type { PostgresSubject } from './testing.ts';
import { openSubject, ownerClient } from './testing.ts';

const TABLES = ['events', 'event_log', 'idempotency_keys', 'sequencer_rounds'];
const REFUSED = '42501';

describe('insert-only', () => {
  let subject: PostgresSubject;
  let owner: pg.Client;
  let app: pg.Client;
  beforeAll(async () => {
    subject = await openSubject();
    await subject.log.append(
      [{ streamName: streamName(), expectedStreamVersion: 0n, events: [noted('kept')] }],
      {
        context: contextOf(),
        idempotency: { key: 'k', bodyHash: 'ab'.repeat(32) },
      },
    );
    await subject.settle();
    owner = await ownerClient(subject.database);
    app = new pg.Client({ connectionString: subject.database.appUrl });
    await app.connect();
  });
  afterAll(async () => {
    await Promise.all([owner.end(), app.end()]);
    await subject.close();
  });

  const columns: Record<string, string> = {
    events: 'type',
    event_log: 'leaf_hash',
    idempotency_keys: 'result',
    sequencer_rounds: 'head',
  };
  const statements = TABLES.flatMap((table) => [
    [table, `UPDATE ${table} SET ${columns[table]} = ${columns[table]}`],
    [table, `DELETE FROM ${table}`],
    [table, `TRUNCATE ${table} CASCADE`],
  ]);

  it.each(statements)('[ES-06] %s: %s is refused to the application by grant', async (_, sql) => {
    await expect(app.query(sql)).rejects.toMatchObject({
      code: REFUSED,
      message: expect.stringContaining('permission denied'),
    });
  });

  it.each(statements)('[ES-06] %s: %s is refused to the owner by trigger', async (_, sql) => {
    await expect(owner.query(sql)).rejects.toMatchObject({
      code: REFUSED,
      message: expect.stringContaining('insert-only'),
    });
  });

  it('[ES-06] the triggers also fire for a session that calls itself a replica', async () => {
    await owner.query("SET session_replication_role = 'replica'");
    await expect(owner.query('DELETE FROM events')).rejects.toMatchObject({ code: REFUSED });
    await owner.query('RESET session_replication_role');
  });

  it('[ES-06] every insert-only table has its trigger enabled ALWAYS', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgname = 'insert_only' AND tgenabled = 'A' ORDER BY 1`,
    );
    expect(rows.map((row) => row.name)).toEqual(expect.arrayContaining([...TABLES].sort()));
  });

  it.each(['seq', 'xid', 'recorded_at'])(
    '[ES-06] the application cannot write events.%s itself',
    async (column) => {
      const value = { seq: '1', xid: "'1'", recorded_at: 'now()' }[column];
      await expect(
        app.query(
          `INSERT INTO events (${column}, stream, version, id, type, schema_version, data, metadata)
         OVERRIDING SYSTEM VALUE VALUES (${value}, 's', 1, gen_random_uuid(), 't', 1, '{}', '{}')`,
        ),
      ).rejects.toMatchObject({ code: REFUSED });
    },
  );

  it('[ES-06] nor drop, alter or disable anything', async () => {
    for (const sql of [
      'DROP TABLE events',
      'ALTER TABLE events DISABLE TRIGGER insert_only',
      'DROP TRIGGER insert_only ON events',
      "SET session_replication_role = 'replica'",
    ])
      await expect(app.query(sql)).rejects.toMatchObject({ code: REFUSED });
  });
});
