import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stripeClient, stripeProvider } from './stripe-provider.ts';
import { PRICES, type StripeDouble, startStripeDouble } from './testing/stripe-double.ts';

let stripe: StripeDouble;
beforeAll(async () => {
  stripe = await startStripeDouble();
});
afterAll(() => stripe.close());

describe('plans at Stripe', () => {
  it('[BIL-12] [BIL-13] are not sold at the price of a year, which would bring the credits of a month', async () => {
    const provider = stripeProvider(stripeClient(stripe.settings), stripe.settings);
    const customer = stripe.books.customer('ada');
    const { subscription } = stripe.books.subscribe(customer, PRICES.PRO);
    stripe.books.yearly.add(PRICES.PRO);
    const bought = () => provider.checkout(customer, { kind: 'PLAN', tier: 'PRO' });
    await expect(bought()).rejects.toMatchObject({ code: 'PLAN_NOT_SOLD' });
    expect(stripe.asked).not.toContain('POST /v1/checkout/sessions');
    await expect(provider.subscription(subscription)).rejects.toThrow(/no plan is sold/);

    stripe.books.yearly.clear();
    stripe.books.monthsOf.set(PRICES.PRO, 3);
    await expect(bought()).rejects.toMatchObject({ code: 'PLAN_NOT_SOLD' });
    await expect(provider.subscription(subscription)).rejects.toThrow(/no plan is sold/);

    stripe.books.monthsOf.clear();
    expect(await bought()).toContain(PRICES.PRO);
    expect(await provider.subscription(subscription)).toMatchObject({ tier: 'PRO' });
    // A price never changes its interval, so nobody asks twice.
    await bought();
    const asked = stripe.asked.filter((each) => each === `GET /v1/prices/${PRICES.PRO}`);
    expect(asked).toHaveLength(3);
  });

  it('[BIL-13] are read with what they come to: a cheaper one at the end of the cycle, or none', async () => {
    const { books } = stripe;
    const provider = stripeProvider(stripeClient(stripe.settings), stripe.settings);
    const { subscription } = books.subscribe(books.customer('bob'), PRICES.PRO);
    const { cycleEndsAt } = await provider.subscription(subscription);
    expect(await provider.subscription(subscription)).toMatchObject({ next: null, cancelsAtCycleEnd: false });
    books.changeAtCycleEnd(subscription, PRICES.PLUS);
    expect(books.events.at(-1)?.data.object['schedule']).toBe(`sub_sched_${subscription}`);
    const next = { tier: 'PLUS', at: cycleEndsAt };
    expect(await provider.subscription(subscription)).toMatchObject({ tier: 'PRO', next });
    books.changeAtCycleEnd(subscription, 'price_else');
    expect(await provider.subscription(subscription)).toMatchObject({ tier: 'PRO', next: null });
    books.changeAtCycleEnd(subscription, PRICES.PLUS);
    books.now = Math.floor(Date.parse(cycleEndsAt) / 1_000);
    books.turn();
    expect(await provider.subscription(subscription)).toMatchObject({ tier: 'PLUS', next: null });
    books.cancelAtCycleEnd(subscription);
    expect(await provider.subscription(subscription)).toMatchObject({ cancelsAtCycleEnd: true });
  });

  it('[BIL-13] are read with their end where that is a day of its own, and goes on where it is in a later cycle', async () => {
    const { books } = stripe;
    const provider = stripeProvider(stripeClient(stripe.settings), stripe.settings);
    const { subscription } = books.subscribe(books.customer('cyd'), PRICES.PLUS);
    const end = Date.parse((await provider.subscription(subscription)).cycleEndsAt) / 1_000;
    for (const [day, cancelsAtCycleEnd] of [
      [end - 86_400, true],
      [end, true],
      [end + 1, false],
    ] as const) {
      Object.assign(books.subscriptions.get(subscription) ?? {}, { endsAt: day });
      expect(await provider.subscription(subscription)).toMatchObject({ cancelsAtCycleEnd });
    }
  });
});
