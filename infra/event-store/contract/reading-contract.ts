import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventLog } from '../../../domain/kernel/event-store.ts';
import type { Positioned } from '../../../domain/kernel/message.ts';
import type { OpenSubject, Subject } from './fixtures.ts';
import { contextOf, noted, readAll, streamName } from './fixtures.ts';

/** Positions 1, 2, 3 … and versions 1, 2, 3 … within each stream. */
export const expectDense = (all: readonly Positioned[]): void => {
  const versions = new Map<string, bigint>();
  for (const [index, { metadata }] of all.entries()) {
    expect(metadata.globalPosition).toBe(BigInt(index + 1));
    const next = (versions.get(metadata.streamName) ?? 0n) + 1n;
    expect(metadata.streamPosition).toBe(next);
    versions.set(metadata.streamName, next);
  }
};

/** Reading streams and the log (ES-05). */
export const readingContract = (open: OpenSubject): void => {
  describe('reading', () => {
    let subject: Subject;
    let log: EventLog;
    const stream = streamName();
    beforeAll(async () => {
      subject = await open();
      log = subject.log;
      for (let version = 0; version < 10; version += 2)
        await log.append(
          [
            {
              streamName: stream,
              expectedStreamVersion: BigInt(version),
              events: [noted(version + 1), noted(version + 2)],
            },
          ],
          { context: contextOf() },
        );
      await subject.settle();
    });
    afterAll(() => subject.close());

    const notes = (events: readonly { data: Readonly<Record<string, unknown>> }[]) =>
      events.map((event) => event.data['note']);

    it('[ES-01] a stream that is not there is empty, at version 0', async () => {
      expect(await log.read(streamName())).toEqual({
        events: [],
        currentStreamVersion: 0n,
        streamExists: false,
      });
    });

    it.each([
      [{}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
      [{ from: 9n }, [9, 10]],
      [{ to: 2n }, [1, 2]],
      [{ from: 4n, to: 6n }, [4, 5, 6]],
      [{ maxCount: 3 }, [1, 2, 3]],
      [{ from: 9n, maxCount: 2 }, [9, 10]],
      [{ from: 11n }, []],
      [{ from: 6n, to: 4n }, []],
    ])('[ES-01] a stream read by range %o still tells its version', async (range, expected) => {
      const result = await log.read(stream, range);
      expect(notes(result.events)).toEqual(expected);
      expect(result).toMatchObject({ currentStreamVersion: 10n, streamExists: true });
    });

    it('[ES-05] the log is dense from 1, in any range size', async () => {
      const whole = await readAll(log, 100);
      expect(whole).toHaveLength(10);
      expectDense(whole);
      for (const limit of [1, 3, 10, 20_000]) expect(await readAll(log, limit)).toEqual(whole);
      expect(await log.head()).toBe(10n);
    });

    it('[ES-05] the log is read after a position, up to another', async () => {
      expect(notes(await log.readLog({ after: 3n, limit: 10, to: 5n }))).toEqual([4, 5]);
      expect(notes(await log.readLog({ after: 3n, limit: 1, to: 5n }))).toEqual([4]);
      expect(await log.readLog({ after: 10n, limit: 5 })).toEqual([]);
      expect(await log.readLog({ after: 3n, limit: 5, to: 3n })).toEqual([]);
    });

    it('[ES-05] positions hold while many append to many streams', async () => {
      const streams = Array.from({ length: 10 }, streamName);
      const before = await log.head();
      await Promise.all(
        Array.from({ length: 300 }, (_, index) =>
          log.append(
            [
              {
                streamName: streams[index % streams.length] ?? '',
                expectedStreamVersion: 'NO_CONCURRENCY_CHECK',
                events: [noted(index)],
              },
            ],
            { context: contextOf() },
          ),
        ),
      );
      await subject.settle();
      expect(await log.head()).toBe(before + 300n);
      expectDense(await readAll(log));
    });

    it('[ES-05] a reader that changes what it was given changes nobody else’s', async () => {
      const [first] = await log.readLog({ after: 0n, limit: 1 });
      Object.assign(first?.data ?? {}, { note: 'changed' });
      expect(notes(await log.readLog({ after: 0n, limit: 1 }))).toEqual([1]);
    });

    describe('waiting', () => {
      const elapsed = async (wait: Promise<void>): Promise<number> => {
        const start = performance.now();
        await wait;
        return performance.now() - start;
      };

      it('[ES-05] returns at once below the head, and after the time at the head', async () => {
        const head = await log.head();
        expect(await elapsed(log.waitFor(head - 1n, 5_000))).toBeLessThan(2_000);
        expect(await elapsed(log.waitFor(head, 60))).toBeGreaterThan(50);
      });

      it('[ES-05] returns when aborted, before or while waiting', async () => {
        const head = await log.head();
        expect(await elapsed(log.waitFor(head, 5_000, AbortSignal.abort()))).toBeLessThan(1_000);
        expect(await elapsed(log.waitFor(head, 5_000, AbortSignal.timeout(30)))).toBeLessThan(2_000);
      });

      it('[ES-05] wakes when an event gets its position, which is then readable', async () => {
        const head = await log.head();
        const waited = elapsed(log.waitFor(head, 10_000));
        await log.append([{ streamName: streamName(), expectedStreamVersion: 0n, events: [noted('wake')] }], {
          context: contextOf(),
        });
        expect(await waited).toBeLessThan(5_000);
        expect(notes(await log.readLog({ after: head, limit: 5 }))).toEqual(['wake']);
      });
    });
  });
};
