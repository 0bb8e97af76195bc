import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leafHash } from '../leaf.ts';
import { toPositioned } from '../recorded.ts';
import { PendingEvents } from './pending-events.ts';
import { readPositions } from './read.ts';
import { FRESH, readPart } from './sequencer-read.ts';
import { readState, SESSION_SETTINGS } from './sequencer-state.ts';
import type { SequencerSubject } from './testing.ts';
import { openSequencerSubject, ownerClient, settled, storedEntries } from './testing.ts';

describe('what a round of the sequencer reads', () => {
  let subject: SequencerSubject;
  beforeEach(async () => {
    subject = await openSequencerSubject();
  });
  afterEach(() => subject.close());

  it('[ES-05] a round reads what is new, not the log', async () => {
    const owner = await ownerClient(subject.database);
    await owner.query(`INSERT INTO events (stream, version, id, type, schema_version, data, metadata)
      SELECT 's-' || n, 1, gen_random_uuid(), 'T', 1, '{}', '{}' FROM generate_series(1, 15000) AS n`);
    await owner.query('ANALYZE events');
    await owner.end();
    await subject.append();
    await settled(subject.pool);
    const { settled: snapshot } = await readState(subject.client);
    await subject.client.query(SESSION_SETTINGS);
    await subject.client.query(`PREPARE fresh (pg_snapshot, bigint, bigint) AS ${FRESH}`);
    const { rows } = await subject.client.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) EXECUTE fresh('${snapshot}', 0, 1000)`,
    );
    // The first such line is the whole plan's; a later one counts planning, which is done once.
    const buffers = rows.find((row) => row['QUERY PLAN'].includes('Buffers:'))?.['QUERY PLAN'] ?? '';
    expect(buffers).toMatch(/shared hit=\d{1,2}$/);
  });

  it('[ES-05] a round starts no parallel workers, however large the planner believes the log to be', async () => {
    const { settled: snapshot } = await readState(subject.client);
    // As if the log had millions of events.
    await subject.client.query(`SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
                        SET min_parallel_table_scan_size = 0; SET min_parallel_index_scan_size = 0`);
    await subject.client.query(`PREPARE fresh (pg_snapshot, bigint, bigint) AS ${FRESH}`);
    const planOf = async (): Promise<string> => {
      const { rows } = await subject.client.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN EXECUTE fresh('${snapshot}', 0, 1000)`,
      );
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    expect(await planOf()).toContain('Gather');
    await subject.client.query(SESSION_SETTINGS);
    expect(await planOf()).not.toContain('Gather');
    await subject.client.query('DEALLOCATE fresh');
  });

  it('[ES-05] every position carries the RFC 6962 leaf hash of its event', async () => {
    for (let index = 0; index < 5; index++) await subject.append();
    await settled(subject.pool);
    const entries = await storedEntries(subject.pool);
    const range = { after: 0n, to: 100n, limit: 100 };
    for (const few of [true, false])
      expect(await readPositions(subject.pool, range, few)).toEqual(entries.map(toPositioned));
    const { rows } = await subject.client.query<{ position: bigint; leaf_hash: Buffer }>(
      'SELECT position, leaf_hash FROM event_log ORDER BY position',
    );
    expect(rows.map((row) => row.leaf_hash)).toEqual(
      entries.map(({ position, stored }) => leafHash(position, stored)),
    );
  });

  it('[ES-05] what is known here and what is read are numbered alike, in one order', async () => {
    await subject.sequencer.stop();
    await Promise.all(Array.from({ length: 30 }, () => subject.append()));
    const state = await readState(subject.client);
    const read = await readPart(subject.client, state, 100);
    const pending = new PendingEvents();
    for (const [index, { stored }] of read.entries.entries()) {
      const { id, stream, type, schemaVersion, data, metadata } = stored;
      if (index % 3 === 0) continue;
      const events = [{ id, type, schemaVersion, data }];
      pending.add({ streams: [{ streamName: stream, expected: 0n, events }], metadata, key: null });
    }
    expect(pending.size).toBe(20);
    expect((await readPart(subject.client, state, 100, pending)).entries).toEqual(read.entries);
    expect(pending.size).toBe(0);
  });

  it('[ES-05] the leaf is that of what was sent: a row changed on its way does not match its hash', async () => {
    const owner = await ownerClient(subject.database);
    await owner.query(`CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN NEW.data = '{"value":"meddled"}'; RETURN NEW; END $$`);
    await subject.append();
    await settled(subject.pool);
    await owner.query('CREATE TRIGGER meddle BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION meddle()');
    await subject.append();
    await settled(subject.pool);
    await owner.end();
    const entries = await storedEntries(subject.pool);
    const { rows } = await subject.client.query<{ leaf_hash: Buffer }>(
      'SELECT leaf_hash FROM event_log ORDER BY position',
    );
    const matches = entries.map(({ position, stored }, index) =>
      leafHash(position, stored).equals(rows[index]?.leaf_hash ?? Buffer.alloc(0)),
    );
    expect(matches).toEqual([true, false]);
  });
});
