import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BalanceMovement } from '../../domain/billing/payments/balance.ts';
import { stripeClient } from '../payments/stripe-provider.ts';
import { stripeStatements } from '../payments/stripe-statements.ts';
import { secondsOf } from '../payments/stripe-values.ts';
import { type StripeDouble, startStripeDouble } from '../payments/testing/stripe-double.ts';
import { widened } from './bounds.ts';
import { reconcilePayouts } from './reconcile-payouts.ts';
import type { Statements } from './statements.ts';
import { Tally, type VarianceLine } from './variance.ts';

const bounds = { from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' };
const on = (day: string): number => secondsOf(`2026-${day}T12:00:00.000Z`);

describe('the payouts of a month', () => {
  let stripe: StripeDouble;
  let statements: Statements;
  beforeAll(async () => {
    stripe = await startStripeDouble();
    statements = stripeStatements(stripeClient(stripe.settings));
  });
  afterAll(() => stripe.close());

  const differences = async () => {
    const { from, to } = widened(bounds);
    const told: BalanceMovement[] = [];
    for await (const movement of statements.movements(from, to)) told.push(movement);
    const lines: VarianceLine[] = [];
    await reconcilePayouts(statements, bounds, told, new Tally((line) => lines.push(line), new Date()));
    return lines.map(({ reason, reference, expected, booked }) => [reason, reference, expected, booked]);
  };

  it('[BIL-15] pay out again what came back, and leave nothing to explain', async () => {
    const { money } = stripe.books;
    money.moved('adjustment', 5_000, on('10-02'), null);
    const refused = money.payOut(on('10-03'));
    money.refuse(refused, on('10-05'));
    money.moved('adjustment', 700, on('10-06'), null);
    expect(money.payOut(on('10-07')).amount).toBe(5_700);
    expect(await differences()).toEqual([]);
  });

  it('[BIL-15] are not gone when the bank refuses them: what came back is held against what left', async () => {
    const { money } = stripe.books;
    const [refused] = money.payouts;
    const back = money.balance.find(({ type }) => type === 'payout_failure');
    if (refused === undefined || back === undefined) throw new Error('something came back');
    back.amount = 4_000;
    expect(await differences()).toContainEqual(['UNEXPLAINED_PAYOUT', refused.id, -5_000, -4_000]);
    back.amount = 5_000;
    refused.failure_balance_transaction = null;
    expect(await differences()).toEqual([['UNEXPLAINED_PAYOUT', refused.id, 0, 5_000]]);
    refused.failure_balance_transaction = back.id;
  });

  it('[BIL-15] are asked for what they pay out where they are of the month, and not of others', async () => {
    const { money } = stripe.books;
    money.moved('adjustment', 900, on('09-20'), null);
    const before = money.payOut(on('09-21'));
    stripe.asked.length = 0;
    expect(await differences()).toEqual([]);
    expect(money.payouts).toContain(before);
    // A page of movements and of payouts each, and the movements of two payouts.
    const lists = stripe.asked.filter((request) => request.endsWith('/balance_transactions'));
    expect(lists.length).toBe(2 + 1 + 1);
  });

  it('[BIL-15] find one of weeks before that came back only now, and one that takes from the bank', async () => {
    const { money } = stripe.books;
    money.moved('adjustment', 4_000, on('09-24'), null);
    money.refuse(money.payOut(on('09-25')), on('10-20'));
    expect(await differences()).toEqual([]);
    money.moved('refund', -9_000, on('10-25'), null);
    const taken = money.payOut(on('10-26'));
    expect(taken.amount).toBe(-5_000);
    expect(await differences()).toEqual([]);
    money.refuse(taken, on('10-28'));
    expect(await differences()).toEqual([]);
  });

  it('[BIL-15] that somebody asked for are of the amount that was asked for', async () => {
    const { money } = stripe.books;
    const payout = money.payOut(on('10-29'));
    money.moved('adjustment', 800, on('10-29'), null);
    const asked = money.payOut(on('10-30'));
    asked.automatic = false;
    for (const entry of money.balance)
      if (entry.type === 'adjustment' && entry.payout === asked.id) entry.payout = null;
    expect(await differences()).toEqual([]);
    asked.automatic = true;
    expect(await differences()).toEqual([['UNEXPLAINED_PAYOUT', asked.id, 0, 800]]);
    expect(payout.automatic).toBe(true);
  });
});
