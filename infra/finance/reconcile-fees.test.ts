import { describe, expect, it } from 'vitest';
import type { BalanceMovement } from '../../domain/billing/payments/balance.ts';
import type { AgreedFees } from '../../domain/operations/agreed-fees.ts';
import { reconcileFees } from './reconcile-fees.ts';
import { Tally, type VarianceLine } from './variance.ts';

const BOUNDS = { from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' };

const moved = (
  transactionId: string,
  kind: BalanceMovement['kind'],
  amount: number,
  fee: number,
  at = '2026-10-20T12:00:00.000Z',
): BalanceMovement => ({ transactionId, sourceId: 'o', kind, amount, fee, currency: 'USD', at });

const from = '2026-01-01';
const PAID = { from, basis_points: 290, fixed: 30 };
const agreed = (of: 'REFUND' | 'DISPUTE', fixed: number) => ({ from, of, basis_points: 0, fixed });

const reconciled = (told: readonly BalanceMovement[], fees: AgreedFees | null) => {
  const lines: VarianceLine[] = [];
  const tally = new Tally((line) => lines.push(line), new Date());
  const { unchecked, ofAccount } = reconcileFees(fees, BOUNDS, told, tally);
  const differences = lines.map(({ reason, reference, expected, booked }) => [
    reason,
    reference,
    expected,
    booked,
  ]);
  return { unchecked, ofAccount, differences, unexplained: tally.unexplained };
};
/** How many fees nothing is known of, and what differs. */
const found = (told: readonly BalanceMovement[], fees: AgreedFees | null) => {
  const { unchecked, differences } = reconciled(told, fees);
  return [unchecked, ...differences];
};

describe('the fees of a month', () => {
  const disputed = moved('txn_disputed', 'DISPUTE', -1_000, 1_500);
  const won = moved('txn_won', 'DISPUTE', 1_000, 0);

  it('[BIL-15] of a dispute is held against what was agreed of disputes, and told where nothing was', () => {
    expect(found([disputed, won], null)).toEqual([1]);
    expect(found([disputed, won], { USD: [PAID] })).toEqual([1]);
    expect(found([disputed, won], { USD: [PAID, agreed('DISPUTE', 1_500)] })).toEqual([0]);
    expect(found([disputed, won], { USD: [agreed('DISPUTE', 1_400)] })).toEqual([
      0,
      ['UNEXPLAINED_RATE', 'txn_disputed', 1_400, 1_500],
    ]);
    expect(found([{ ...won, fee: 25 }], { USD: [agreed('DISPUTE', 1_500)] })).toEqual([
      0,
      ['UNEXPLAINED_RATE', 'txn_won', 0, 25],
    ]);
  });

  it('[BIL-15] of a refund is held against what was agreed of refunds; one that costs nothing needs no agreement', () => {
    const free = moved('txn_free', 'REFUND', -700, 0);
    const dear = moved('txn_dear', 'REFUND', -700, 20);
    expect(found([free], { USD: [PAID] })).toEqual([0]);
    expect(found([free, dear], { USD: [PAID] })).toEqual([1]);
    expect(found([free, dear], { USD: [PAID, agreed('REFUND', 20)] })).toEqual([
      0,
      ['UNEXPLAINED_RATE', 'txn_free', 20, 0],
    ]);
  });

  it('[BIL-15] of a payment is told where nothing is known, also where none was taken', () => {
    expect(found([moved('txn_paid', 'PAYMENT', 1_000, 0)], null)).toEqual([1]);
    expect(found([moved('txn_paid', 'PAYMENT', 1_000, 0)], { USD: [PAID] })).toEqual([
      0,
      ['UNEXPLAINED_RATE', 'txn_paid', 59, 0],
    ]);
    expect(found([moved('txn_back', 'PAYMENT', -1_000, 0)], { USD: [PAID] })).toEqual([0]);
  });

  it('[BIL-15] are those of the month, and of what people paid and got back', () => {
    const other = [
      moved('txn_before', 'DISPUTE', -1_000, 1_500, '2026-09-30T23:59:59.000Z'),
      moved('txn_after', 'PAYMENT', 1_000, 59, BOUNDS.to),
      moved('txn_fee', 'FEE', -200, 0, BOUNDS.to),
      moved('txn_payout', 'PAYOUT', -5_000, 0),
      moved('txn_other', 'OTHER', -5_000, 25),
    ];
    expect(found(other, null)).toEqual([0]);
    expect(found([moved('txn_first', 'PAYMENT', 1_000, 60, BOUNDS.from)], { USD: [PAID] })).toEqual([
      0,
      ['UNEXPLAINED_RATE', 'txn_first', 59, 60],
    ]);
  });

  it('[BIL-15] of the account and of payouts are explained each by itself, and come to a sum in each currency', () => {
    const told = [
      moved('txn_fee', 'FEE', -200, 0),
      moved('txn_tax', 'FEE', -200, 38),
      moved('txn_back', 'FEE', 50, 0),
      moved('txn_payout', 'PAYOUT', -5_000, 25),
      { ...moved('txn_euro', 'FEE', -90, 0), currency: 'EUR' },
      moved('txn_free', 'PAYOUT', -5_000, 0),
    ];
    const fees = (reference: string, booked: number) => ['ACCOUNT_FEE', reference, 0, booked];
    expect(reconciled(told, { USD: [PAID] })).toEqual({
      unchecked: 0,
      unexplained: 0,
      ofAccount: { USD: 200 + 238 - 50 + 25, EUR: 90 },
      differences: [
        fees('txn_fee', 200),
        fees('txn_tax', 238),
        fees('txn_back', -50),
        fees('txn_payout', 25),
        fees('txn_euro', 90),
      ],
    });
    expect(reconciled([], null)).toMatchObject({ ofAccount: {} });
  });

  it('[BIL-15] of a payment that went back is told where one was taken, because nobody agrees on such', () => {
    expect(found([moved('txn_back', 'PAYMENT', -1_000, 15)], { USD: [PAID] })).toEqual([1]);
  });
});
