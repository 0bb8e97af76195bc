import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppendOutcome, ExpectedVersion, StreamAppend } from '../../../domain/kernel/event-store.ts';
import { IdempotencyKeyReused, VersionConflict } from '../../../domain/kernel/event-store.ts';
import { createPool } from '../../postgres/pool.ts';
import { contextOf, hashOf, noted, streamName } from '../contract/fixtures.ts';
import type { PostgresEventLog } from './postgres-event-log.ts';
import { openPostgresEventLog } from './postgres-event-log.ts';
import type { PostgresSubject } from './testing.ts';
import { openSubject, statementNames } from './testing.ts';

const WAYS = [
  { way: 'one by one', coalesce: false },
  { way: 'sharing statements', coalesce: true },
];

describe.each(WAYS)('appends to streams that are known, $way', ({ coalesce }) => {
  let subject: PostgresSubject;
  let rival: PostgresEventLog;
  let close: () => Promise<void>;
  beforeEach(async () => {
    subject = await openSubject({ coalesce });
    const pool = createPool({ connectionString: subject.database.appUrl, max: 4 });
    rival = openPostgresEventLog({ pool, coalesce });
    close = async () => {
      await rival.close();
      await pool.end();
    };
  });
  afterEach(async () => {
    await close();
    await subject.close();
  });

  const at = (stream: string, version: bigint, count = 1): StreamAppend => ({
    streamName: stream,
    expectedStreamVersion: version,
    events: Array.from({ length: count }, (_, index) => noted(`${version}-${index}`)),
  });

  const append = (
    log: PostgresEventLog,
    appends: readonly StreamAppend[],
    key?: string,
    body = 'body',
  ): Promise<AppendOutcome> =>
    log.append(appends, {
      context: contextOf(),
      ...(key === undefined ? {} : { idempotency: { key, bodyHash: hashOf(body), result: '{"done":true}' } }),
    });

  const versions = async (stream: string): Promise<bigint[]> =>
    (await subject.log.read(stream)).events.map(({ metadata }) => metadata.streamPosition);

  it('[ES-03] what another process wrote since is a conflict, and leaves neither event nor key', async () => {
    const stream = streamName();
    await append(subject.log, [at(stream, 0n)]);
    await append(rival, [at(stream, 1n)]);
    const late = append(subject.log, [at(stream, 1n)], `key-${stream}`);
    await expect(late).rejects.toBeInstanceOf(VersionConflict);
    await expect(late).rejects.toMatchObject({ actual: 2n });
    expect(await subject.log.findIdempotent(`key-${stream}`, hashOf('body'))).toBeNull();
    expect(await versions(stream)).toEqual([1n, 2n]);
  });

  it('[ES-03] a version beyond what is stored is refused, whatever is known of the stream', async () => {
    const stream = streamName();
    await append(subject.log, [at(stream, 0n)]);
    await expect(append(subject.log, [at(stream, 2n)])).rejects.toMatchObject({ actual: 1n });
    await expect(append(subject.log, [at(streamName(), 1n)])).rejects.toMatchObject({ actual: 0n });
    expect(await versions(stream)).toEqual([1n]);
  });

  it('[ES-04] a key keeps the outcome of an append to a stream that only another process has written to', async () => {
    const stream = streamName();
    await append(rival, [at(stream, 0n)]);
    const stored = await append(subject.log, [at(stream, 1n)], `key-${stream}`);
    expect(stored.streams).toEqual([{ streamName: stream, version: 2n, createdNewStream: false }]);
    expect(await subject.log.findIdempotent(`key-${stream}`, hashOf('body'))).toEqual({
      ...stored,
      replayed: true,
    });
  });

  it('[ES-04] a key known already gives its first answer, and nothing is stored again', async () => {
    const stream = streamName();
    const first = await append(subject.log, [at(stream, 0n)], `key-${stream}`);
    for (const base of [0n, 1n])
      expect(await append(subject.log, [at(stream, base)], `key-${stream}`)).toEqual({
        ...first,
        replayed: true,
      });
    await expect(append(subject.log, [at(stream, 1n)], `key-${stream}`, 'other')).rejects.toBeInstanceOf(
      IdempotencyKeyReused,
    );
    expect(await versions(stream)).toEqual([1n]);
  });

  it('[ES-02] [ES-04] several events of several streams are stored in order with one key, or not at all', async () => {
    const [known, fresh, contested] = [streamName(), streamName(), streamName()];
    await append(subject.log, [at(known, 0n, 3)]);
    const key = `key-${known}`;
    const stored = await append(subject.log, [at(known, 3n, 2), at(fresh, 0n, 4)], key);
    expect(stored.streams).toEqual([
      { streamName: known, version: 5n, createdNewStream: false },
      { streamName: fresh, version: 4n, createdNewStream: true },
    ]);
    expect(await subject.log.findIdempotent(key, hashOf('body'))).toEqual({ ...stored, replayed: true });
    const notes = (await subject.log.read(fresh)).events.map(({ data }) => data);
    expect(notes).toEqual([0, 1, 2, 3].map((index) => ({ note: `0-${index}` })));

    await append(subject.log, [at(contested, 0n)]);
    await append(rival, [at(contested, 1n)]);
    await expect(append(subject.log, [at(known, 5n), at(contested, 1n)], `${key}-2`)).rejects.toMatchObject({
      actual: 2n,
    });
    expect(await versions(known)).toEqual([1n, 2n, 3n, 4n, 5n]);
    expect(await subject.log.findIdempotent(`${key}-2`, hashOf('body'))).toBeNull();
  });

  it('[ES-03] [ES-04] two processes over the same streams: no version twice, none left out, each key once', async () => {
    const streams = Array.from({ length: 4 }, streamName);
    const acknowledged = new Map<string, number>(streams.map((name) => [name, 0]));
    const write = async (log: PostgresEventLog, writer: number): Promise<void> => {
      for (let count = 0; count < 25; count++) {
        const stream = streams[(writer + count) % streams.length] ?? '';
        const key = `${stream}-${writer}-${count}`;
        for (;;) {
          const { currentStreamVersion } = await log.read(stream);
          try {
            const outcome = await append(log, [at(stream, currentStreamVersion)], key);
            if (!outcome.replayed) acknowledged.set(stream, (acknowledged.get(stream) ?? 0) + 1);
            break;
          } catch (error) {
            if (!(error instanceof VersionConflict)) throw error;
          }
        }
        expect((await append(log, [at(stream, 0n)], key)).replayed).toBe(true);
      }
    };
    await Promise.all([0, 1, 2, 3].map((writer) => write(writer % 2 === 0 ? subject.log : rival, writer)));
    for (const name of streams) {
      const stored = await versions(name);
      expect(stored).toEqual(stored.map((_, index) => BigInt(index + 1)));
      expect(stored).toHaveLength(acknowledged.get(name) ?? -1);
    }
    expect([...acknowledged.values()].reduce((sum, count) => sum + count)).toBe(100);
  });
});

describe('the look at a stream', () => {
  it('[ES-03] is spared where this process wrote or read it last, whatever is expected, and taken where it did not, or lost a race', async () => {
    const subject = await openSubject({ coalesce: false });
    try {
      const names = statementNames(subject.pool);
      const pool = createPool({ connectionString: subject.database.appUrl, max: 2 });
      const other = openPostgresEventLog({ pool, coalesce: false });
      const one = (log: PostgresEventLog, stream: string, version: ExpectedVersion) =>
        log.append([{ streamName: stream, expectedStreamVersion: version, events: [noted('one')] }], {
          context: contextOf(),
        });
      const appended = (): string[] => names.splice(0).filter((name) => name.startsWith('append'));
      const stream = streamName();
      await one(other, stream, 0n);
      await one(subject.log, stream, 1n);
      expect(appended()).toEqual(['append-one']);
      await one(subject.log, stream, 2n);
      expect(appended()).toEqual(['append-one-known']);
      await one(other, stream, 3n);
      await subject.log.read(stream);
      await one(subject.log, stream, 4n);
      expect(appended()).toEqual(['append-one-known']);
      await one(other, stream, 5n);
      await expect(one(subject.log, stream, 5n)).rejects.toBeInstanceOf(VersionConflict);
      await subject.log.read(stream);
      await one(subject.log, stream, 6n);
      expect(appended()).toEqual(['append-one-known', 'append-one']);
      const hot = streamName();
      for (const expected of ['NO_CONCURRENCY_CHECK', 'NO_CONCURRENCY_CHECK', 'STREAM_EXISTS'] as const)
        await one(subject.log, hot, expected);
      expect(appended()).toEqual(['append-units', 'append-one-known', 'append-one-known']);
      await one(other, hot, 3n);
      await one(subject.log, hot, 'STREAM_EXISTS');
      await one(subject.log, hot, 'NO_CONCURRENCY_CHECK');
      expect(appended()).toEqual(['append-one-known', 'append-units', 'append-units']);
      expect((await other.read(hot)).currentStreamVersion).toBe(6n);
      await other.close();
      await pool.end();
    } finally {
      await subject.close();
    }
  });
});
