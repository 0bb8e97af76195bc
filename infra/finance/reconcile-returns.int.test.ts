import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { usageLedger } from '../../projections/billing/usage-ledger.ts';
import { refactorJobs } from '../../projections/refactoring/refactor-jobs.ts';
import { sweepBalance } from '../payments/balance-sweep.ts';
import { stripeClient } from '../payments/stripe-provider.ts';
import { stripeStatements } from '../payments/stripe-statements.ts';
import { secondsOf } from '../payments/stripe-values.ts';
import { type StripeDouble, startStripeDouble } from '../payments/testing/stripe-double.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, type World } from '../runtime/testing/world.ts';
import { reconcile } from './reconcile.ts';
import type { Statements } from './statements.ts';
import { wrong } from './testing/made-wrong.ts';
import { takeNews } from './testing/take-news.ts';
import type { VarianceLine } from './variance.ts';

const OCTOBER = secondsOf('2026-10-20T10:00:00.000Z');
const NOVEMBER = secondsOf('2026-11-10T10:00:00.000Z');
const LONG_AFTER = new Date('2026-12-24T00:00:00.000Z');
const PROJECTIONS = [ledgerPostings, refactorJobs, usageLedger];

describe('the reconciliation of what went back', { timeout: 60_000 }, () => {
  let stripe: StripeDouble;
  let statements: Statements;
  let world: World;
  let told = 0;
  beforeAll(async () => {
    stripe = await startStripeDouble();
    statements = stripeStatements(stripeClient(stripe.settings));
    world = await createWorld();
    await world.run({ projections: PROJECTIONS });
    stripe.books.now = OCTOBER;
  });
  afterAll(async () => {
    await world.close();
    await stripe.close();
  });

  const bought = (amount: number): string => stripe.books.topUp(stripe.books.customer('u1'), amount);
  /** What Stripe has not told yet is told, its balance is read, and the ledger has taken both in. */
  const taken = async (): Promise<void> => {
    const { books } = stripe;
    const customer = { userId: 'u1', customerId: books.customer('u1') };
    const news = books.events.slice(told);
    told = books.events.length;
    await takeNews(world, stripe, customer, news);
    await sweepBalance({ store: world.log, statements, now: LONG_AFTER }, new AbortController().signal);
    for (const projection of PROJECTIONS) await world.caughtUp(projectionSubscriptionId(projection));
  };
  const differences = async (period: string, now = LONG_AFTER) => {
    await taken();
    const lines: VarianceLine[] = [];
    const parts = { db: world.pool, store: world.log, statements, agreedFees: async () => null, now };
    const { unexplained, pending } = await reconcile(parts, period, (line) => lines.push(line));
    return [
      unexplained,
      pending,
      ...lines.map(({ reason, reference, expected, booked }) => [reason, reference, expected, booked]),
    ];
  };

  it('[BIL-15] holds a dispute in another currency against what was taken for it', async () => {
    stripe.books.returns.dispute(bought(700), 'lost', { amount: 650, currency: 'eur' });
    stripe.books.returns.dispute(bought(500), 'won', { amount: 460, currency: 'eur' });
    expect(await differences('2026-10')).toEqual([0, 0]);
  });

  it('[BIL-15] [BIL-11] leaves nothing to explain of a dispute that is lost and then won on appeal, and won back at another rate', async () => {
    const { returns } = stripe.books;
    for (const asked of [undefined, { amount: 460, currency: 'eur' }]) {
      const dispute = returns.dispute(bought(500), 'lost', asked);
      expect(await differences('2026-10')).toEqual([0, 0]);
      returns.appeal(dispute);
      returns.closeDispute(dispute, 'won', asked === undefined ? 500 : 490);
      expect(await differences('2026-10')).toEqual([0, 0]);
    }
    const { rows } = await world.pool.query(
      `select account, sum(amount)::int as sum from read.ledger_postings
        where account in ('money.disputed', 'money.exchange') group by account order by account`,
    );
    expect(rows).toEqual([
      { account: 'money.disputed', sum: 0 },
      { account: 'money.exchange', sum: 10 },
    ]);
  });

  it('[BIL-15] leaves nothing to explain of a part that came back although the dispute was lost', async () => {
    const { returns } = stripe.books;
    const payment = bought(900);
    returns.refund(payment, 300);
    returns.closeDispute(returns.openDispute(payment), 'lost', 300);
    expect(await differences('2026-10')).toEqual([0, 0]);
  });

  it('[BIL-15] leaves nothing to explain of a dispute of which money moved at each of two decisions', async () => {
    const { returns } = stripe.books;
    for (const asked of [undefined, { amount: 870, currency: 'eur' }]) {
      const payment = bought(900);
      returns.refund(payment, 300);
      const dispute = returns.openDispute(payment, asked);
      returns.closeDispute(dispute, 'lost', 300);
      expect(await differences('2026-10')).toEqual([0, 0]);
      returns.appeal(dispute);
      returns.closeDispute(dispute, 'won', 600);
      expect(await differences('2026-10')).toEqual([0, 0]);
      const other = returns.openDispute(bought(800), asked);
      returns.closeDispute(other, 'won');
      returns.closeDispute(other, 'lost', -800);
      expect(await differences('2026-10')).toEqual([0, 0]);
    }
  });

  it('[BIL-15] [BIL-11] leaves nothing to explain of one of which another amount moves at each decision', async () => {
    const { returns } = stripe.books;
    for (const asked of [undefined, { amount: 690, currency: 'eur' }]) {
      const dispute = returns.openDispute(bought(800), asked);
      for (const [outcome, back] of [
        ['won', 780],
        ['lost', -810],
        ['won', 805],
        ['lost', -801],
      ] as const) {
        returns.closeDispute(dispute, outcome, back);
        expect(await differences('2026-10')).toEqual([0, 0]);
      }
    }
  });

  it('[BIL-15] explains a refund by what the provider says of it, however long it is pending', async () => {
    const { books } = stripe;
    const refund = books.returns.beginRefund(bought(900), 300);
    const waits = [0, 0, ['REFUND_PENDING', refund, -300, 0]];
    expect(await differences('2026-10')).toEqual(waits);
    expect(await differences('2026-10', new Date(books.now * 1_000))).toEqual(waits);
    books.returns.endRefund(refund, 'succeeded');
    expect(await differences('2026-10')).toEqual([0, 0]);
  });

  it('[BIL-15] finds one that left the balance in a later month than it was asked for', async () => {
    const { books } = stripe;
    const failing = books.returns.beginRefund(bought(800), 200);
    const refund = books.returns.refund(bought(700), 100);
    const left = books.money.balance.at(-1);
    if (left === undefined) throw new Error('something was refunded');
    left.created = NOVEMBER - 3_600;
    const waits = ['REFUND_PENDING', failing, -200, 0];
    expect(await differences('2026-10')).toEqual([0, 0, waits]);
    expect(await differences('2026-11')).toEqual([0, 0]);
    left.amount -= 1;
    const wrong = ['UNEXPLAINED_AMOUNT', refund, -101, -100];
    expect(await differences('2026-10')).toEqual([1, 0, wrong, waits]);
    expect(await differences('2026-11')).toEqual([0, 0]);
    left.amount += 1;
    books.now = NOVEMBER;
    books.returns.endRefund(failing, 'failed');
  });

  it('[BIL-15] [BIL-11] has the money back of a refund that failed, in the month in which it did', async () => {
    for (const period of ['2026-10', '2026-11']) expect(await differences(period)).toEqual([0, 0]);
    // Also where the balance has it back later than that is told.
    const back = stripe.books.money.balance.find(({ type }) => type === 'refund_failure');
    await wrong(back, { created: secondsOf('2026-12-05T00:00:00.000Z') }, async () => {
      for (const period of ['2026-11', '2026-12']) expect(await differences(period)).toEqual([0, 0]);
    });
    const { rows } = await world.pool.query<{ sum: number }>(
      `select sum(amount)::int as sum from read.ledger_postings
        where account = 'money.provider' and kind in ('PaymentRefunded', 'RefundReturned') and amount in (-200, 200)`,
    );
    expect(rows).toEqual([{ sum: 0 }]);
  });

  it('[BIL-15] explains none that has settled and was not told of', async () => {
    const { books } = stripe;
    const refund = books.returns.refund(bought(600), 50);
    books.events.splice(-2);
    expect(await differences('2026-11')).toEqual([1, 0, ['UNEXPLAINED_MOVEMENT', refund, -50, 0]]);
  });
});
