import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contextOf, noted, streamName } from '../contract/fixtures.ts';
import { ofTypes } from '../ranges.ts';
import { readPositions, readTypes } from './read.ts';
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
          expect(await readTypes(subject.pool, types, range)).toEqual(ofTypes(types, range, looked));
        },
      ),
    );
  });
});
