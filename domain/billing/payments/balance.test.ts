import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BalanceMovement, balancePostingsOf } from './balance.ts';

const SOLD: BalanceMovement = {
  transactionId: 'txn_1',
  sourceId: 'pi_1',
  kind: 'PAYMENT',
  amount: 1_500,
  fee: 59,
  currency: 'USD',
  at: '2026-11-20T10:00:00.000Z',
};
const legsOf = (changes: Partial<BalanceMovement>) =>
  balancePostingsOf({ type: 'BalanceMoved', data: { ...SOLD, ...changes } }).map(
    ({ account, unit, amount }) => [account, unit, amount],
  );

const amount = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
const movements = fc.record({
  kind: fc.constantFrom<BalanceMovement['kind']>('PAYMENT', 'REFUND', 'DISPUTE', 'FEE', 'PAYOUT', 'OTHER'),
  amount,
  fee: amount,
});

describe('a movement on the balance at the payment provider', () => {
  it('[BIL-11] books nothing of what it does not know, and nothing twice that a webhook tells', () => {
    expect(legsOf({ kind: 'OTHER', fee: 0 })).toEqual([]);
    for (const kind of ['PAYMENT', 'REFUND', 'DISPUTE'] as const)
      expect(legsOf({ kind, fee: 0 })).toEqual([]);
  });

  it('[BIL-11] books what the provider kept, and gives it back when it came back', () => {
    const kept = [
      ['money.provider', 'USD', -59],
      ['money.fees', 'USD', 59],
    ];
    expect(legsOf({})).toEqual(kept);
    expect(legsOf({ kind: 'FEE', amount: -59, fee: 0 })).toEqual(kept);
    expect(legsOf({ fee: -59 })).toEqual([
      ['money.provider', 'USD', 59],
      ['money.fees', 'USD', -59],
    ]);
  });

  it('[BIL-11] books what leaves for the bank with its fee, and back what did not arrive', () => {
    expect(legsOf({ kind: 'PAYOUT', amount: -5_000, fee: 25 })).toEqual([
      ['money.provider', 'USD', -5_025],
      ['money.fees', 'USD', 25],
      ['money.bank', 'USD', 5_000],
    ]);
    expect(legsOf({ kind: 'PAYOUT', amount: 5_000, fee: 0 })).toEqual([
      ['money.provider', 'USD', 5_000],
      ['money.bank', 'USD', -5_000],
    ]);
  });

  it('[BIL-11] is zero-sum whatever moved, without a leg that moves nothing', () => {
    fc.assert(
      fc.property(movements, (moved) => {
        const legs = balancePostingsOf({ type: 'BalanceMoved', data: { ...SOLD, ...moved } });
        expect(legs.reduce((sum, leg) => sum + leg.amount, 0)).toBe(0);
        expect(legs.every((leg) => leg.amount !== 0)).toBe(true);
      }),
    );
  });
});
