import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type InvoiceLine, sharesOf } from './invoice-lines.ts';

const lineOf = (amount: number, index: number): InvoiceLine => ({
  lineId: `il_${index}`,
  amount,
  from: '2026-11-20T10:00:00.000Z',
  to: '2026-12-20T10:00:00.000Z',
});
const shares = (net: number, ...amounts: readonly number[]) =>
  sharesOf(amounts.map(lineOf), net).map(({ lineId, amount }) => [lineId, amount]);

const cents = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });

describe('the shares of lines in what an invoice brings', () => {
  it('[BIL-14] are none where the lines say nothing of it', () => {
    expect(shares(100)).toEqual([]);
    expect(shares(100, 0, 0)).toEqual([]);
    expect(shares(100, 500, -500)).toEqual([]);
    expect(shares(0, 500)).toEqual([]);
  });

  it('[BIL-14] are the amounts of the lines, less tax and discount in their proportion', () => {
    expect(shares(1_750, -750, 2_500)).toEqual([
      ['il_0', -750],
      ['il_1', 2_500],
    ]);
    expect(shares(1_000, 600, 0, 601)).toEqual([
      ['il_0', 499],
      ['il_2', 501],
    ]);
  });

  it('[BIL-11] [BIL-14] come to the whole, to the last unit', () => {
    fc.assert(
      fc.property(fc.array(cents, { minLength: 1, maxLength: 20 }), cents, (amounts, net) => {
        const given = sharesOf(amounts.map(lineOf), net);
        const expected = amounts.reduce((sum, amount) => sum + amount, 0) > 0 ? net : 0;
        expect(given.reduce((sum, { amount }) => sum + amount, 0)).toBe(expected);
      }),
    );
  });
});
