import { describe, expect, it } from 'vitest';
import type { LogReader } from '../../domain/kernel/event-store.ts';
import type { Positioned } from '../../domain/kernel/message.ts';
import { appendNotes } from '../event-store/contract/fixtures.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import { readAhead } from './read-ahead.ts';

const logOf = async (events: number) => {
  const log = openMemoryEventLog();
  for (let left = events; left > 0; left -= 1_000) await appendNotes(log, Math.min(left, 1_000));
  return log;
};

const positionsOf = async (log: LogReader, after: bigint, to: bigint): Promise<bigint[]> => {
  const positions: bigint[] = [];
  for await (const events of readAhead(log, after, to))
    positions.push(...events.map(({ metadata }) => metadata.globalPosition));
  return positions;
};

const upTo = (first: number, last: number): bigint[] =>
  Array.from({ length: last - first + 1 }, (_, index) => BigInt(first + index));

/** Counts the questions that are under way at once, and answers in random order. */
const slow = (log: LogReader, failAfter = Number.POSITIVE_INFINITY) => {
  const seen = { now: 0, most: 0 };
  const reader = {
    ...log,
    readLog: async (range: Parameters<LogReader['readLog']>[0]): Promise<readonly Positioned[]> => {
      seen.now += 1;
      seen.most = Math.max(seen.most, seen.now);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
      seen.now -= 1;
      if (Number(range.after) >= failAfter) throw new Error('connection lost');
      return log.readLog(range);
    },
  };
  return { reader, seen };
};

describe('reading ahead', () => {
  it('[ES-09] a failure in a later range is met in its turn, after what came before it', async () => {
    const { reader } = slow(await logOf(5_000), 2_000);
    const positions: bigint[] = [];
    const walk = async () => {
      for await (const events of readAhead(reader, 0n, 5_000n))
        positions.push(...events.map(({ metadata }) => metadata.globalPosition));
    };
    await expect(walk()).rejects.toThrow('connection lost');
    expect(positions).toEqual(upTo(1, 2_000));
  });

  it('[ES-09] gives every position once, in order, whatever order the answers come in', async () => {
    const { reader, seen } = slow(await logOf(7_300));
    expect(await positionsOf(reader, 250n, 7_123n)).toEqual(upTo(251, 7_123));
    expect(seen.most).toBe(3);
  });

  it('[ES-09] a log that ends before it was to end is an error, not the end: its events would count as seen', async () => {
    const log = await logOf(2_500);
    await expect(positionsOf(log, 0n, 9_000n)).rejects.toThrow('was to have position 9000');
    await expect(positionsOf(log, 2_500n, 9_000n)).rejects.toThrow('shows nothing up to 3500');
  });

  it('[ES-09] walks past stretches without an event of the types asked for, and only those that are there', async () => {
    const log = await logOf(1_500);
    await appendNotes(log, 2_300, 'others', 'Counted');
    await appendNotes(log, 2);
    const noted: bigint[] = [];
    for await (const events of readAhead(log, 1_499n, 3_802n, ['Noted']))
      noted.push(...events.map(({ metadata }) => metadata.globalPosition));
    expect(noted).toEqual([1_500n, 3_801n, 3_802n]);
    await expect(readAhead(log, 0n, 9_000n, ['Never']).next()).rejects.toThrow('shows nothing up to 4802');
  });

  it('[ES-09] reads nothing of an empty range', async () => {
    expect(await positionsOf(await logOf(100), 100n, 100n)).toEqual([]);
  });

  it('[ES-09] what grew while a short range was under way is not skipped', async () => {
    const log = await logOf(1_500);
    let grown = false;
    const reader = {
      ...log,
      readLog: async (range: Parameters<LogReader['readLog']>[0]) => {
        const events = await log.readLog(range);
        if (!grown && range.after === 1_000n) {
          grown = true;
          await appendNotes(log, 1_000, 'late');
        }
        return events;
      },
    };
    expect(await positionsOf(reader, 0n, 2_500n)).toEqual(upTo(1, 2_500));
  });
});
