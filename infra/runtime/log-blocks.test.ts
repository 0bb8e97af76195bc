import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogRange, LogReader } from '../../domain/kernel/event-store.ts';
import type { Positioned } from '../../domain/kernel/message.ts';
import { contextOf } from '../event-store/contract/fixtures.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import { LogBlocks } from './log-blocks.ts';

const logOf = async (events: number, text = 'x') => {
  const log = openMemoryEventLog();
  for (let left = events; left > 0; left -= 500)
    await log.append(
      [
        {
          streamName: 'notes',
          events: Array.from({ length: Math.min(left, 500) }, () => ({ type: 'Noted', data: { text } })),
          expectedStreamVersion: 'NO_CONCURRENCY_CHECK',
        },
      ],
      { context: contextOf() },
    );
  return log;
};

/** Tells which ranges are asked for; `fails` says when the answer is an error. */
const counted = (log: LogReader, fails: (asked: number) => boolean = () => false) => {
  const asked: LogRange[] = [];
  const readLog = async (range: LogRange): Promise<readonly Positioned[]> => {
    asked.push(range);
    if (fails(asked.length)) throw new Error('connection lost');
    return log.readLog(range);
  };
  return { asked, blocks: new LogBlocks({ ...log, readLog }) };
};

const positionsOf = (events: readonly Positioned[]): bigint[] =>
  events.map(({ metadata }) => metadata.globalPosition);

describe('past stretches of the log', () => {
  it('[ES-10] a reading that fails fails for all who wait for it, and is tried again by the next one', async () => {
    const { asked, blocks } = counted(await logOf(500), (count) => count === 1);
    const results = await Promise.allSettled([blocks.read(0n, 500, 500n), blocks.read(7n, 500, 500n)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await blocks.read(498n, 500, 500n)).toHaveLength(2);
    expect(asked).toHaveLength(2);
  });

  it('[ES-08] [ES-10] who asks for what the log cannot read hears why, after all that comes before it', async () => {
    const log = await logOf(500);
    const readLog = async (range: LogRange): Promise<readonly Positioned[]> => {
      if (range.after >= 300n) throw new Error('stored by a later release');
      const to = range.to === undefined || range.to > 300n ? 300n : range.to;
      return log.readLog({ ...range, to });
    };
    const blocks = new LogBlocks({ ...log, readLog });
    expect(positionsOf(await blocks.read(298n, 500, 500n))).toEqual([299n, 300n]);
    await expect(blocks.read(300n, 500, 500n)).rejects.toThrow('stored by a later release');
  });

  it('[ES-10] are read once for all who walk over them side by side', async () => {
    const { asked, blocks } = counted(await logOf(2_000));
    const walk = async (from: bigint): Promise<bigint[]> => {
      const walked: bigint[] = [];
      for (let after = from; after < 2_000n; after = walked.at(-1) ?? after)
        walked.push(...positionsOf(await blocks.read(after, 500, 2_000n)));
      return walked;
    };
    const walks = await Promise.all(Array.from({ length: 50 }, (_, n) => walk(BigInt(n))));
    for (const [from, walked] of walks.entries())
      expect(walked).toEqual(Array.from({ length: 2_000 - from }, (_, n) => BigInt(from + n + 1)));
    expect(asked).toHaveLength(4);
  });

  it('[ES-10] the next one is on its way while one is worked on, as far as the log is known', async () => {
    const { asked, blocks } = counted(await logOf(1_200));
    await blocks.read(0n, 500, 1_200n);
    expect(asked.map(({ after }) => after)).toEqual([0n, 500n]);
    await blocks.read(500n, 500, 1_200n);
    expect(asked).toHaveLength(2);
  });

  it('[ES-10] give what the log itself gives, up to the end of a block', async () => {
    const log = await logOf(1_234);
    const { blocks } = counted(log);
    const known = fc.bigInt({ min: 1n, max: 1_234n });
    await fc.assert(
      fc.asyncProperty(
        known,
        fc.bigInt({ min: 0n, max: 1_233n }),
        fc.integer({ min: 1, max: 600 }),
        async (has, at, limit) => {
          const after = at % has;
          const read = await blocks.read(after, limit, has);
          expect(read.length).toBeGreaterThan(0);
          expect(read).toEqual((await log.readLog({ after, limit })).slice(0, read.length));
        },
      ),
    );
  });

  it('[ES-10] are kept until there are too many, or they hold too much: the one longest unused goes first', async () => {
    const { asked, blocks } = counted(await logOf(33_000));
    const read = (block: number) => blocks.read(BigInt(block) * 500n, 500, BigInt(block + 1) * 500n);
    for (let block = 0; block < 64; block += 1) await read(block);
    await read(0);
    expect(asked).toHaveLength(64);
    await read(64);
    await read(0);
    expect(asked).toHaveLength(65);
    await read(1);
    expect(asked).toHaveLength(66);

    const large = counted(await logOf(2_000, 'x'.repeat(20_000)));
    const readLarge = (block: number) =>
      large.blocks.read(BigInt(block) * 500n, 500, BigInt(block + 1) * 500n);
    for (const block of [0, 1, 1]) await readLarge(block);
    expect(large.asked).toHaveLength(2);
    for (const block of [1, 0]) await readLarge(block);
    expect(large.asked).toHaveLength(3);
  });
});
