import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clientConfig, createPool } from '../../postgres/pool.ts';
import { createTestDatabase } from '../../postgres/testing/database.ts';
import { contextOf, headReaches, noted, readAll, streamName } from '../contract/fixtures.ts';
import { expectDense } from '../contract/reading-contract.ts';
import { openPostgresEventLog } from './postgres-event-log.ts';
import { reseat } from './reseat.ts';
import { ReseatNeeded } from './sequencer-state.ts';
import type { PostgresSubject } from './testing.ts';
import { openSubject, ownerClient } from './testing.ts';

/** Copies the store's tables as a dump would, shifted as if they came from another server. */
const restore = async (from: pg.Client, to: pg.Client, xidShift: string): Promise<void> => {
  const events = `SELECT seq, (xid::text::bigint + ${xidShift})::text AS xid, version, recorded_at, id, schema_version,
                         stream, type, data, metadata FROM events`;
  const rounds = `SELECT round, head, '3:3:' AS settled, target, after_seq, floor_seq, fence, 42 AS server, sealed_at
                    FROM sequencer_rounds WHERE round > 0`;
  const copies: [string, string][] = [
    ['events', events],
    ['event_log', 'SELECT * FROM event_log'],
    ['idempotency_keys', 'SELECT * FROM idempotency_keys'],
    ['sequencer_rounds', rounds],
  ];
  for (const [table, query] of copies) {
    const file = join(tmpdir(), `iama-copy-${randomBytes(6).toString('hex')}`);
    await from.query(`COPY (${query}) TO '${file}'`);
    await to.query(`COPY ${table} FROM '${file}'`);
    await rm(file);
  }
};

describe('reseat', () => {
  let subject: PostgresSubject;
  beforeEach(async () => {
    subject = await openSubject();
  });
  afterEach(() => subject.close());

  it.each([
    ['higher', '1000000000000'],
    ['lower', '-(xid::text::bigint) + 3'],
  ])('[ES-05] a log restored from a server with %s transaction ids goes on, dense', async (_, shift) => {
    const stream = streamName();
    const append = (log: typeof subject.log, version: bigint) =>
      log.append([{ streamName: stream, expectedStreamVersion: version, events: [noted(String(version))] }], {
        context: contextOf(),
        idempotency: { key: `${stream}-${version}`, bodyHash: '00'.repeat(32) },
      });
    for (let version = 0n; version < 5n; version++) await append(subject.log, version);
    await subject.settle();
    await subject.sequencer.stop();
    for (let version = 5n; version < 8n; version++) await append(subject.log, version);
    const before = await readAll(subject.log);

    const target = await createTestDatabase();
    const [from, to] = [await ownerClient(subject.database), await ownerClient(target)];
    await restore(from, to, shift);
    const errors: Error[] = [];
    const pool = createPool({ connectionString: target.appUrl });
    const owner = createPool({ connectionString: target.ownerUrl });
    const log = openPostgresEventLog({
      pool,
      direct: clientConfig({ connectionString: target.directUrl }),
      onError: (error) => errors.push(error),
    });
    log.startSequencer();
    await expect.poll(() => errors.some((error) => error instanceof ReseatNeeded)).toBe(true);
    expect(await readAll(log)).toEqual(before);

    expect(await reseat(owner)).toEqual({ head: 8n, numbered: 3 });
    expect(await reseat(owner)).toEqual({ head: 8n, numbered: 0 });
    await append(log, 8n);
    await append(log, 9n);
    await headReaches(log, 10n);
    const after = await readAll(log);
    expect(after.slice(0, 5)).toEqual(before);
    expect(after.map((event) => event.data['note'])).toEqual([...'0123456789']);
    expectDense(after);
    expect(await append(log, 3n)).toMatchObject({ replayed: true });

    await log.close();
    await Promise.all([pool.end(), owner.end(), from.end(), to.end()]);
    await target.drop();
  });

  it('[ES-05] an incomplete restore is refused', async () => {
    await subject.log.append(
      [{ streamName: streamName(), expectedStreamVersion: 0n, events: [noted('a')] }],
      { context: contextOf() },
    );
    await subject.settle();
    const target = await createTestDatabase();
    const to = await ownerClient(target);
    await to.query(
      `INSERT INTO event_log (position, seq, leaf_hash) VALUES (1, 1, decode(repeat('00', 32), 'hex'))`,
    );
    const owner = createPool({ connectionString: target.ownerUrl });
    await expect(reseat(owner)).rejects.toThrow(/1 positions have no event/);
    await Promise.all([owner.end(), to.end()]);
    await target.drop();
  });
});
