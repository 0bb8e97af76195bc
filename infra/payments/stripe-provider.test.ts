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
    expect(await bought()).toContain(PRICES.PRO);
    expect(await provider.subscription(subscription)).toMatchObject({ tier: 'PRO' });
    // A price never changes its interval, so nobody asks twice.
    await bought();
    const asked = stripe.asked.filter((each) => each === `GET /v1/prices/${PRICES.PRO}`);
    expect(asked).toHaveLength(2);
  });
});
