import { describe, expect, it } from 'vitest';
import type { Event } from '../../domain/kernel/message.ts';
import { contextOf } from '../event-store/contract/fixtures.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import { liveState } from './live-state.ts';

type Counted = Event<'Counted', { by: number }>;
const sum = {
  initialState: () => 0,
  evolve: (total: number, { data }: Counted) => total + data.by,
};

const stage = () => {
  const log = openMemoryEventLog();
  const asked: (bigint | undefined)[] = [];
  let broken = false;
  const store: Pick<typeof log, 'read'> = {
    read: async (streamName, range) => {
      asked.push(range?.from);
      if (broken) throw new Error('no connection');
      return log.read(streamName, range);
    },
  };
  return {
    asked,
    total: liveState<number, Counted>(store, sum, 'counter'),
    breakStore: (to: boolean) => {
      broken = to;
    },
    count: (by: number) =>
      log.append(
        [
          {
            streamName: 'counter',
            events: [{ type: 'Counted', data: { by } }],
            expectedStreamVersion: 'NO_CONCURRENCY_CHECK',
          },
        ],
        { context: contextOf() },
      ),
  };
};

describe('a stream that many ask about', () => {
  it('[OPS-04] is as it was when the question came, or newer, whoever asks beside', async () => {
    const { total, count } = stage();
    expect(await total()).toBe(0);
    for (let round = 1; round <= 20; round++) {
      const before = total();
      await count(1);
      const after = total();
      expect(await after).toBe(round);
      expect(await before).toBeGreaterThanOrEqual(round - 1);
    }
  });

  it('[OPS-04] is read twice for a hundred questions at once, and only from the last known event on', async () => {
    const { total, count, asked } = stage();
    await count(2);
    await count(3);
    await total();
    asked.length = 0;
    const first = total();
    await Promise.resolve();
    await Promise.resolve();
    const others = Array.from({ length: 100 }, () => total());
    expect(await first).toBe(5);
    expect(await Promise.all(others)).toEqual(others.map(() => 5));
    expect(asked).toEqual([2n, 2n]);
  });

  it('[OPS-04] a failed look fails those who waited for it, not those who ask later', async () => {
    const { total, count, breakStore } = stage();
    await count(7);
    breakStore(true);
    await expect(Promise.all([total(), total()])).rejects.toThrow('no connection');
    breakStore(false);
    expect(await total()).toBe(7);
  });
});
