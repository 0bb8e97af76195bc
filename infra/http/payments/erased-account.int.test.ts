import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PaymentEvent } from '../../../domain/billing/payments/events.ts';
import { legsOf } from '../../../domain/billing/payments/testing/told-news.ts';
import { paymentsStream } from '../../../domain/billing/payments.ts';
import type { StripeDouble } from '../../payments/testing/stripe-double.ts';
import type { TestApi } from '../testing/api.ts';
import { startTestShop, type TestShop } from '../testing/shop.ts';

const PASSWORD = 'correct horse battery';

let shop: TestShop;
let stripe: StripeDouble;
let api: TestApi;
beforeAll(async () => {
  shop = await startTestShop();
  ({ stripe, api } = shop);
});
afterAll(() => shop.close());

/** What Stripe has told since, delivered as it does: until it is taken. */
const deliver = async (from: number): Promise<void> => {
  for (const event of stripe.books.events.slice(from))
    await expect.poll(() => stripe.send(api.url, event)).toBe(204);
};

describe('a dispute of somebody who has left', { timeout: 120_000 }, () => {
  it('[BIL-12] [ES-13] is decided and booked all the same after the erasure, in balanced entries', async () => {
    for (const outcome of ['lost', 'won'] as const) {
      const { books } = stripe;
      const user = await api.user();
      const begun = books.events.length;
      const payment = books.topUp(books.customer(user.userId), 900);
      const dispute = books.returns.openDispute(payment);
      await deliver(begun);
      expect((await api.call(user, 'DELETE', '/account', { body: { password: PASSWORD } })).status).toBe(204);
      await api.services.erasure.erase(user.userId);
      const closed = books.events.length;
      books.returns.closeDispute(dispute, outcome);
      await deliver(closed);
      const { events } = await api.log.read<PaymentEvent>(paymentsStream(user.userId));
      const sums = new Map<string, number>();
      for (const { account, amount } of legsOf(events)) sums.set(account, (sums.get(account) ?? 0) + amount);
      expect(sums.get('money.disputed')).toBe(0);
      expect(sums.get('money.provider')).toBe(outcome === 'lost' ? 0 : 900);
      expect([...sums.values()].reduce((all, sum) => all + sum, 0)).toBe(0);
    }
  });
});
