import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppendOutcome } from '../../../domain/kernel/event-store.ts';
import { VersionConflict } from '../../../domain/kernel/event-store.ts';
import { createPool } from '../../postgres/pool.ts';
import { contextOf, hashOf, noted, streamName } from '../contract/fixtures.ts';
import type { PostgresEventLog } from './postgres-event-log.ts';
import { openPostgresEventLog } from './postgres-event-log.ts';
import type { PostgresSubject } from './testing.ts';
import { openSubject, ownerClient, statementNames } from './testing.ts';

describe('a batch with a race in it', () => {
  let subject: PostgresSubject;
  beforeEach(async () => {
    subject = await openSubject();
  });
  afterEach(() => subject.close());

  const append = (stream: string, key: string | null) =>
    subject.log.append([{ streamName: stream, expectedStreamVersion: 0n, events: [noted(stream)] }], {
      context: contextOf(),
      ...(key === null ? {} : { idempotency: { key, bodyHash: hashOf(key) } }),
    });

  it.each([false, true])(
    '[ES-03] whoever lost learns so; the others share one more statement (keys: %s)',
    async (keyed) => {
      const contested = streamName();
      const others = Array.from({ length: 9 }, streamName);
      const names = statementNames(subject.pool);
      const rival = await ownerClient(subject.database);
      await rival.query('BEGIN');
      await rival.query(
        `INSERT INTO events (stream, version, id, type, schema_version, data, metadata)
         VALUES ($1, 1, gen_random_uuid(), 'Noted', 1, '{}', '{}')`,
        [contested],
      );
      const outcomes = [contested, ...others].map((stream) =>
        append(stream, keyed ? `key-${stream}` : null).catch((error: unknown) => error),
      );
      // Both see the stream empty; the batch now waits for the rival's row.
      await sleep(300);
      await rival.query('COMMIT');
      await rival.end();
      const [lost, ...stored] = await Promise.all(outcomes);
      expect(lost).toBeInstanceOf(VersionConflict);
      expect(lost).toMatchObject({ actual: 1n });
      expect(stored).toEqual(
        others.map((name) =>
          expect.objectContaining({ streams: [{ streamName: name, version: 1n, createdNewStream: true }] }),
        ),
      );
      for (const name of others) expect((await subject.log.read(name)).currentStreamVersion).toBe(1n);
      const kept = others.map((name) => subject.log.findIdempotent(`key-${name}`, hashOf(`key-${name}`)));
      expect(await Promise.all(kept)).toEqual(
        stored.map((outcome) => (keyed ? { ...(outcome as AppendOutcome), replayed: true } : null)),
      );
      expect((await subject.log.read(contested)).currentStreamVersion).toBe(1n);
      // New streams need no look; the statement after the race looks.
      const form = keyed ? ['append-known-keys', 'append-exact-key'] : ['append-known', 'append-exact'];
      expect(names.filter((name) => /^append-(known|exact)/.test(name))).toEqual(form);
      // Only the loser went alone, and looked first: what it knew of its stream was wrong.
      const alone = names.filter((name) => name.startsWith('append-one'));
      expect(alone).toEqual([keyed ? 'append-one-key' : 'append-one']);
    },
  );

  it.each([16, 64])(
    '[ES-03] %i that wait share two statements, or one if they wait for one stream, and each learns its outcome',
    async (waiting) => {
      const names = statementNames(subject.pool);
      const streams = Array.from({ length: waiting }, streamName);
      const outcomes = await Promise.all(streams.map((stream) => append(stream, null)));
      expect(outcomes.map((outcome) => outcome.streams)).toEqual(
        streams.map((name) => [{ streamName: name, version: 1n, createdNewStream: true }]),
      );
      expect(names.filter((name) => name.startsWith('append'))).toEqual(['append-known', 'append-known']);
      names.length = 0;

      const hot = streamName();
      const merged = await Promise.all(
        streams.map((stream) =>
          subject.log.append(
            [{ streamName: hot, expectedStreamVersion: 'NO_CONCURRENCY_CHECK', events: [noted(stream)] }],
            { context: contextOf() },
          ),
        ),
      );
      expect(merged.map(({ streams: [stream] }) => stream?.version)).toEqual(
        streams.map((_, index) => BigInt(index + 1)),
      );
      expect(names.filter((name) => name.startsWith('append'))).toEqual(['append-units']);
    },
  );

  it('[ES-03] of a stream that another process writes to, all are stored, after a look each while that is so', async () => {
    const names = statementNames(subject.pool);
    const hot = streamName();
    const pool = createPool({ connectionString: subject.database.appUrl });
    const rival = openPostgresEventLog({ pool });
    const twenty = (log: PostgresEventLog) =>
      Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const outcome = await log.append(
            [{ streamName: hot, expectedStreamVersion: 'NO_CONCURRENCY_CHECK', events: [noted(`${index}`)] }],
            { context: contextOf() },
          );
          return outcome.streams[0]?.version;
        }),
      );
    const versions = (first: number) => Array.from({ length: 20 }, (_, index) => BigInt(first + index));
    const appended = (): string[] => names.splice(0).filter((name) => name.startsWith('append'));
    expect(await twenty(subject.log)).toEqual(versions(1));
    expect(await twenty(subject.log)).toEqual(versions(21));
    expect(appended()).toEqual(['append-units', 'append-known']);
    expect(await twenty(rival)).toEqual(versions(41));
    expect(await twenty(subject.log)).toEqual(versions(61));
    expect(appended()).toEqual(['append-known', 'append-units']);
    expect((await subject.log.read(hot)).events.map(({ metadata }) => metadata.streamPosition)).toEqual(
      Array.from({ length: 80 }, (_, index) => BigInt(index + 1)),
    );
    await rival.close();
    await pool.end();
  });

  it('[ES-04] each that shares a statement has its own outcome under its own key', async () => {
    const names = statementNames(subject.pool);
    const streams = [1, 2, 3].map((count) => ({ name: streamName(), count }));
    for (const round of [0, 1]) {
      const told = await Promise.all(
        streams.map(({ name, count }) =>
          subject.log.append(
            [
              {
                streamName: name,
                expectedStreamVersion: BigInt(round * count),
                events: Array.from({ length: count }, () => noted(name)),
              },
            ],
            {
              context: contextOf(),
              idempotency: { key: `${name}-${round}`, bodyHash: hashOf(name), result: `{"of":"${name}"}` },
            },
          ),
        ),
      );
      for (const [index, { name, count }] of streams.entries()) {
        const version = BigInt((round + 1) * count);
        expect(told[index]?.streams).toEqual([{ streamName: name, version, createdNewStream: round === 0 }]);
        const kept = await subject.log.findIdempotent(`${name}-${round}`, hashOf(name));
        expect(kept).toEqual({ ...told[index], replayed: true });
      }
    }
    expect(names.filter((name) => name.startsWith('append'))).toEqual([
      'append-known-keys',
      'append-known-keys',
    ]);
  });

  it('[ES-03] a key stored by another process meanwhile: its answer for one, new events for the others', async () => {
    const known = streamName();
    const others = Array.from({ length: 5 }, streamName);
    const rival = await ownerClient(subject.database);
    await rival.query('BEGIN');
    await rival.query(
      `INSERT INTO idempotency_keys (key, body_hash, streams, versions, created)
       VALUES ($1, decode($2, 'hex'), ARRAY[$1], ARRAY[7], ARRAY[false])`,
      [`key-${known}`, hashOf(`key-${known}`)],
    );
    const outcomes = [known, ...others].map((stream) => append(stream, `key-${stream}`));
    await sleep(300);
    await rival.query('COMMIT');
    await rival.end();
    const [replayed, ...stored] = await Promise.all(outcomes);
    expect(replayed).toMatchObject({ replayed: true, streams: [{ version: 7n }] });
    expect((await subject.log.read(known)).streamExists).toBe(false);
    expect(stored.map(({ replayed: again }) => again)).toEqual(others.map(() => false));
    for (const name of others) expect((await subject.log.read(name)).currentStreamVersion).toBe(1n);
  });
});
