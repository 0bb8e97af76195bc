import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AccountEvent } from '../../../domain/billing/account/events.ts';
import { availableOf } from '../../../domain/billing/account/state.ts';
import { account, accountStream } from '../../../domain/billing/account.ts';
import { credits } from '../../../domain/billing/credits.ts';
import type { PaymentEvent } from '../../../domain/billing/payments/events.ts';
import { paymentsStream } from '../../../domain/billing/payments.ts';
import { fold } from '../../../domain/kernel/decider.ts';
import { PRICES, type StripeDouble, startStripeDouble } from '../../payments/testing/stripe-double.ts';
import { createTestDatabase } from '../../postgres/testing/database.ts';
import { startTestApi, type TestApi } from '../testing/api.ts';

let stripe: StripeDouble;
let apis: readonly [TestApi, TestApi];
beforeAll(async () => {
  stripe = await startStripeDouble();
  const database = await createTestDatabase();
  const shared = { ...database, drop: async () => undefined };
  const of = { listen: true, payments: stripe.settings };
  apis = [await startTestApi({ ...of, database }), await startTestApi({ ...of, database: shared })];
}, 120_000);
afterAll(async () => {
  await apis[1].close();
  await apis[0].close();
  await stripe.close();
});

it('[BIL-12] [BIL-11] takes webhooks once that two processes get at the same moment', async () => {
  const [{ log }] = apis;
  for (let round = 0; round < 5; round += 1) {
    const { userId } = await apis[0].user();
    const { books } = stripe;
    const customer = books.customer(userId);
    const begin = books.events.length;
    const { payment } = books.subscribe(customer, PRICES.PLUS);
    books.returns.refund(payment, 500);
    const told = books.events.slice(begin);
    /** As Stripe does, until it is taken. */
    const deliver = async (url: string, event: (typeof told)[number]): Promise<void> => {
      await expect
        .poll(() => stripe.send(url, event, AbortSignal.timeout(20_000)), { timeout: 60_000 })
        .toBe(204);
    };
    await Promise.all(told.flatMap((event) => apis.map(({ url }) => deliver(url, event))));
    const { events } = await log.read<PaymentEvent>(paymentsStream(userId));
    const ids = events.flatMap((event) => (event.type === 'NoticeTaken' ? [event.data.eventId] : []));
    expect(ids.toSorted()).toEqual(told.map(({ id }) => id).toSorted());
    const count = (type: PaymentEvent['type']): number =>
      events.filter((event) => event.type === type).length;
    expect([count('PaymentReceived'), count('PaymentRefunded'), count('CustomerLinked')]).toEqual([1, 1, 1]);
    const { events: moved } = await log.read<AccountEvent>(accountStream(userId));
    expect(availableOf(fold(account, moved))).toBe(credits(1_000));
  }
}, 120_000);
