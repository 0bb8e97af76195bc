import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { specificationFor } from '../../kernel/specification.ts';
import { type NewsSwept, type RecordSweep, sweeps } from './sweeps.ts';

const AT = '2026-11-22T10:00:00.000Z';
const [EARLIER, LATER] = ['2026-11-22T08:00:00.000Z', '2026-11-22T09:00:00.000Z'];

const record = (through: string, taken: number): RecordSweep => ({
  type: 'RecordSweep',
  data: { through, taken, at: AT },
});
const swept = (through: string, taken: number): NewsSwept => ({
  type: 'NewsSwept',
  data: { through, taken, at: AT },
});

describe('how far the news of the payment provider were gone through', () => {
  const given = specificationFor(sweeps, deepStrictEqual);

  it('[BIL-12] never goes back, where another worker has come further', () => {
    given(swept(LATER, 0)).when(record(EARLIER, 3)).then(swept(LATER, 3));
    given(swept(LATER, 0)).when(record(EARLIER, 0)).thenNothing();
    given(swept(EARLIER, 0)).when(record(LATER, 0)).then(swept(LATER, 0));
  });

  it('[BIL-12] is told again only where something was taken', () => {
    given().when(record(LATER, 0)).then(swept(LATER, 0));
    given(swept(LATER, 0)).when(record(LATER, 0)).thenNothing();
    given(swept(LATER, 0)).when(record(LATER, 1)).then(swept(LATER, 1));
  });
});
