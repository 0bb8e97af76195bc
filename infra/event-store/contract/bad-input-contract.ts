import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  AppendOptions,
  EventLog,
  InvalidAppendCode,
  StreamAppend,
} from '../../../domain/kernel/event-store.ts';
import { InvalidAppend } from '../../../domain/kernel/event-store.ts';
import type { Json } from '../../../domain/kernel/message.ts';
import { LIMITS } from '../encoding.ts';
import type { OpenSubject, Subject } from './fixtures.ts';
import { contextOf, hashOf, noted, streamName } from './fixtures.ts';

class Money {
  readonly amount = 1;
}

const cycle: Record<string, unknown> = {};
cycle['self'] = cycle;

const holed: number[] = [1];
holed[2] = 3;

/** What must be refused with a stable code before anything is written. */
export const badInputContract = (open: OpenSubject): void => {
  describe('bad input', () => {
    let subject: Subject;
    let log: EventLog;
    beforeAll(async () => {
      subject = await open();
      log = subject.log;
    });
    afterAll(() => subject.close());

    const refused = async (
      code: InvalidAppendCode,
      appends: readonly StreamAppend[],
      options: AppendOptions = { context: contextOf() },
    ): Promise<void> => {
      const error = await log.append(appends, options).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(InvalidAppend);
      expect(error).toMatchObject({ code });
    };
    const one = (overrides: Partial<StreamAppend>): StreamAppend => ({
      streamName: streamName(),
      expectedStreamVersion: 'NO_CONCURRENCY_CHECK',
      events: [noted(1)],
      ...overrides,
    });

    it.each<[string, unknown]>([
      ['undefined', undefined],
      ['NaN', Number.NaN],
      ['Infinity', Number.POSITIVE_INFINITY],
      ['a bigint', 10n],
      ['a Date', new Date(0)],
      ['a class instance', new Money()],
      ['a Map', new Map()],
      ['a Buffer', Buffer.from('x')],
      ['a function', () => 1],
      ['a symbol', Symbol('x')],
      ['a lone high surrogate', 'a\ud800b'],
      ['a lone low surrogate', '\udc00'],
      ['a key with a lone surrogate', { '\ud800': 1 }],
      ['an array with a hole', holed],
      ['a cycle', cycle],
    ])('[ES-04] %s in data: INVALID_JSON, and the good event beside it is not stored', async (_, value) => {
      const stream = streamName();
      const data = { nested: [{ value }] };
      await refused('INVALID_JSON', [
        one({ streamName: stream, events: [noted(1), { type: 'Noted', data }] }),
      ]);
      expect((await log.read(stream)).streamExists).toBe(false);
    });

    it.each<[string, string]>([
      ['empty', ''],
      ['longer than 255 characters', 'x'.repeat(256)],
      ['a megabyte', 'x'.repeat(1_000_000)],
      ['with NUL', 'a\u0000b'],
      ['with a line break', 'a\nb'],
      ['with a lone surrogate', '\ud800'],
    ])('[ES-01] a name that is %s is refused for streams, types and keys', async (_, name) => {
      const bodyHash = hashOf('x');
      await refused('INVALID_STREAM_NAME', [one({ streamName: name })]);
      await refused('INVALID_EVENT_TYPE', [one({ events: [{ type: name, data: {} }] })]);
      await refused('INVALID_IDEMPOTENCY', [one({})], {
        context: contextOf(),
        // Keys may be that much longer.
        idempotency: { key: name && name + 'x'.repeat(LIMITS.keyLength - LIMITS.nameLength), bodyHash },
      });
      await refused('INVALID_CONTEXT', [one({})], { context: contextOf({ correlationId: name }) });
      await expect(log.read(name)).rejects.toMatchObject({ code: 'INVALID_STREAM_NAME' });
    });

    it('[ES-01] the longest name allowed works, in the widest characters', async () => {
      const stream = '\u{10FFFF}'.repeat(LIMITS.nameLength / 2 - 0.5) + Math.floor(Math.random() * 10);
      const outcome = await log.append([one({ streamName: stream })], { context: contextOf() });
      expect(outcome.streams[0]?.streamName).toBe(stream);
    });

    it('[ES-01] an empty append, an empty list of events and a stream named twice are refused', async () => {
      const stream = streamName();
      await refused('EMPTY_APPEND', []);
      await refused('EMPTY_APPEND', [one({ streamName: stream }), one({ events: [] })]);
      await refused('DUPLICATE_STREAM', [one({ streamName: stream }), one({ streamName: stream })]);
      expect((await log.read(stream)).streamExists).toBe(false);
    });

    it('[ES-01] sizes over the limits are refused, sizes at the limits are stored', async () => {
      const text = (bytes: number) => noted('x'.repeat(bytes - '{"note":""}'.length));
      await refused('EVENT_TOO_LARGE', [one({ events: [text(LIMITS.eventBytes + 1)] })]);
      await refused('TOO_MANY_EVENTS', [
        one({ events: Array.from({ length: LIMITS.eventsPerAppend + 1 }, () => noted(1)) }),
      ]);
      await refused(
        'TOO_MANY_STREAMS',
        Array.from({ length: LIMITS.streamsPerAppend + 1 }, () => one({})),
      );
      await log.append([one({ events: [text(LIMITS.eventBytes)] })], { context: contextOf() });
      const widest = await log.append(
        Array.from({ length: LIMITS.streamsPerAppend }, () => one({})),
        {
          context: contextOf(),
        },
      );
      expect(widest.streams).toHaveLength(LIMITS.streamsPerAppend);
      const longest = await log.append(
        [one({ events: Array.from({ length: LIMITS.eventsPerAppend }, () => noted(1)) })],
        { context: contextOf() },
      );
      expect(longest.streams[0]?.version).toBe(BigInt(LIMITS.eventsPerAppend));
    });

    it('[ES-04] data is stored up to 200 levels deep', async () => {
      const nested = (levels: number): Json => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
      await refused('INVALID_JSON', [one({ events: [noted(nested(200))] })]);
      const stream = streamName();
      await log.append([one({ streamName: stream, events: [noted(nested(199))] })], { context: contextOf() });
      expect((await log.read(stream)).events[0]?.data).toEqual({ note: nested(199) });
    });

    it('[ES-04] a context that cannot be told apart from another, or is none, is refused', async () => {
      const context = contextOf();
      const wrong = [
        { requestId: '' },
        { requestId: 'a\nb' },
        { actor: { type: 'user', id: '' } },
        { actor: { type: 'root', id: 'u' } },
        { commandId: '' },
        { causationId: 'a\u0000' },
      ];
      for (const fields of wrong)
        await refused('INVALID_CONTEXT', [one({})], { context: { ...context, ...fields } as typeof context });
    });

    it('[ES-01] versions that are not versions are refused', async () => {
      for (const bad of [-1n, 2n ** 64n, 1, '1', 'ANY', null, undefined])
        await refused('INVALID_EXPECTED_VERSION', [one({ expectedStreamVersion: bad as never })]);
    });

    it('[ES-04] schema versions that are not positive integers are refused', async () => {
      for (const schemaVersion of [0, -1, 1.5, Number.NaN, 2 ** 40])
        await refused('INVALID_SCHEMA_VERSION', [one({ events: [{ type: 'T', data: {}, schemaVersion }] })]);
    });

    it('[ES-03] a hash or a result that is not one is refused', async () => {
      for (const bad of [{ bodyHash: 'abc' }, { bodyHash: hashOf('x').toUpperCase() }])
        await refused('INVALID_IDEMPOTENCY', [one({})], {
          context: contextOf(),
          idempotency: { key: randomUUID(), ...bad },
        });
      for (const result of ['', '{', 'undefined', '"\ud800"'])
        await refused('INVALID_JSON', [one({})], {
          context: contextOf(),
          idempotency: { key: randomUUID(), bodyHash: hashOf('x'), result },
        });
    });

    it('[ES-04] an actor of another kind is refused', async () => {
      const actor = { type: 'root', id: 'x' } as never;
      await refused('INVALID_CONTEXT', [one({})], { context: contextOf({ actor }) });
    });

    it('[ES-05] ranges that are not ranges are refused', async () => {
      const stream = streamName();
      const bad = { code: 'INVALID_RANGE' };
      await expect(log.read(stream, { from: -1n })).rejects.toMatchObject(bad);
      await expect(log.read(stream, { maxCount: 0 })).rejects.toMatchObject(bad);
      await expect(log.read(stream, { maxCount: 1.5 })).rejects.toMatchObject(bad);
      await expect(log.readLog({ after: -1n, limit: 1 })).rejects.toMatchObject(bad);
      await expect(log.readLog({ after: 0n, limit: 0 })).rejects.toMatchObject(bad);
      await expect(log.readLog({ after: 2n ** 64n, limit: 1 })).rejects.toMatchObject(bad);
    });

    it('[ES-01] a bad append among good ones at the same moment spoils only itself', async () => {
      const streams = Array.from({ length: 20 }, streamName);
      const results = await Promise.allSettled([
        ...streams.map((stream) => log.append([one({ streamName: stream })], { context: contextOf() })),
        log.append([one({ events: [noted('\ud800')] })], { context: contextOf() }),
      ]);
      expect(results.filter((result) => result.status === 'rejected')).toHaveLength(1);
    });
  });
};
