import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventLog, ExpectedVersion } from '../../../domain/kernel/event-store.ts';
import { VersionConflict } from '../../../domain/kernel/event-store.ts';
import type { OpenSubject, Subject } from './fixtures.ts';
import { contextOf, noted, streamName } from './fixtures.ts';

/** ES-01, ES-02: every expected-version mode is enforced, and a lost append leaves nothing. */
export const appendContract = (open: OpenSubject): void => {
  describe('append', () => {
    let subject: Subject;
    let log: EventLog;
    beforeAll(async () => {
      subject = await open();
      log = subject.log;
    });
    afterAll(() => subject.close());

    const append = (stream: string, expectedStreamVersion: ExpectedVersion, count = 1) =>
      log.append(
        [
          {
            streamName: stream,
            expectedStreamVersion,
            events: Array.from({ length: count }, (_, index) => noted(index)),
          },
        ],
        { context: contextOf() },
      );
    const versions = async (stream: string): Promise<bigint[]> =>
      (await log.read(stream)).events.map((event) => event.metadata.streamPosition);

    it.each<[string, number, ExpectedVersion, number]>([
      ['no stream, one is there', 1, 'STREAM_DOES_NOT_EXIST', 1],
      ['no stream, several events, one is there', 3, 'STREAM_DOES_NOT_EXIST', 2],
      ['existing, none is there', 0, 'STREAM_EXISTS', 1],
      ['exact, behind', 3, 2n, 1],
      ['exact, behind, several events', 3, 1n, 2],
      ['exact, ahead', 3, 4n, 1],
      ['exact, ahead, several events', 3, 7n, 3],
      ['exact version of a stream that is not there', 0, 1n, 1],
      ['version 0 of a stream that is there', 2, 0n, 1],
    ])(
      '[ES-01] %s: a conflict with the true version, and nothing stored',
      async (_, present, expected, count) => {
        const stream = streamName();
        if (present > 0) await append(stream, 'STREAM_DOES_NOT_EXIST', present);
        const error = await append(stream, expected, count).catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(VersionConflict);
        expect(error).toMatchObject({ streamName: stream, expected, actual: BigInt(present) });
        expect(await versions(stream)).toHaveLength(present);
      },
    );

    it.each<[string, number, ExpectedVersion, number]>([
      ['no stream', 0, 'STREAM_DOES_NOT_EXIST', 1],
      ['no stream, several events', 0, 'STREAM_DOES_NOT_EXIST', 3],
      ['version 0', 0, 0n, 1],
      ['existing', 2, 'STREAM_EXISTS', 1],
      ['exact', 2, 2n, 1],
      ['exact, several events', 2, 2n, 4],
      ['any, none there', 0, 'NO_CONCURRENCY_CHECK', 1],
      ['any, some there', 2, 'NO_CONCURRENCY_CHECK', 3],
    ])('[ES-01] %s: appended, with the new version', async (_, present, expected, count) => {
      const stream = streamName();
      if (present > 0) await append(stream, 'STREAM_DOES_NOT_EXIST', present);
      const version = BigInt(present + count);
      expect(await append(stream, expected, count)).toEqual({
        streams: [{ streamName: stream, version, createdNewStream: present === 0 }],
        replayed: false,
        result: null,
      });
      expect(await versions(stream)).toEqual(
        Array.from({ length: present + count }, (_item, index) => BigInt(index + 1)),
      );
    });

    it('[ES-01] of concurrent creations exactly one wins, the others learn the true version', async () => {
      for (let round = 0; round < 5; round++) {
        const stream = streamName();
        const results = await Promise.allSettled(
          Array.from({ length: 8 }, () => append(stream, 'STREAM_DOES_NOT_EXIST', 1 + (round % 2))),
        );
        const lost = results.filter((result) => result.status === 'rejected');
        expect(lost).toHaveLength(7);
        for (const { reason } of lost)
          expect(reason).toMatchObject({ name: 'VersionConflict', actual: BigInt(1 + (round % 2)) });
        expect(await versions(stream)).toHaveLength(1 + (round % 2));
      }
    });

    it('[ES-01] of concurrent appends at one version exactly one wins', async () => {
      const stream = streamName();
      await append(stream, 0n);
      const results = await Promise.allSettled(Array.from({ length: 20 }, () => append(stream, 1n)));
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
      expect(await versions(stream)).toEqual([1n, 2n]);
    });

    it('[ES-01] any never conflicts: 200 concurrent appends, mixed with exact ones', async () => {
      const stream = streamName();
      const results = await Promise.allSettled([
        ...Array.from({ length: 200 }, (_, index) => append(stream, 'NO_CONCURRENCY_CHECK', 1 + (index % 3))),
        ...Array.from({ length: 20 }, (_, index) => append(stream, BigInt(index * 7))),
      ]);
      const any = results.slice(0, 200);
      expect(any.filter((result) => result.status === 'rejected')).toEqual([]);
      const seen = await versions(stream);
      expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => BigInt(index + 1)));
      const won = results.slice(200).filter((result) => result.status === 'fulfilled').length;
      expect(seen).toHaveLength(67 + 2 * 67 + 3 * 66 + won);
    });

    it('[ES-01] a conflict does not disturb appends made at the same moment', async () => {
      const taken = streamName();
      await append(taken, 0n);
      const streams = Array.from({ length: 30 }, streamName);
      const [conflict, ...others] = await Promise.allSettled([
        append(taken, 0n),
        ...streams.map((stream) => append(stream, 0n)),
      ]);
      expect(conflict?.status).toBe('rejected');
      expect(others.map((result) => result.status)).toEqual(streams.map(() => 'fulfilled'));
    });

    describe('several streams', () => {
      const pair = (first: string, a: ExpectedVersion, second: string, b: ExpectedVersion) =>
        log.append(
          [
            { streamName: first, expectedStreamVersion: a, events: [noted('first'), noted('second')] },
            { streamName: second, expectedStreamVersion: b, events: [noted('other')] },
          ],
          { context: contextOf() },
        );

      it('[ES-02] one broken expectation leaves nothing in any stream', async () => {
        const [free, taken] = [streamName(), streamName()];
        await append(taken, 0n);
        for (const expected of ['STREAM_DOES_NOT_EXIST', 5n] as const) {
          await expect(pair(free, 'STREAM_DOES_NOT_EXIST', taken, expected)).rejects.toMatchObject({
            streamName: taken,
            actual: 1n,
          });
          expect((await log.read(free)).streamExists).toBe(false);
          expect(await versions(taken)).toEqual([1n]);
        }
      });

      it('[ES-02] all streams get their events, in modes mixed, answered in the order asked', async () => {
        const [first, second] = [streamName(), streamName()];
        await append(second, 0n);
        const outcome = await pair(first, 'STREAM_DOES_NOT_EXIST', second, 'STREAM_EXISTS');
        expect(outcome.streams).toEqual([
          { streamName: first, version: 2n, createdNewStream: true },
          { streamName: second, version: 2n, createdNewStream: false },
        ]);
        expect((await log.read(first)).events.map((event) => event.data)).toEqual([
          { note: 'first' },
          { note: 'second' },
        ]);
      });

      it('[ES-02] claimed at the same time by many, one wins both streams whole', async () => {
        const email = streamName();
        const users = Array.from({ length: 10 }, streamName);
        const results = await Promise.allSettled(users.map((user) => pair(user, 0n, email, 0n)));
        expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
        const existing = await Promise.all(users.map(async (user) => (await log.read(user)).streamExists));
        expect(existing.filter(Boolean)).toHaveLength(1);
        expect(await versions(email)).toEqual([1n]);
      });

      it('[ES-02] crossing appends over the same streams do not block each other for ever', async () => {
        const [a, b] = [streamName(), streamName()];
        await Promise.all(
          Array.from({ length: 40 }, (_, index) =>
            index % 2 === 0
              ? pair(a, 'NO_CONCURRENCY_CHECK', b, 'NO_CONCURRENCY_CHECK')
              : pair(b, 'NO_CONCURRENCY_CHECK', a, 'NO_CONCURRENCY_CHECK'),
          ),
        );
        expect((await versions(a)).length + (await versions(b)).length).toBe(120);
      });
    });
  });
};
