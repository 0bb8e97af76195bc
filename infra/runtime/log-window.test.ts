import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { LogReader } from '../../domain/kernel/event-store.ts';
import { appendNotes, contextOf } from '../event-store/contract/fixtures.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import { LogWindow } from './log-window.ts';

describe('the end of the log that all partitions share', () => {
  it('[ES-10] never makes one who waits spin: timers would not fire again, and the process could not even stop', async () => {
    const window = new LogWindow(openMemoryEventLog(), 1_000, () => undefined);
    await window.start();
    await window.stop();
    const over = new AbortController();
    let rounds = 0;
    const waiting = (async () => {
      // Bounded, so that a spin is a failure and not a test that hangs.
      for (; rounds < 1_000 && !over.signal.aborted; rounds += 1) await window.wait(0n, 20, over.signal);
    })();
    await sleep(100);
    over.abort();
    await waiting;
    expect(rounds).toBeLessThan(20);
  });

  it('[ES-10] lets one who waits go when aborted', async () => {
    const window = new LogWindow(openMemoryEventLog(), 1_000, () => undefined);
    await window.start();
    const over = new AbortController();
    const waiting = window.wait(0n, 60_000, over.signal);
    over.abort();
    await waiting;
    expect(window.head).toBe(0n);
    await window.stop();
  });

  it('[ES-05] [ES-10] is read by one loop, however often a start that failed elsewhere is tried again', async () => {
    const log = openMemoryEventLog();
    // One at a time: each may come while the window reads.
    const append = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) await appendNotes(log, 1);
    };
    await append(3);
    const window = new LogWindow(log, 1_000, () => undefined);
    await Promise.all([window.start(), window.start()]);
    await window.start();
    await append(20);
    for (let n = 0; n < 200 && window.head < 23n; n += 1) await sleep(10);
    await sleep(50);
    const positions = (await window.read(3n, 100)).map(({ metadata }) => metadata.globalPosition);
    expect(positions).toEqual(Array.from({ length: 20 }, (_, n) => BigInt(n + 4)));
    await window.stop();
  });

  it('[ES-05] [ES-10] gives positions from before its window out of the log, and those of the window from memory', async () => {
    const log = openMemoryEventLog();
    await appendNotes(log, 5);
    let reads = 0;
    const counted: LogReader = {
      ...log,
      readLog: (range) => {
        reads += 1;
        return log.readLog(range);
      },
    };
    const window = new LogWindow(counted, 1_000, () => undefined);
    await window.start();
    await appendNotes(log, 5);
    for (let n = 0; n < 200 && window.head < 10n; n += 1) await sleep(10);
    const read = async (after: bigint) =>
      (await window.read(after, 3)).map(({ metadata }) => metadata.globalPosition);
    expect(await read(1n)).toEqual([2n, 3n, 4n]);
    await sleep(20);
    const before = reads;
    expect(await read(6n)).toEqual([7n, 8n, 9n]);
    expect(reads).toBe(before);
    await window.stop();
  });

  it('[ES-10] what lies before its window is read once for all who catch up, and one event of it alone', async () => {
    const log = openMemoryEventLog();
    await appendNotes(log, 600);
    const limits: number[] = [];
    const counted: LogReader = {
      ...log,
      readLog: (range) => {
        if (range.after < 600n) limits.push(range.limit);
        return log.readLog(range);
      },
    };
    const window = new LogWindow(counted, 1_000, () => undefined);
    await window.start();
    const read = await Promise.all(Array.from({ length: 20 }, () => window.read(0n, 500)));
    expect(read.map((events) => events.length)).toEqual(Array(20).fill(500));
    expect(limits).toEqual([500]);
    expect((await window.at(77n)).metadata.globalPosition).toBe(77n);
    expect(limits).toEqual([500, 1]);
    await expect(window.at(601n)).rejects.toThrow('the log has no event at 601');
    await window.stop();
  });

  it('[ES-10] keeps only the newest of many large events, and gives the others out of the log', async () => {
    const log = openMemoryEventLog();
    let reads = 0;
    const counted: LogReader = {
      ...log,
      readLog: (range) => {
        reads += 1;
        return log.readLog({ ...range, limit: Math.min(range.limit, 10) });
      },
    };
    const window = new LogWindow(counted, 1_000, () => undefined);
    await window.start();
    const text = 'x'.repeat(250_000);
    for (let n = 0; n < 160; n += 1)
      await log.append(
        [
          {
            streamName: 'large',
            events: [{ type: 'Noted', data: { lines: [{ text }] } }],
            expectedStreamVersion: 'NO_CONCURRENCY_CHECK',
          },
        ],
        { context: contextOf() },
      );
    for (let n = 0; n < 500 && window.head < 160n; n += 1) await sleep(10);
    await sleep(20);
    const readsFor = async (after: bigint): Promise<number> => {
      const before = reads;
      const [event] = await window.read(after, 1);
      expect(event?.metadata.globalPosition).toBe(after + 1n);
      return reads - before;
    };
    expect([await readsFor(1n), await readsFor(159n)]).toEqual([1, 0]);
    await window.stop();
  });
});
