import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AgreedFees, agreedFeeOf } from './agreed-fees.ts';

const US: AgreedFees = {
  USD: [
    { from: '2026-01-01', basis_points: 290, fixed: 30 },
    { from: '2026-01-01', basis_points: 440, fixed: 30 },
    { from: '2026-11-01', basis_points: 250, fixed: 20 },
  ],
  JPY: [{ from: '2026-01-01', basis_points: 360, fixed: 0 }],
};
const agreed = (amount: number, fee: number, currency = 'USD', at = '2026-10-31T23:59:59.000Z') =>
  agreedFeeOf(US, { kind: 'PAYMENT', amount, fee, currency, at });

const from = '2026-01-01';
const ALL: AgreedFees = {
  USD: [
    { from, basis_points: 290, fixed: 30 },
    { from, of: 'DISPUTE', basis_points: 0, fixed: 1_500 },
    { from, of: 'REFUND', basis_points: 50, fixed: 10 },
    { from: '2026-10-01', of: 'PAYMENT', basis_points: 250, fixed: 20 },
  ],
};
const ofKind = (kind: 'REFUND' | 'DISPUTE', amount: number, fee: number, fees = ALL) =>
  agreedFeeOf(fees, { kind, amount, fee, currency: 'USD', at: '2026-10-31T23:59:59.000Z' });

describe('the fee of a payment that was agreed', () => {
  it('[BIL-15] is another one than what was taken, from the first unit on', () => {
    expect(agreed(1_000, 60)).toBe(59);
    expect(agreed(1_000, 58)).toBe(59);
    expect(agreed(1_000, 0)).toBe(59);
    expect(agreed(1_000, 73)).toBe(74);
    expect(agreed(500, 19, 'JPY')).toBe(18);
    // 59.493, and 59.522.
    expect([1_017, 1_018].map((amount) => agreed(amount, 0))).toEqual([59, 60]);
  });

  it('[BIL-15] is nothing that anybody knows where none was agreed for the currency or the day', () => {
    for (const currency of ['EUR', 'toString', '__proto__', ''])
      expect(agreed(1_000, 59, currency)).toBeNull();
    expect(agreed(1_000, 59, 'USD', '2025-12-31T23:59:59.000Z')).toBeNull();
    expect(
      agreedFeeOf({ USD: [] }, { kind: 'PAYMENT', amount: 1, fee: 1, currency: 'USD', at: '2026-10-31' }),
    ).toBeNull();
  });

  it('[BIL-15] is any of those that count from the same day, of a card here or of another country', () => {
    expect(agreed(1_000, 59)).toBe(59);
    expect(agreed(1_000, 74)).toBe(74);
    expect(agreed(1_000, 45, 'USD', '2026-11-01T00:00:00.000Z')).toBe(45);
    expect(agreed(1_000, 59, 'USD', '2026-11-01T00:00:00.000Z')).toBe(45);
  });

  it('[BIL-15] is one of its own of a dispute and of a refund, whatever was agreed of payments since', () => {
    for (const fee of [0, 59, 1_499, 1_501]) expect(ofKind('DISPUTE', -1_000, fee)).toBe(1_500);
    expect(ofKind('DISPUTE', -1_000, 1_500)).toBe(1_500);
    expect([0, 14, 15, 16].map((fee) => ofKind('REFUND', -1_000, fee))).toEqual([15, 15, 15, 15]);
    expect(ofKind('REFUND', -1_050, 16)).toBe(16);
    for (const kind of ['DISPUTE', 'REFUND'] as const)
      expect(ofKind(kind, -1_000, 1_500, { USD: (ALL['USD'] ?? []).slice(0, 1) })).toBeNull();
  });

  it('[BIL-15] is none where a dispute was won or a refund came back, or gives back the one that was taken', () => {
    expect(ofKind('DISPUTE', 1_000, 0)).toBe(0);
    expect(ofKind('DISPUTE', 1_000, -1_500)).toBe(-1_500);
    expect(ofKind('DISPUTE', 1_000, -1_499)).toBe(-1_500);
    expect([1, 749, 1_500].map((fee) => ofKind('DISPUTE', 1_000, fee))).toEqual([0, 0, 0]);
    expect([-15, -16, 15].map((fee) => ofKind('REFUND', 1_050, fee))).toEqual([-15, -16, 0]);
    expect(ofKind('REFUND', 1_000, -12)).toBe(-15);
  });

  it('[BIL-15] is what was taken wherever that is the exact one, rounded up or down, and never else', () => {
    fc.assert(
      fc.property(fc.nat(900_000_000_000), fc.nat(3_000), fc.nat(1_000), (amount, rate, fixed) => {
        const fees: AgreedFees = { USD: [{ from: '2026-01-01', basis_points: rate, fixed }] };
        const of = (fee: number) =>
          agreedFeeOf(fees, { kind: 'PAYMENT', amount, fee, currency: 'USD', at: '2026-10-01' });
        const down = Number((BigInt(amount) * BigInt(rate)) / 10_000n) + fixed;
        const isWhole = (BigInt(amount) * BigInt(rate)) % 10_000n === 0n;
        expect(of(down)).toBe(down);
        expect(of(down + 1) === down + 1).toBe(!isWhole);
        expect(of(down - 1)).not.toBe(down - 1);
        expect(of(down + 2)).not.toBe(down + 2);
      }),
    );
  });
});
