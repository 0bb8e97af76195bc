import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placed } from '../../../domain/kernel/message.ts';
import { contextOf, noted, streamName } from '../contract/fixtures.ts';
import { ofTypes } from '../ranges.ts';
import { readPlaced, readPositions, readTypes } from './read.ts';
import type { SequencerSubject } from './testing.ts';
import { openSequencerSubject, settled } from './testing.ts';

const TYPES = ['Noted', 'Counted', 'Dropped'];

describe('reading by type what this process does not hold', () => {
  let subject: SequencerSubject;
  beforeAll(async () => {
    subject = await openSequencerSubject();
    for (let n = 0; n < 30; n += 1)
      await subject.log.append(
        [{ streamName: streamName(), expectedStreamVersion: 0n, events: [noted(n, TYPES[(n * n) % 3])] }],
        { context: contextOf() },
      );
    await settled(subject.pool);
  });
  afterAll(() => subject.close());

  it('[ES-05] gives what reading all of the range and leaving out the other types gives', async () => {
    const position = fc.bigInt({ min: 0n, max: 33n });
    await fc.assert(
      fc.asyncProperty(
        fc.subarray([...TYPES, 'Never']),
        fc.record({ after: position, to: position, limit: fc.integer({ min: 1, max: 33 }) }),
        async (types, range) => {
          const looked = await readPositions(subject.pool, range, true);
          const { events, reached } = ofTypes(types, range, looked);
          expect(await readTypes(subject.pool, types, range)).toEqual({ events, reached });
          expect(await readPlaced(subject.pool, types, range)).toEqual({
            events: events.map(placed),
            reached,
          });
        },
      ),
    );
  });

  it('[ES-05] gives events whose transactions ended in another order than they were written by position', async () => {
    const from = (await readPositions(subject.pool, { after: 0n, to: 1_000n, limit: 1_000 }, true)).length;
    const late = await subject.pool.connect();
    const appendOne = (n: number) =>
      subject.log.append(
        [{ streamName: streamName(), expectedStreamVersion: 0n, events: [noted(n, 'Noted')] }],
        { context: contextOf() },
      );
    await late.query('BEGIN');
    await subject.log.appendInTransaction(
      late,
      [{ streamName: streamName(), expectedStreamVersion: 0n, events: [noted(100, 'Noted')] }],
      { context: contextOf() },
    );
    for (const n of [101, 102]) await appendOne(n);
    await settled(subject.pool);
    await late.query('COMMIT');
    late.release();
    subject.log.notifyAppended();
    await settled(subject.pool);
    await appendOne(103);
    await settled(subject.pool);
    const range = { after: BigInt(from), to: 1_000n, limit: 1_000 };
    const expected = await readPositions(subject.pool, range, true);
    expect(expected.map(({ data }) => data['note'])).toEqual([101, 102, 100, 103]);
    expect(await readPositions(subject.pool, range, false)).toEqual(expected);
    expect((await readTypes(subject.pool, ['Noted'], range)).events).toEqual(expected);
    expect((await readPlaced(subject.pool, ['Noted'], range)).events).toEqual(expected.map(placed));
  });
});
