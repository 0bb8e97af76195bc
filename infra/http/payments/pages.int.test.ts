import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRICES, type StripeDouble, startStripeDouble } from '../../payments/testing/stripe-double.ts';
import { startTestApi, type TestApi, type TestUser } from '../testing/api.ts';

let stripe: StripeDouble;
let api: TestApi;
beforeAll(async () => {
  stripe = await startStripeDouble();
  const { MAX: _unsold, ...prices } = stripe.settings.prices;
  api = await startTestApi({ listen: true, payments: { ...stripe.settings, prices } });
});
afterAll(async () => {
  await api.close();
  await stripe.close();
});

const checkout = (user: TestUser, body: unknown) => api.call(user, 'POST', '/billing/checkout', { body });
const portal = (user: TestUser) => api.call(user, 'POST', '/billing/portal');
const plan = async (user: TestUser) => (await api.call(user, 'GET', '/billing/plan')).body;

/** Does something at Stripe, which tells of it. */
const told = async <T>(act: () => T): Promise<T> => {
  const begin = stripe.books.events.length;
  const result = act();
  for (const event of stripe.books.events.slice(begin)) expect(await stripe.send(api.url, event)).toBe(204);
  return result;
};
const subscribed = async (user: TestUser, price: string): Promise<string> => {
  const { books } = stripe;
  return (await told(() => books.subscribe(books.customer(user.userId), price))).subscription;
};

describe('the pages where people pay', () => {
  it('[BIL-12] are refused for what is not sold, for both or neither, and where nothing is sold', async () => {
    const user = await api.user();
    const refusals = await Promise.all(
      [{ tier: 'MAX' }, { tier: 'FREE' }, {}, { tier: 'PLUS', credits: 100 }, { credits: 99 }].map((body) =>
        checkout(user, body),
      ),
    );
    expect(refusals.map(({ status, body }) => [status, body['code']])).toEqual([
      [422, 'PLAN_NOT_SOLD'],
      [422, 'PLAN_NOT_SOLD'],
      [422, 'VALIDATION_FAILED'],
      [422, 'VALIDATION_FAILED'],
      [422, 'VALIDATION_FAILED'],
    ]);
    const closed = await startTestApi();
    const other = await closed.user();
    const answer = await closed.call(other, 'POST', '/billing/checkout', { body: { tier: 'PLUS' } });
    expect([answer.status, answer.body['code']]).toEqual([404, 'PAYMENT_NOT_CONFIGURED']);
    await closed.close();
  });

  it('[BIL-12] sell no second plan beside the one that is paid for, until that one is over', async () => {
    const user = await api.user();
    const subscription = await subscribed(user, PRICES.PLUS);
    const refused = { status: 409, body: { code: 'PLAN_PAID_ALREADY' } };
    expect(await checkout(user, { tier: 'PRO' })).toMatchObject(refused);
    await told(() => stripe.books.fall(subscription));
    expect(await plan(user)).toMatchObject({ status: 'PAST_DUE' });
    expect(await checkout(user, { tier: 'PLUS' })).toMatchObject(refused);
    expect((await portal(user)).status).toBe(200);
    await told(() => stripe.books.cancel(subscription));
    expect((await checkout(user, { tier: 'PRO' })).status).toBe(200);
  });

  it('[BIL-12] [BIL-03] sell no credits to a tier that cannot use them', async () => {
    const user = await api.user();
    const before = stripe.books.customers.size;
    expect(await checkout(user, { credits: 500 })).toMatchObject({
      status: 409,
      body: { code: 'CREDITS_OF_NO_USE', tier: 'FREE' },
    });
    expect(stripe.books.customers.size).toBe(before);
    await subscribed(user, PRICES.PLUS);
    expect((await checkout(user, { credits: 500 })).status).toBe(200);
  });

  it('[BIL-12] are of one customer a person, who is made once', async () => {
    const user = await api.user();
    const before = stripe.books.customers.size;
    const first = await checkout(user, { tier: 'PLUS' });
    await subscribed(user, PRICES.PLUS);
    const pages = [first, await checkout(user, { credits: 500 }), await portal(user)];
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200]);
    const made = [...stripe.books.customers].slice(before);
    expect(made.map(([, owner]) => owner)).toEqual([user.userId]);
    const customer = made[0]?.[0] ?? '';
    const [ofPlan = '', ofCredits = '', ofPortal = ''] = pages.map(({ body }) =>
      decodeURIComponent(String(body['url'])),
    );
    for (const url of [ofPlan, ofCredits, ofPortal]) expect(url).toContain(`customer=${customer}`);
    expect(ofPlan).toContain('line_items[0][price]=price_plus');
    expect(ofCredits).toContain('line_items[0][quantity]=500');
    expect(ofCredits).toContain('invoice_creation[invoice_data][metadata][iama_credits]=500');
  });

  it('[BIL-12] answer 503 while Stripe does not', async () => {
    const user = await api.user();
    stripe.down.value = true;
    const { status, body } = await checkout(user, { tier: 'PLUS' });
    stripe.down.value = false;
    expect([status, body['code']]).toEqual([503, 'PAYMENT_UNAVAILABLE']);
  });

  it('[BIL-12] are our failure, and no bad request, while Stripe refuses our key', async () => {
    const user = await api.user();
    stripe.revoked.value = true;
    const { status, body } = await checkout(user, { tier: 'PLUS' });
    stripe.revoked.value = false;
    expect([status, body['code']]).toEqual([500, 'INTERNAL_ERROR']);
  });

  it('[BIL-12] [BIL-13] lead to a plan, which is shown with its end', async () => {
    const user = await api.user();
    expect(await plan(user)).toEqual({
      tier: null,
      status: null,
      cycle_ends_at: null,
      cancels_at_cycle_end: false,
      then: [],
    });
    await checkout(user, { tier: 'PRO' });
    await subscribed(user, PRICES.PRO);
    const shown = await plan(user);
    expect(shown).toMatchObject({ tier: 'PRO', status: 'ACTIVE', cancels_at_cycle_end: false });
    const { body } = await api.call(user, 'GET', '/subscription/me');
    expect(body).toMatchObject({ tier: 'PRO', renews_at: shown['cycle_ends_at'] });
  });

  it('[BIL-12] [BIL-13] lead to a plan that is shown with what it comes to by itself, and when', async () => {
    const user = await api.user();
    const subscription = await subscribed(user, PRICES.PRO);
    const shown = async () => {
      const { tier, cycle_ends_at: end, then } = await plan(user);
      const later = then as readonly Readonly<{ tier: string; at: string }>[];
      return [tier, ...later.map((next) => [next.tier, next.at === end])];
    };
    expect(await shown()).toEqual(['PRO', ['FREE', false]]);
    await told(() => stripe.books.changeAtCycleEnd(subscription, PRICES.PLUS));
    expect(await shown()).toEqual(['PRO', ['PLUS', true], ['FREE', false]]);
    const renewsAt = async () => (await api.call(user, 'GET', '/subscription/me')).body['renews_at'];
    expect(await renewsAt()).toBe((await plan(user))['cycle_ends_at']);
    await told(() => stripe.books.cancelAtCycleEnd(subscription));
    expect(await shown()).toEqual(['PRO', ['FREE', true]]);
    expect(await renewsAt()).toBeNull();
    await told(() => stripe.books.cancel(subscription));
    expect(await shown()).toEqual(['FREE']);
  });

  it('[ID-12] [BIL-13] keep an account from deletion while a plan is paid for', async () => {
    const user = await api.user();
    const remove = () =>
      api.call(user, 'DELETE', '/account', { body: { password: 'correct horse battery' } });
    const subscription = await subscribed(user, PRICES.PLUS);
    const refused = { status: 409, body: { code: 'PLAN_STILL_PAID', cycle_ends_at: expect.any(String) } };
    expect(await remove()).toMatchObject(refused);
    await told(() => stripe.books.fall(subscription));
    expect(await remove()).toMatchObject(refused);
    expect((await portal(user)).status).toBe(200);
    await told(() => stripe.books.cancel(subscription));
    expect((await remove()).status).toBe(204);
  });
});
