import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestApi } from '../http/testing/api.ts';
import { startTestShop, type TestShop } from '../http/testing/shop.ts';
import { sweepBalance } from '../payments/balance-sweep.ts';
import { stripeClient } from '../payments/stripe-provider.ts';
import { stripeStatements } from '../payments/stripe-statements.ts';
import { isoOf } from '../payments/stripe-values.ts';
import type { StripeEvent } from '../payments/testing/stripe-books.ts';
import type { StripeDouble } from '../payments/testing/stripe-double.ts';
import { stripeLife } from '../payments/testing/stripe-life.ts';
import { Findings } from './audit.ts';
import { auditNotices, auditShop } from './audit-shop.ts';
import type { Sent } from './shop-client.ts';

describe('what the torture test calls a violation of the books', { timeout: 60_000 }, () => {
  let shop: TestShop;
  let stripe: StripeDouble;
  let api: TestApi;
  let sent: readonly Sent[];
  beforeAll(async () => {
    shop = await startTestShop();
    ({ stripe, api } = shop);
    const { userId } = await api.user();
    const told = stripeLife(stripe.books, userId);
    for (const event of told) expect(await stripe.send(api.url, event)).toBe(204);
    const statements = stripeStatements(stripeClient(stripe.settings));
    await sweepBalance({ store: api.log, statements, now: new Date() }, new AbortController().signal);
    sent = told.map((event) => ({ userId, event, isTaken: true }));
    await api.settled(async () => (await found()).length === 0);
  });
  afterAll(() => shop.close());

  const found = async (): Promise<readonly string[]> => {
    const findings = new Findings();
    const statements = stripeStatements(stripeClient(stripe.settings));
    const periods = [isoOf(stripe.books.now).slice(0, 7)];
    const lived = sent.map(({ userId }) => userId);
    await auditShop({ pool: api.pool, log: api.log, statements, periods }, { sent, lived }, findings);
    return findings.violations.map(({ what }) => what);
  };

  it('[BIL-15] [SEC-11] nothing, after a whole life', async () => {
    expect(await found()).toEqual([]);
  });

  it('[SEC-07] a webhook that was lost, taken twice, or never taken', () => {
    const [event] = sent.map((each): StripeEvent => each.event);
    if (event === undefined) throw new Error('something was sent');
    const of = (isTaken: boolean, ...stored: readonly string[]): readonly string[] => {
      const findings = new Findings();
      auditNotices([{ event, isTaken }], stored, findings);
      return findings.violations.map(({ what }) => what);
    };
    expect(of(true, event.id)).toEqual([]);
    expect(of(true, 'another')).toEqual(['shop: acknowledged webhook lost']);
    expect(of(true, event.id, event.id)).toEqual(['shop: webhook stored twice']);
    expect(of(false)).toEqual(['shop: webhook never taken']);
  });

  it('[BIL-11] [BIL-15] a movement that nobody booked, and rows that do not follow from the log', async () => {
    const unpaid = stripe.books.money.balance.pop();
    expect(await found()).toEqual(['shop: variance without a reason']);
    if (unpaid !== undefined) stripe.books.money.balance.push(unpaid);
    await api.pool.query("update read.ledger_postings set amount = amount * 2 where kind = 'CreditsGranted'");
    expect(await found()).toEqual([
      'shop: ledger differs from the account',
      'shop: variance without a reason',
      'shop: rebuilt table differs',
    ]);
  });
});
