import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EventLog } from '../../../domain/kernel/event-store.ts';
import { placed } from '../../../domain/kernel/message.ts';
import { ofTypes } from '../ranges.ts';
import type { OpenSubject, Subject } from './fixtures.ts';
import { contextOf, noted, streamName } from './fixtures.ts';

const TYPES = ['Noted', 'Counted', 'Dropped'] as const;

const position = fc.bigInt({ min: 0n, max: 12n });
const anyRange = fc.record(
  { after: position, limit: fc.integer({ min: 1, max: 12 }), to: position },
  { requiredKeys: ['after', 'limit'] },
);

/** Reading the log by the types of its events. */
export const typesContract = (open: OpenSubject): void => {
  describe('reading by type', () => {
    let subject: Subject;
    let log: EventLog;
    beforeAll(async () => {
      subject = await open();
      log = subject.log;
      // Never two of a type beside each other, and one type only once.
      for (let n = 1; n <= 9; n += 1) {
        const type = n === 5 ? 'Dropped' : TYPES[n % 2];
        await log.append(
          [{ streamName: streamName(), expectedStreamVersion: 0n, events: [noted(n, type)] }],
          { context: contextOf() },
        );
      }
      await subject.settle();
      // A process answers as far as it has heard, which may be a moment behind what is committed.
      const reached = async () => (await log.readTypes([], { after: 0n, limit: 100 })).reached;
      await vi.waitUntil(async () => (await reached()) === 9n, { timeout: 20_000 });
    });
    afterAll(() => subject.close());

    it('[ES-05] ranges that are not ranges are refused', async () => {
      const bad = { code: 'INVALID_RANGE' };
      for (const range of [
        { after: -1n, limit: 1 },
        { after: 0n, limit: 0 },
        { after: 2n ** 64n, limit: 1 },
      ])
        for (const read of [log.readTypes, log.readPlaced])
          await expect(read(TYPES, range)).rejects.toMatchObject(bad);
    });

    it('[ES-05] tells how far was looked where nothing was found, and nothing beyond the head', async () => {
      expect(await log.readTypes(['Dropped'], { after: 0n, limit: 3 })).toEqual({ events: [], reached: 3n });
      expect(await log.readTypes([], { after: 0n, limit: 100 })).toEqual({ events: [], reached: 9n });
      expect(await log.readTypes(TYPES, { after: 9n, limit: 100 })).toEqual({ events: [], reached: 9n });
      expect(await log.readTypes(TYPES, { after: 4n, limit: 9, to: 4n })).toEqual({
        events: [],
        reached: 4n,
      });
    });

    it('[ES-05] without who caused them, gives the same events up to the same position, and nothing else of them', async () => {
      await fc.assert(
        fc.asyncProperty(fc.subarray([...TYPES, 'Never']), anyRange, async (types, range) => {
          const { events, reached } = await log.readTypes(types, range);
          expect(await log.readPlaced(types, range)).toEqual({ events: events.map(placed), reached });
        }),
      );
    });

    it('[ES-05] gives what reading all of the range and leaving out the other types gives', async () => {
      await fc.assert(
        fc.asyncProperty(fc.subarray([...TYPES, 'Never']), anyRange, async (types, range) => {
          expect(await log.readTypes(types, range)).toEqual(ofTypes(types, range, await log.readLog(range)));
        }),
      );
    });
  });
};
