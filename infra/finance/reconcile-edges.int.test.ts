import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PaymentEvent } from '../../domain/billing/payments/events.ts';
import { paymentsStream } from '../../domain/billing/payments.ts';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { usageLedger } from '../../projections/billing/usage-ledger.ts';
import { refactorJobs } from '../../projections/refactoring/refactor-jobs.ts';
import { sweepBalance } from '../payments/balance-sweep.ts';
import { stripeClient } from '../payments/stripe-provider.ts';
import { stripeStatements } from '../payments/stripe-statements.ts';
import { secondsOf } from '../payments/stripe-values.ts';
import { type StripeDouble, startStripeDouble } from '../payments/testing/stripe-double.ts';
import { FEE } from '../payments/testing/stripe-money.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, type World } from '../runtime/testing/world.ts';
import { reconcile } from './reconcile.ts';
import type { Statements } from './statements.ts';
import { onAccount } from './testing/accounts.ts';
import { wrong } from './testing/made-wrong.ts';
import { takeNews } from './testing/take-news.ts';
import type { VarianceLine } from './variance.ts';

/** Provider and ledger have a clock each. */
const PAID = ['2026-09-30T23:59:59.000Z', '2026-10-31T23:59:59.000Z', '2026-11-01T00:00:00.000Z'] as const;
const TOLD_AFTER = 2;
const LONG_AFTER = new Date('2026-12-24T00:00:00.000Z');

describe('the reconciliation of months that follow each other', { timeout: 60_000 }, () => {
  let stripe: StripeDouble;
  let statements: Statements;
  let world: World;
  beforeAll(async () => {
    stripe = await startStripeDouble();
    statements = stripeStatements(stripeClient(stripe.settings));
    world = await createWorld();
    for (const [index, at] of PAID.entries()) await paid(`u${index % 2}`, at);
    await sweepBalance({ store: world.log, statements, now: LONG_AFTER }, new AbortController().signal);
    const projections = [ledgerPostings, refactorJobs, usageLedger];
    await world.run({ projections });
    for (const projection of projections) await world.caughtUp(projectionSubscriptionId(projection));
  });
  afterAll(async () => {
    await world.close();
    await stripe.close();
  });

  /** Somebody pays for credits then, and the news of it is of a little later. */
  const paid = async (userId: string, at: string): Promise<void> => {
    const { books } = stripe;
    const begin = books.events.length;
    const customerId = books.customer(userId);
    books.now = secondsOf(at) - 1;
    books.topUp(customerId, 1_000);
    const entry = books.money.balance.at(-1);
    const invoice = books.money.invoices.at(-1);
    if (entry === undefined || invoice === undefined) throw new Error('something was paid');
    entry.created = secondsOf(at);
    Object.assign(invoice, { created: entry.created, status_transitions: { paid_at: entry.created } });
    const told = books.events
      .slice(begin)
      .map((event) => ({ ...event, created: entry.created + TOLD_AFTER }));
    await takeNews(world, stripe, { userId, customerId }, told);
  };
  const reconciled = async (period: string, now = LONG_AFTER) => {
    const lines: VarianceLine[] = [];
    const parts = { db: world.pool, store: world.log, statements, agreedFees: async () => null, now };
    const sum = await reconcile(parts, period, (line) => lines.push(line));
    return { ...sum, lines };
  };

  it('[BIL-15] counts what moved at their border in one of them, and misses it in none', async () => {
    const months = [];
    for (const period of ['2026-09', '2026-10', '2026-11']) {
      const { movements, invoices, feesUnchecked, lines } = await reconciled(period);
      months.push([movements, invoices, feesUnchecked, lines]);
    }
    // Payments are of the month in which they are booked, invoices and fees of that of the provider.
    expect(months).toEqual([
      [0, 1, 1, []],
      [1, 1, 1, []],
      [2, 1, 1, []],
    ]);
  });

  it('[BIL-15] waits for nothing where a fee is booked otherwise than it is told', async () => {
    const [, entry] = stripe.books.money.balance;
    await wrong(entry, { fee: FEE + 1 }, async ({ id }) => {
      const { lines, pending } = await reconciled('2026-10', new Date(PAID[1]));
      expect(lines).toMatchObject([{ reason: 'UNEXPLAINED_FEE', reference: id, variance: -1, dueAt: null }]);
      expect(pending).toBe(0);
    });
  });

  it('[BIL-15] misses no entry of an invoice that came to nothing', async () => {
    const { money } = stripe.books;
    money.paid({ id: 'in_free', amount_paid: 0, total_taxes: [] }, secondsOf(PAID[1]));
    expect(await reconciled('2026-10')).toMatchObject({ invoices: 2, lines: [] });
    money.invoices.pop();
  });

  it('[BIL-15] takes for spent only what had to be taken back, and no credits that were never paid for', async () => {
    const { events } = await world.log.read<PaymentEvent>(paymentsStream('u1'));
    const received = events.find((event) => event.type === 'PaymentReceived');
    if (received?.type !== 'PaymentReceived') throw new Error('u1 has paid');
    const { userId, lotId, microCredits, invoiceId: reference, at } = received.data;
    const of = { userId, lotId, source: 'TOP_UP', expiresAt: null, reference, at } as const;
    const grant = { type: 'GrantCredits', data: { ...of, microCredits: microCredits + 5 } } as const;
    await onAccount(world, grant);
    await world.caughtUp(projectionSubscriptionId(ledgerPostings));
    const { sales, lines } = await reconciled(at.slice(0, 7));
    expect(sales).toBe(1);
    expect(lines).toMatchObject([{ reason: 'UNEXPLAINED_SALE', reference: lotId, variance: 5 }]);
  });
});
