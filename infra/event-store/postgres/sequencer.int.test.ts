import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clientConfig, withTransaction } from '../../postgres/pool.ts';
import { createTestDatabase } from '../../postgres/testing/database.ts';
import { contextOf, headReaches, noted, readAll, streamName } from '../contract/fixtures.ts';
import { expectDense } from '../contract/reading-contract.ts';
import { ofTypes } from '../ranges.ts';
import { readPositions, readTypes } from './read.ts';
import { Sequencer } from './sequencer.ts';
import { acquireLease, HEARTBEAT_MS, renewLease } from './sequencer-lease.ts';
import { readPart } from './sequencer-read.ts';
import { readState } from './sequencer-state.ts';
import { writeQuery } from './sequencer-write.ts';
import type { SequencerSubject } from './testing.ts';
import { openSequencerSubject, ownerClient, settled } from './testing.ts';

const waitingForLock = async (client: pg.Client): Promise<boolean> => {
  const { rows } = await client.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows.length > 0;
};

describe('sequencer', () => {
  let subject: SequencerSubject;
  beforeEach(async () => {
    subject = await openSequencerSubject();
  });
  afterEach(() => subject.close());
  const appendMany = async (count: number) => {
    for (let index = 0; index < count; index++) await subject.append();
  };

  it('[ES-05] a leader that was replaced writes nothing more', async () => {
    await subject.sequencer.stop();
    await appendMany(3);
    const old = (await acquireLease(subject.client, 'old')) ?? -1n;
    const part = await readPart(subject.client, await readState(subject.client), 100);
    expect(part.entries).toHaveLength(3);
    await subject.client.query("UPDATE sequencer_lease SET expires_at = '-infinity'");
    const fresh = (await acquireLease(subject.client, 'new')) ?? -1n;
    expect(fresh).toBeGreaterThan(old);
    expect((await subject.client.query(writeQuery(part, old))).rowCount).toBe(0);
    expect(await renewLease(subject.client, old)).toBe(false);
    expect(await subject.log.head()).toBe(0n);
    expect((await subject.client.query(writeQuery(part, fresh))).rowCount).toBe(1);
    expect(await subject.log.head()).toBe(3n);
  });

  it('[ES-05] two that both believe to lead: one round is written once', async () => {
    await subject.sequencer.stop();
    await appendMany(3);
    const fence = (await acquireLease(subject.client, 'me')) ?? -1n;
    const state = await readState(subject.client);
    const [mine, theirs] = [
      await readPart(subject.client, state, 100),
      await readPart(subject.client, state, 2),
    ];
    await subject.client.query(writeQuery(theirs, fence));
    await expect(subject.client.query(writeQuery(mine, fence))).rejects.toMatchObject({ code: '23505' });
    expect(await subject.log.head()).toBe(2n);
  });

  it('[ES-05] a lease that is held is not given away, and is free again after release', async () => {
    await subject.sequencer.stop();
    expect(await acquireLease(subject.client, 'a')).not.toBeNull();
    expect(await acquireLease(subject.client, 'b')).toBeNull();
    await subject.client.query("UPDATE sequencer_lease SET expires_at = clock_timestamp() - interval '1 ms'");
    expect(await acquireLease(subject.client, 'b')).not.toBeNull();
  });

  it('[ES-05] candidates that take turns by force keep the log dense', async () => {
    const other = new Sequencer({
      client: clientConfig({ connectionString: subject.database.directUrl }),
      onSequenced: () => undefined,
      onError: () => undefined,
      pollMs: () => 5,
    });
    other.start();
    let stealing = true;
    const theft = (async () => {
      while (stealing) {
        await subject.client.query("UPDATE sequencer_lease SET expires_at = '-infinity', fence = fence + 1");
        await new Promise((resolve) => setTimeout(resolve, 7));
      }
    })();
    await Promise.all(Array.from({ length: 8 }, () => appendMany(50)));
    await settled(subject.pool);
    stealing = false;
    await theft;
    await other.stop();
    expectDense(await readAll(subject.log));
    expect(await subject.log.head()).toBe(400n);
    const { rows } = await subject.client.query<{ fences: bigint }>(
      'SELECT count(DISTINCT fence) AS fences FROM sequencer_rounds WHERE round > 0',
    );
    expect(rows[0]?.fences).toBeGreaterThan(1n);
  });

  it('[ES-05] the next candidate goes on when the leader stops', async () => {
    const other = new Sequencer({
      client: clientConfig({ connectionString: subject.database.directUrl }),
      onSequenced: () => undefined,
      onError: () => undefined,
      pollMs: () => 25,
    });
    other.start();
    await appendMany(2);
    await headReaches(subject.log, 2n);
    await subject.sequencer.stop();
    await appendMany(2);
    await headReaches(subject.log, 4n);
    await other.stop();
    expectDense(await readAll(subject.log));
  });

  it('[ES-05] a backlog is numbered in parts, in order, while transactions commit out of order', async () => {
    await subject.sequencer.stop();
    const streams = Array.from({ length: 6 }, streamName);
    const random = (): number => Math.random() * 6;
    const sequencer = new Sequencer({
      client: clientConfig({ connectionString: subject.database.directUrl }),
      onSequenced: () => undefined,
      onError: (error) => expect.unreachable(error.message),
      pollMs: () => 2,
      partSize: 3,
    });
    const writer = async (stream: string) => {
      for (let version = 0n; version < 40n; version += 2n)
        await withTransaction(subject.pool, async (tx) => {
          await subject.log.appendInTransaction(
            tx,
            [{ streamName: stream, expectedStreamVersion: version, events: [noted(1), noted(2)] }],
            { context: contextOf() },
          );
          await new Promise((resolve) => setTimeout(resolve, random()));
        });
    };
    // One that begins before the others and commits after many of them.
    const release = Promise.withResolvers<void>();
    const held = withTransaction(subject.pool, async (tx) => {
      await subject.log.appendInTransaction(
        tx,
        [{ streamName: streamName(), expectedStreamVersion: 0n, events: [noted('held')] }],
        { context: contextOf() },
      );
      await release.promise;
    });
    const writers = streams.map(writer);
    await new Promise((resolve) => setTimeout(resolve, 30));
    sequencer.start();
    await headReaches(subject.log, 60n);
    release.resolve();
    await Promise.all([...writers, held]);
    await settled(subject.pool);
    await sequencer.stop();
    const all = await readAll(subject.log);
    expect(all).toHaveLength(241);
    expectDense(all);
    const { rows } = await subject.client.query<{ inverted: bigint }>(
      `SELECT count(*) AS inverted FROM (SELECT seq < lag(seq) OVER (ORDER BY position) AS back FROM event_log) AS t WHERE back`,
    );
    expect(rows[0]?.inverted).toBeGreaterThan(0n);
    // The held event's seq lies far before its neighbours': all ways of reading give the same.
    for (let after = 0n; after < 241n; after += 10n) {
      const range = { after, to: after + 10n, limit: 10 };
      expect(await readPositions(subject.pool, range, false)).toEqual(
        await readPositions(subject.pool, range, true),
      );
      expect(await readTypes(subject.pool, ['Noted'], range)).toEqual(
        ofTypes(['Noted'], range, await readPositions(subject.pool, range, true)),
      );
    }
  });

  it('[ES-05] who is woken while a backlog is numbered in parts does not rest before a fresh look', async () => {
    await subject.sequencer.stop();
    await subject.append();
    const owner = await ownerClient(subject.database);
    const sequencer = new Sequencer({
      client: clientConfig({ connectionString: subject.database.directUrl }),
      onSequenced: () => undefined,
      onError: (error) => expect.unreachable(error.message),
      pollMs: () => 60_000,
      // The first look fills a part exactly, so that a second one looks for the rest and finds none.
      partSize: 1,
    });
    try {
      await owner.query('BEGIN; LOCK TABLE event_log IN SHARE MODE');
      sequencer.start();
      await expect.poll(() => waitingForLock(subject.client)).toBe(true);
      await subject.append();
      sequencer.wake();
      await owner.query('COMMIT');
      // An idle leader looks again with its next heartbeat, which is later than this.
      await headReaches(subject.log, 2n, HEARTBEAT_MS / 2);
    } finally {
      await owner.end();
      await sequencer.stop();
    }
  });

  it('[ES-05] statistics follow a young log, so that no plan of its first minute scans it later', async () => {
    await Promise.all(Array.from({ length: 250 }, () => subject.append()));
    await expect
      .poll(async () => {
        const { rows } = await subject.client.query<{ rows: number }>(
          `SELECT reltuples AS rows FROM pg_class WHERE relname = 'events'`,
        );
        return rows[0]?.rows;
      })
      .toBeGreaterThan(150);
    expect(subject.errors).toEqual([]);
  });

  it('[ES-05] open transactions stall nobody: neither here nor in another database', async () => {
    const elsewhere = await createTestDatabase({ empty: true });
    const [here, there] = [await ownerClient(subject.database), await ownerClient(elsewhere)];
    try {
      for (const open of [here, there]) {
        await open.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
        await open.query('SELECT pg_current_xact_id()');
      }
      await appendMany(20);
      await headReaches(subject.log, 20n, 3_000);
      expectDense(await readAll(subject.log));
    } finally {
      await Promise.all([here.end(), there.end()]);
      await elsewhere.drop();
    }
  });

  it('[ES-05] errors are reported and retried with a growing pause, then the log goes on', async () => {
    const owner = await ownerClient(subject.database);
    await owner.query('REVOKE INSERT ON event_log FROM iama_app');
    const began = performance.now();
    await subject.append();
    await expect.poll(() => subject.errors.length).toBeGreaterThan(4);
    // 20, 40, 80 and 160 ms; a timer may be one early.
    expect(performance.now() - began).toBeGreaterThan(290);
    await owner.query('GRANT INSERT ON event_log TO iama_app');
    await headReaches(subject.log, 1n);
    await owner.end();
  });
});
