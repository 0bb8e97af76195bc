import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventLog, ExpectedVersion } from '../../../domain/kernel/event-store.ts';
import { IdempotencyKeyReused, VersionConflict } from '../../../domain/kernel/event-store.ts';
import type { OpenSubject, Subject } from './fixtures.ts';
import { contextOf, hashOf, noted, streamName } from './fixtures.ts';

/** ES-03: a key is stored with its result in the append's transaction, for ever. */
export const idempotencyContract = (open: OpenSubject): void => {
  describe('idempotency', () => {
    let subject: Subject;
    let log: EventLog;
    beforeAll(async () => {
      subject = await open();
      log = subject.log;
    });
    afterAll(() => subject.close());

    const append = (
      streams: readonly string[],
      key: string,
      body = 'body',
      expectedStreamVersion: ExpectedVersion = 'STREAM_DOES_NOT_EXIST',
    ) =>
      log.append(
        streams.map((name) => ({ streamName: name, expectedStreamVersion, events: [noted(body)] })),
        {
          context: contextOf(),
          idempotency: { key, bodyHash: hashOf(body), result: `{"b":1,"a":"${body}"}` },
        },
      );
    const count = async (stream: string): Promise<number> => (await log.read(stream)).events.length;

    it('[ES-03] the same key with another body is refused, and nothing is stored', async () => {
      const [first, other, key] = [streamName(), streamName(), randomUUID()];
      await append([first], key);
      const error = await append([other], key, 'another').catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(IdempotencyKeyReused);
      expect(error).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', key });
      expect(await count(other)).toBe(0);
      await expect(log.findIdempotent(key, hashOf('another'))).rejects.toBeInstanceOf(IdempotencyKeyReused);
    });

    it('[ES-03] a key of an append that conflicted is not used up', async () => {
      const [stream, key] = [streamName(), randomUUID()];
      await append([stream], randomUUID());
      await expect(append([stream], key)).rejects.toBeInstanceOf(VersionConflict);
      expect(await log.findIdempotent(key, hashOf('body'))).toBeNull();
      expect((await append([stream], key, 'body', 1n)).replayed).toBe(false);
    });

    it.each<ExpectedVersion>(['STREAM_DOES_NOT_EXIST', 'NO_CONCURRENCY_CHECK', 0n])(
      '[ES-03] 100 concurrent identical requests have one effect and one answer (%s)',
      async (expected) => {
        const [stream, key] = [streamName(), randomUUID()];
        const outcomes = await Promise.all(
          Array.from({ length: 100 }, () => append([stream], key, 'body', expected)),
        );
        expect(await count(stream)).toBe(1);
        expect(outcomes.filter((outcome) => !outcome.replayed)).toHaveLength(1);
        const answer = {
          streams: [{ streamName: stream, version: 1n, createdNewStream: true }],
          result: '{"b":1,"a":"body"}',
        };
        for (const outcome of outcomes) expect(outcome).toMatchObject(answer);
        expect(await log.findIdempotent(key, hashOf('body'))).toEqual({ ...answer, replayed: true });
      },
    );

    it('[ES-03] one key over different streams at the same time has one effect', async () => {
      const key = randomUUID();
      const streams = Array.from({ length: 20 }, streamName);
      const outcomes = await Promise.all(streams.map((stream) => append([stream], key)));
      const counts = await Promise.all(streams.map(count));
      expect(counts.reduce((sum, item) => sum + item)).toBe(1);
      const winner = streams[counts.indexOf(1)];
      for (const outcome of outcomes) expect(outcome.streams[0]?.streamName).toBe(winner);
    });

    it('[ES-03] a replay repeats the first outcome although the streams have moved on', async () => {
      const [a, b, key] = [streamName(), streamName(), randomUUID()];
      const first = await append([a, b], key);
      await append([a], randomUUID(), 'later', 'NO_CONCURRENCY_CHECK');
      expect(await append([a, b], key)).toEqual({ ...first, replayed: true });
      expect(await count(a)).toBe(2);
      expect(await count(b)).toBe(1);
    });

    it('[ES-03] keyed appends to one hot stream at the same time each keep their own outcome', async () => {
      const stream = streamName();
      const keys = Array.from({ length: 50 }, () => randomUUID());
      const both = [...keys, ...keys];
      const outcomes = await Promise.all(
        both.map((key) => append([stream], key, 'body', 'NO_CONCURRENCY_CHECK')),
      );
      expect(await count(stream)).toBe(50);
      for (const [index, key] of both.entries()) {
        const stored = await log.findIdempotent(key, hashOf('body'));
        expect(stored?.streams).toEqual(outcomes[index]?.streams);
      }
      expect(new Set(outcomes.map((outcome) => outcome.streams[0]?.version)).size).toBe(50);
    });

    it('[ES-03] the answer of a command that changed nothing is stored with its key', async () => {
      const key = randomUUID();
      const nothing = () =>
        log.append([], {
          context: contextOf(),
          idempotency: { key, bodyHash: hashOf('x'), result: '"done before"' },
        });
      expect(await nothing()).toEqual({ streams: [], replayed: false, result: '"done before"' });
      expect(await nothing()).toEqual({ streams: [], replayed: true, result: '"done before"' });
    });

    it('[ES-03] an unknown key has no outcome', async () => {
      expect(await log.findIdempotent(randomUUID(), hashOf('x'))).toBeNull();
    });
  });
};
