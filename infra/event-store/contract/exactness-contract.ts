import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventLog } from '../../../domain/kernel/event-store.ts';
import type { Json } from '../../../domain/kernel/message.ts';
import type { OpenSubject, Subject } from './fixtures.ts';
import { contextOf, noted, streamName } from './fixtures.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/** ES-04: what goes in comes out, as the same values in the same order. */
export const exactnessContract = (open: OpenSubject): void => {
  describe('exact JSON', () => {
    let subject: Subject;
    let log: EventLog;
    beforeAll(async () => {
      subject = await open();
      log = subject.log;
    });
    afterAll(() => subject.close());

    const roundTrip = async (value: Json) => {
      const stream = streamName();
      await log.append(
        [{ streamName: stream, expectedStreamVersion: 0n, events: [noted(value), noted(value)] }],
        { context: contextOf() },
      );
      await log.append([{ streamName: stream, expectedStreamVersion: 2n, events: [noted(value)] }], {
        context: contextOf(),
      });
      return (await log.read(stream)).events.map((event) => event.data['note']);
    };

    it.each<[string, Json]>([
      ['digits with leading zeros', '00123456789012345678'],
      ['digits beyond 2^53', '9007199254740993'],
      ['a number text beyond the range of a double', '1e400'],
      ['a date in a text', '2026-11-20T10:00:00.000Z'],
      ['NUL and other control characters', 'a\u0000b\u0001\u001f\u007f\u2028'],
      ['quotes, backslashes, braces', '{"a":"\\"},{1,2}\'"\\u0041'],
      ['emoji and combining marks', '👩‍👩‍👧 e\u0301 \u{10FFFF}'],
      ['integers at the edge of a double', [9007199254740991, -9007199254740991, 2 ** 60, 1e21]],
      ['fractions and extremes', [0.1, 0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0.5]],
      ['empty things', ['', {}, [], null, false, 0]],
      ['deep nesting', [[[[[[[[{ a: [[[1]]] }]]]]]]]]],
      ['keys that look like others', { __proto__x: 1, constructor: 2, '': 3, 'a.b': 4, ключ: 5 }],
    ])('[ES-04] keeps %s', async (_, value) => {
      expect(await roundTrip(value)).toStrictEqual([value, value, value]);
    });

    it('[ES-04] keeps the order of keys', async () => {
      for (const note of await roundTrip({ z: 1, a: { y: 1, b: 2 }, m: 3 }))
        expect(JSON.stringify(note)).toBe('{"z":1,"a":{"y":1,"b":2},"m":3}');
    });

    it('[ES-04] keeps a key named __proto__ as data', async () => {
      const value: Json = JSON.parse('{"__proto__":{"admin":true}}');
      for (const note of await roundTrip(value))
        expect(JSON.stringify(note)).toBe('{"__proto__":{"admin":true}}');
    });

    it('[ES-04] records every field of an event', async () => {
      const stream = streamName();
      const context = contextOf({ actor: { type: 'admin', id: 'Ä "quoted"' } });
      await log.append(
        [
          {
            streamName: stream,
            expectedStreamVersion: 0n,
            events: [{ type: 'Noted', data: { a: 1 }, schemaVersion: 3 }, noted('second')],
          },
        ],
        { context },
      );
      await subject.settle();
      const { events } = await log.read(stream);
      expect(events.map((event) => event.metadata)).toEqual([
        {
          ...context,
          messageId: expect.stringMatching(UUID),
          streamName: stream,
          streamPosition: 1n,
          globalPosition: expect.any(BigInt),
          schemaVersion: 3,
          recordedAt: expect.stringMatching(RFC3339),
        },
        expect.objectContaining({ ...context, streamPosition: 2n, schemaVersion: 1 }),
      ]);
      expect(new Set(events.map((event) => event.metadata.messageId)).size).toBe(2);
      const drift = Math.abs(Date.parse(events[0]?.metadata.recordedAt ?? '') - Date.now());
      expect(drift).toBeLessThan(60_000);
    });

    it('[ES-04] an absent request id stays absent', async () => {
      const stream = streamName();
      const { requestId: _, ...context } = contextOf();
      await log.append([{ streamName: stream, expectedStreamVersion: 0n, events: [noted(1)] }], { context });
      const { events } = await log.read(stream);
      expect(events.map((event) => 'requestId' in event.metadata)).toEqual([false]);
    });

    it('[ES-04] reads a stream and the log as the same events', async () => {
      const stream = streamName();
      await log.append([{ streamName: stream, expectedStreamVersion: 0n, events: [noted({ x: '007' })] }], {
        context: contextOf(),
      });
      await subject.settle();
      const { events } = await log.read(stream);
      const position = events[0]?.metadata.globalPosition ?? 0n;
      expect(await log.readLog({ after: position - 1n, limit: 1 })).toEqual(events);
    });
  });
};
