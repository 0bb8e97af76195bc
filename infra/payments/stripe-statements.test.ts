import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Statements } from '../finance/statements.ts';
import { stripeClient } from './stripe-provider.ts';
import { stripeStatements } from './stripe-statements.ts';
import { secondsOf } from './stripe-values.ts';
import { type StripeDouble, startStripeDouble } from './testing/stripe-double.ts';

const [FROM, TO] = ['2026-10-01T00:00:00.000Z', '2026-11-01T00:00:00.000Z'];
const on = (day: string): number => secondsOf(`2026-${day}T12:00:00.000Z`);

let stripe: StripeDouble;
let statements: Statements;
beforeEach(async () => {
  stripe = await startStripeDouble();
  statements = stripeStatements(stripeClient(stripe.settings));
});
afterEach(() => stripe.close());

const all = async <T>(told: AsyncIterable<T>): Promise<readonly T[]> => {
  const list: T[] = [];
  for await (const each of told) list.push(each);
  return list;
};

/** Paid long after it was made, while Stripe tried again. */
const invoice = (id: string, created: number, paidAt: number, status = 'paid'): void => {
  const { money } = stripe.books;
  money.paid({ id, amount_paid: 500, total_taxes: [{ amount: 20 }, { amount: 3 }] }, created);
  Object.assign(money.invoices.at(-1) ?? {}, { status, status_transitions: { paid_at: paidAt } });
};

describe('what Stripe says of a month', () => {
  it('[BIL-15] is not told while it does not answer, which passes, and while it refuses our key, which does not', async () => {
    const questions: readonly (() => Promise<unknown>)[] = [
      () => all(statements.movements(FROM, TO)),
      () => all(statements.payouts(FROM, TO)),
      () => all(statements.invoices(FROM, TO)),
      () => statements.paidOutBy('po'),
      () => statements.refund('re'),
      () => statements.invoice('in'),
    ];
    stripe.down.value = true;
    for (const ask of questions) await expect(ask()).rejects.toMatchObject({ code: 'PAYMENT_UNAVAILABLE' });
    stripe.down.value = false;
    stripe.revoked.value = true;
    for (const ask of questions) await expect(ask()).rejects.not.toHaveProperty('statusCode');
  });

  it('[BIL-15] has the invoices that were paid in it, whenever they were made', async () => {
    invoice('in_late', on('08-20'), on('10-05'));
    invoice('in_first', secondsOf(FROM), secondsOf(FROM));
    invoice('in_before', on('09-20'), secondsOf(FROM) - 1);
    invoice('in_after', on('10-20'), secondsOf(TO));
    const told = await all(statements.invoices(FROM, TO));
    expect(told.map(({ invoiceId }) => invoiceId).toSorted()).toEqual(['in_first', 'in_late']);
    expect(told.find(({ invoiceId }) => invoiceId === 'in_late')).toEqual({
      invoiceId: 'in_late',
      amount: 500,
      tax: 23,
      currency: 'USD',
      paidAt: '2026-10-05T12:00:00.000Z',
    });
  });

  it('[BIL-15] knows no invoice that is not there or not paid, and does not take silence for that', async () => {
    invoice('in_paid', on('10-05'), on('10-05'));
    invoice('in_void', on('10-05'), on('10-05'), 'void');
    expect(await statements.invoice('in_paid')).toMatchObject({ amount: 500 });
    for (const id of ['in_void', 'in_else']) expect(await statements.invoice(id)).toBeNull();
    stripe.down.value = true;
    await expect(statements.invoice('in_else')).rejects.toMatchObject({ code: 'PAYMENT_UNAVAILABLE' });
  });

  it('[BIL-11] [BIL-15] names each movement by what moved it, and its kind', async () => {
    const { money } = stripe.books;
    const at = on('10-05');
    for (const type of ['stripe_fee', 'stripe_fx_fee', 'tax_fee']) money.moved(type, -7, at, null);
    money.moved('charge', 100, at, { id: 'ch_1', object: 'charge', payment_intent: null }, 3);
    money.moved('charge', 100, at, { id: 'ch_2', object: 'charge', payment_intent: 'pi_2' }, 3);
    money.moved('refund', -10, at, { id: 're_1', object: 'refund' });
    money.moved('adjustment', -10, at, { id: 'dp_1', object: 'dispute' }, 15);
    money.moved('payout_cancel', 10, at, { id: 'po_1', object: 'payout' });
    money.moved('transfer', 10, at, { id: 'tr_1', object: 'transfer' });
    const told = (await all(statements.movements(FROM, TO))).toReversed();
    expect(told.map(({ kind, fee }) => [kind, fee])).toEqual([
      ['FEE', 0],
      ['FEE', 0],
      ['FEE', 0],
      ['PAYMENT', 3],
      ['PAYMENT', 3],
      ['REFUND', 0],
      ['DISPUTE', 15],
      ['PAYOUT', 0],
      ['OTHER', 0],
    ]);
    const own = money.balance.map(({ id }) => id);
    const sources = [...own.slice(0, 3), 'ch_1', 'pi_2', 're_1', 'dp_1', 'po_1', own.at(-1)];
    expect(told.map(({ sourceId }) => sourceId)).toEqual(sources);
  });

  it('[BIL-15] says of a refund whether it is pending, and by what it left and came back', async () => {
    const { money } = stripe.books;
    const refund = (id: string, status: string) => ({ id, object: 'refund', status });
    const pending = async (status: string) => {
      money.moved('refund', -10, on('10-05'), refund(`re_${status}`, status));
      return (await statements.refund(`re_${status}`))?.isPending;
    };
    for (const status of ['pending', 'requires_action']) expect(await pending(status)).toBe(true);
    for (const status of ['succeeded', 'canceled']) expect(await pending(status)).toBe(false);
    for (const [type, amount] of [
      ['refund', -10],
      ['refund_failure', 10],
    ] as const)
      money.moved(type, amount, on('10-05'), refund('re_back', 'failed'));
    const of = { sourceId: 're_back', kind: 'REFUND', currency: 'USD', at: '2026-10-05T12:00:00.000Z' };
    expect(await statements.refund('re_back')).toMatchObject({
      isPending: false,
      movements: [
        { ...of, amount: -10 },
        { ...of, amount: 10 },
      ],
    });
    expect(await statements.refund('re_else')).toBeNull();
    stripe.down.value = true;
    await expect(statements.refund('re_else')).rejects.toMatchObject({ code: 'PAYMENT_UNAVAILABLE' });
  });

  it('[BIL-15] has payouts that the bank refused and that were called back', async () => {
    const { money } = stripe.books;
    money.moved('adjustment', 900, on('10-02'), null);
    const payout = money.payOut(on('10-03'));
    for (const [status, hasFailed] of [
      ['paid', false],
      ['in_transit', false],
      ['failed', true],
      ['canceled', true],
    ]) {
      Object.assign(payout, { status });
      expect(await all(statements.payouts(FROM, TO))).toMatchObject([{ amount: 900, hasFailed }]);
    }
  });
});
