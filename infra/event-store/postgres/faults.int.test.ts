import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Positioned } from '../../../domain/kernel/message.ts';
import { clientConfig, createPool } from '../../postgres/pool.ts';
import { contextOf, hashOf, noted, readAll, streamName } from '../contract/fixtures.ts';
import { expectDense } from '../contract/reading-contract.ts';
import { openPostgresEventLog } from './postgres-event-log.ts';
import type { PostgresSubject } from './testing.ts';
import { openSubject, ownerClient } from './testing.ts';

const KILL_EVERY_MS = 15;
/** A machine that is slow today must get on between two blows, else the test waits for it for ever. */
const PROGRESS = 5;

/** Ends random connections of the application, the sequencer's among them, until stopped. `done`: what has been achieved. */
const startKiller = (owner: pg.Client, done: () => number) => {
  let killed = 0;
  let running = true;
  let wanted = 0;
  const loop = (async () => {
    while (running) {
      if (done() >= wanted) {
        const { rowCount } = await owner.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 2`,
        );
        killed += rowCount ?? 0;
        wanted = done() + PROGRESS;
      }
      await new Promise((resolve) => setTimeout(resolve, KILL_EVERY_MS));
    }
  })();
  return {
    stop: async () => {
      running = false;
      await loop;
      return killed;
    },
  };
};

describe('faults', () => {
  let subject: PostgresSubject;
  let owner: pg.Client;
  beforeEach(async () => {
    subject = await openSubject();
    owner = await ownerClient(subject.database);
  });
  afterEach(async () => {
    await owner.end();
    await subject.close();
  });

  it('[ES-05] a notification that is not ours only wakes: any role of the database may send one', async () => {
    const append = (name: string) =>
      subject.log.append([{ streamName: name, expectedStreamVersion: 0n, events: [noted(1)] }], {
        context: contextOf(),
      });
    await append('before');
    await subject.log.waitFor(0n, 5_000);
    // An exception in the listener would leave its connection broken, and end the process.
    await owner.query("NOTIFY iama_sequenced, 'not a number'");
    await append('after');
    await subject.settle();
    await subject.log.waitFor(1n, 5_000);
    expect(await readAll(subject.log)).toHaveLength(2);
    expect(subject.errors).toEqual([]);
  });

  it('[ES-05] a head that is only claimed makes nobody read in circles, and later events are seen', async () => {
    const log = subject.log;
    const append = () =>
      log.append([{ streamName: streamName(), expectedStreamVersion: 0n, events: [noted(1)] }], {
        context: contextOf(),
      });
    await append();
    await log.waitFor(0n, 5_000);
    await owner.query("NOTIFY iama_sequenced, '9000000'");
    await log.waitFor(8_999_999n, 5_000);
    let reads = 0;
    const until = Date.now() + 500;
    while (Date.now() < until) {
      expect(await log.readLog({ after: 1n, limit: 10 })).toEqual([]);
      reads += 1;
      await log.waitFor(1n, 200);
    }
    expect(reads).toBeLessThan(10);
    await append();
    await log.waitFor(1n, 5_000);
    expect(await log.readLog({ after: 1n, limit: 10 })).toHaveLength(1);
  });

  it('[ES-05] [ES-03] connections killed mid-append: every acknowledged event is there once, a follower misses none', async () => {
    const followerPool = createPool({ connectionString: subject.database.appUrl });
    const direct = clientConfig({ connectionString: subject.database.directUrl });
    const follower = openPostgresEventLog({ pool: followerPool, direct });
    const seen: Positioned[] = [];
    const done = new AbortController();
    const following = (async () => {
      while (!done.signal.aborted) {
        const after = BigInt(seen.length);
        try {
          const range = await follower.readLog({ after, limit: 50 });
          seen.push(...range);
          if (range.length === 0) await follower.waitFor(after, 200, done.signal);
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      }
    })();

    const acknowledged = new Map<string, bigint>();
    const killer = startKiller(owner, () => acknowledged.size);
    let failures = 0;
    const writer = async (stream: string) => {
      for (let index = 0; index < 60; index++) {
        const key = randomUUID();
        for (;;) {
          try {
            const { streams } = await subject.log.append(
              [{ streamName: stream, expectedStreamVersion: 'NO_CONCURRENCY_CHECK', events: [noted(key)] }],
              { context: contextOf(), idempotency: { key, bodyHash: hashOf(key) } },
            );
            acknowledged.set(key, streams[0]?.version ?? 0n);
            break;
          } catch {
            failures += 1;
          }
        }
      }
    };
    const streams = Array.from({ length: 10 }, streamName);
    await Promise.all([...streams, ...streams.slice(0, 4)].map(writer));
    const killed = await killer.stop();
    await subject.settle();

    const all = await readAll(subject.log);
    expectDense(all);
    const stored = all.map((event) => event.data['note']);
    expect(stored).toHaveLength(acknowledged.size);
    for (const event of all)
      expect(acknowledged.get(String(event.data['note']))).toBe(event.metadata.streamPosition);
    await expect.poll(() => seen.length).toBe(all.length);
    done.abort();
    await following;
    expect(seen).toEqual(all);
    expect(killed).toBeGreaterThan(10);
    expect(failures).toBeGreaterThan(0);
    await follower.close();
    await followerPool.end();
  });

  it('[ES-05] the sequencer’s connection killed between rounds: nothing is skipped or repeated', async () => {
    for (let round = 1; round <= 5; round++) {
      await owner.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE '%sequencer_rounds%' AND pid <> pg_backend_pid()`);
      await Promise.all(
        Array.from({ length: 20 }, () =>
          subject.log.append(
            [{ streamName: streamName(), expectedStreamVersion: 0n, events: [noted(round)] }],
            { context: contextOf() },
          ),
        ),
      );
    }
    await subject.settle();
    const all = await readAll(subject.log);
    expect(all).toHaveLength(100);
    expectDense(all);
  });

  it('[ES-01] a connection lost in flight is an error to its caller, never a false success or a false conflict', async () => {
    const blocker = await ownerClient(subject.database);
    await blocker.query('BEGIN; LOCK TABLE events IN SHARE MODE');
    const stream = streamName();
    const pending = subject.log
      .append([{ streamName: stream, expectedStreamVersion: 0n, events: [noted(1)] }], {
        context: contextOf(),
      })
      .catch((error: unknown) => error);
    await expect
      .poll(async () => {
        const { rowCount } = await owner.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`);
        return rowCount;
      })
      .toBeGreaterThan(0);
    const error = await pending;
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toMatchObject({ name: 'VersionConflict' });
    await blocker.query('ROLLBACK');
    await blocker.end();
    expect((await subject.log.read(stream)).streamExists).toBe(false);
  });
});
