import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../http/testing/api.ts';
import { stripeMovements } from '../payments/stripe-movements.ts';
import { stripeClient } from '../payments/stripe-provider.ts';
import { isoOf } from '../payments/stripe-values.ts';
import { FEE } from '../payments/testing/stripe-books.ts';
import { PRICES, type StripeDouble, startStripeDouble } from '../payments/testing/stripe-double.ts';
import { reconcile } from './reconcile.ts';
import type { VarianceLine } from './variance.ts';

describe('the reconciliation with the payment provider', { timeout: 60_000 }, () => {
  let stripe: StripeDouble;
  let api: TestApi;
  let customer: string;
  let sent = 0;
  beforeAll(async () => {
    stripe = await startStripeDouble();
    api = await startTestApi({ listen: true, payments: stripe.settings });
    customer = stripe.books.customer((await api.user()).userId);
  });
  afterAll(async () => {
    await api.close();
    await stripe.close();
  });

  /** Stripe tells all that it has not told yet. */
  const told = async (): Promise<void> => {
    for (const event of stripe.books.events.slice(sent)) expect(await stripe.send(api.url, event)).toBe(204);
    sent = stripe.books.events.length;
  };
  const rowsOfMoney = async (): Promise<number> => {
    const { rows } = await api.pool.query<{ n: bigint }>(
      "select count(*) as n from read.ledger_postings where account = 'money.provider'",
    );
    return Number(rows[0]?.n ?? 0);
  };
  const reconciled = async () => {
    const lines: VarianceLine[] = [];
    const movements = stripeMovements(stripeClient(stripe.settings));
    const period = isoOf(stripe.books.now).slice(0, 7);
    const parts = { pool: api.pool, store: api.log, movements };
    return { ...(await reconcile(parts, period, (line) => lines.push(line))), lines };
  };
  const unexplained = async () =>
    (await reconciled()).lines
      .filter(({ reason }) => reason.startsWith('UNEXPLAINED'))
      .map(({ reason, reference, variance, unit }) => [reason, reference, variance, unit]);

  it('[BIL-15] explains fees and payouts, and finds nothing else to explain', async () => {
    const { books } = stripe;
    const { subscription, payment } = books.subscribe(customer, PRICES.PLUS);
    books.upgrade(subscription, PRICES.PRO, 1);
    const bought = books.topUp(customer, 1_000);
    books.refund(payment, 300);
    books.dispute(bought, 'won');
    books.payOut(5_000);
    await told();
    // 3 payments, a refund, and a dispute that took and gave back.
    await api.settled(async () => (await rowsOfMoney()) === 6);
    const { lines, ...sum } = await reconciled();
    expect(sum).toMatchObject({ jobs: 0, sales: 3, movements: 7, unexplained: 0 });
    expect(sum.variances).toEqual({ USD: { over: 3 * FEE + 5_000, under: 0 } });
    expect(lines.map(({ reason }) => reason).sort()).toEqual(['FEE', 'FEE', 'FEE', 'PAYOUT']);
  });

  it('[BIL-15] finds a payment whose webhook never came', async () => {
    const missed = stripe.books.topUp(customer, 700);
    expect(await unexplained()).toEqual([['UNEXPLAINED_MOVEMENT', missed, -700, 'USD']]);
    await told();
    await api.settled(async () => (await rowsOfMoney()) === 7);
    expect(await unexplained()).toEqual([]);
  });

  it('[BIL-15] finds what was booked and never paid, or paid in another amount or currency', async () => {
    const { balance } = stripe.books;
    const [entry] = balance;
    if (entry === undefined) throw new Error('something was paid');
    const reference = entry.source?.['payment_intent'];
    const { amount } = entry;
    entry.amount = amount - 1;
    expect(await unexplained()).toEqual([['UNEXPLAINED_AMOUNT', reference, 1, 'USD']]);
    entry.amount = amount;
    entry.currency = 'eur';
    expect(await unexplained()).toEqual([['UNEXPLAINED_AMOUNT', reference, 0, 'USD']]);
    entry.currency = 'usd';
    balance.shift();
    expect(await unexplained()).toEqual([['UNEXPLAINED_PAYMENT', reference, amount, 'USD']]);
    balance.unshift(entry);
  });

  it('[BIL-15] finds rows of money and of sales that do not follow from the log', async () => {
    await api.pool.query(
      "update read.ledger_postings set amount = amount * 2 where kind in ('PaymentRefunded', 'CreditsReclaimed')",
    );
    const found = (await unexplained()).map(([reason, , variance, unit]) => [reason, variance, unit]);
    expect(found).toEqual([
      ['UNEXPLAINED_SALE', -300_000_000, 'MICRO_CREDIT'],
      ['UNEXPLAINED_POSTINGS', -300, 'USD'],
    ]);
  });
});
