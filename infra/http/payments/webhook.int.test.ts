import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountEvent } from '../../../domain/billing/account/events.ts';
import { availableOf } from '../../../domain/billing/account/state.ts';
import { account, accountStream } from '../../../domain/billing/account.ts';
import { credits } from '../../../domain/billing/credits.ts';
import type { PaymentEvent } from '../../../domain/billing/payments/events.ts';
import { payments, paymentsStream } from '../../../domain/billing/payments.ts';
import { fold } from '../../../domain/kernel/decider.ts';
import type { StripeEvent } from '../../payments/testing/stripe-books.ts';
import { PRICES, type StripeDouble, signed } from '../../payments/testing/stripe-double.ts';
import { LEFT_OF_LIFE, stripeLife } from '../../payments/testing/stripe-life.ts';
import type { TestApi } from '../testing/api.ts';
import { startTestShop, type TestShop } from '../testing/shop.ts';

let shop: TestShop;
let stripe: StripeDouble;
let api: TestApi;
beforeAll(async () => {
  shop = await startTestShop();
  ({ stripe, api } = shop);
});
afterAll(() => shop.close());

const ping = () => ({
  id: `evt_${randomUUID()}`,
  api_version: Stripe.API_VERSION,
  type: 'ping',
  created: 1,
  data: { object: {} },
});
const post = async (body: string, signature: string | null) => {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    ...(signature === null ? {} : { 'stripe-signature': signature }),
  };
  const answer = await fetch(`${api.url}/api/v1/webhooks/payment`, { method: 'POST', headers, body });
  const said = await answer.text();
  return [answer.status, said === '' ? null : String(JSON.parse(said).code)];
};

const live = (userId: string): readonly StripeEvent[] => stripeLife(stripe.books, userId);

/** What is left of a person's life at Stripe, without ids that differ from person to person. */
const outcome = async (userId: string) => {
  const { state, events } = await paymentsOf(userId);
  const owner = fold(account, (await api.log.read<AccountEvent>(accountStream(userId))).events);
  const money = events.flatMap(({ type, data }) =>
    'amount' in data ? [`${type} ${data.amount} ${data.tax}`] : [],
  );
  return {
    tier: owner.tier,
    available: availableOf(owner),
    plan: [state.plan?.tier, state.plan?.status],
    taken: events.filter(({ type }) => type === 'NoticeTaken').length,
    money: money.sort(),
  };
};
const paymentsOf = async (userId: string) => {
  const { events } = await api.log.read<PaymentEvent>(paymentsStream(userId));
  return { events, state: fold(payments, events) };
};

/** A person who subscribed to PLUS, of whom Stripe tells that the invoice is paid, with so many lines before that of the plan. */
const subscribed = async (lines?: number) => {
  const { userId } = await api.user();
  const begin = stripe.books.events.length;
  stripe.books.subscribe(stripe.books.customer(userId), PRICES.PLUS, lines);
  const event = stripe.books.events.slice(begin).find(({ type }) => type === 'invoice.paid');
  return { userId, event };
};

/** Numbers from 0 to 1 that follow from the seed. */
const randomOf = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
  return seed / 2 ** 31;
};
const shuffled = <T>(items: readonly T[], random: () => number): T[] => {
  const keyed = items.map((item) => ({ item, key: random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
};

const AT_ONCE = 5;
/** As Stripe does, until it is taken. */
const delivered = async (event: StripeEvent): Promise<number> => {
  let status = 0;
  for (let tries = 0; tries < 10 && status !== 204; tries += 1) status = await stripe.send(api.url, event);
  return status;
};

const EXPECTED = {
  tier: 'FREE',
  available: LEFT_OF_LIFE,
  plan: ['FREE', 'ENDED'],
  money: [
    'DisputeLost 1000 166',
    'DisputeOpened 1000 166',
    'DisputeOpened 1500 250',
    'DisputeWon 1500 250',
    'PaymentReceived 1000 166',
    'PaymentReceived 1500 250',
    'PaymentReceived 1750 291',
    'PaymentReceived 5000 833',
    'PaymentRefunded 1250 208',
  ],
};

const UNREADABLE = [422, 'WEBHOOK_UNREADABLE'];

describe('webhooks of the payment provider', { timeout: 120_000 }, () => {
  it('[BIL-12] refuses what is unsigned, forged, changed, stale, or signed by another secret', async () => {
    const body = JSON.stringify(ping());
    const now = Math.floor(Date.now() / 1_000);
    const forged = [401, 'WEBHOOK_SIGNATURE_INVALID'];
    expect(await post(body, null)).toEqual(forged);
    expect(await post(body, 'v1')).toEqual(forged);
    expect(await post(body, `t=${now},v1=${'0'.repeat(64)}`)).toEqual(forged);
    expect(await post(body, signed(body, 'whsec_other'))).toEqual(forged);
    expect(await post(`${body} `, signed(body, stripe.secret))).toEqual(forged);
    expect(await post(body, signed(body, stripe.secret).replace('v1=', 'v0='))).toEqual(forged);
    for (const seconds of [now - 302, now + 330])
      expect(await post(body, signed(body, stripe.secret, seconds))).toEqual([401, 'WEBHOOK_STALE']);
    expect(await post('{}', signed('{}', 'whsec_other'))).toEqual(forged);
    expect((await api.log.read('payments-unassigned')).events).toEqual([]);
  });

  it('[BIL-12] has Stripe repeat what is signed and cannot be read, and says so by a code of its own', async () => {
    const changed = (change: object): string => JSON.stringify({ ...ping(), ...change });
    const unreadable = [
      ...['{}', '{', '', '['.repeat(40) + ']'.repeat(40), '\uFFFE'],
      changed({ api_version: '2020-08-27' }),
      changed({ id: 'evt_\u0000' }),
      changed({ created: Number.MAX_SAFE_INTEGER }),
    ];
    for (const body of unreadable)
      expect([body, ...(await post(body, signed(body, stripe.secret)))]).toEqual([body, ...UNREADABLE]);
    expect((await api.log.read('payments-unassigned')).events).toEqual([]);
  });

  it('[BIL-12] books no subscription at a price that is not configured, until it is', async () => {
    const { userId, event } = await subscribed();
    const renamed = JSON.stringify(event).replaceAll(PRICES.PLUS, 'price_else');
    expect(await post(renamed, signed(renamed, stripe.secret))).toEqual(UNREADABLE);
    expect((await paymentsOf(userId)).events).toEqual([]);
    const same = JSON.stringify(event);
    expect(await post(same, signed(same, stripe.secret))).toEqual([204, null]);
    expect(await outcome(userId)).toMatchObject({ tier: 'PLUS', available: credits(1_500) });
  });

  it('[BIL-12] reads the lines that a webhook has no room for, and books nothing while it cannot', async () => {
    const { userId, event } = await subscribed(10);
    const body = JSON.stringify(event);
    stripe.down.value = true;
    expect(await post(body, signed(body, stripe.secret))).toEqual([503, 'PAYMENT_UNAVAILABLE']);
    stripe.down.value = false;
    expect((await paymentsOf(userId)).events).toEqual([]);
    expect(await post(body, signed(body, stripe.secret))).toEqual([204, null]);
    expect(await outcome(userId)).toMatchObject({
      tier: 'PLUS',
      available: credits(1_500),
      money: ['PaymentReceived 1510 251'],
    });
  });

  it('[BIL-12] refuses an invoice of more lines than are read', async () => {
    const { userId, event } = await subscribed(1_000);
    const body = JSON.stringify(event);
    expect(await post(body, signed(body, stripe.secret))).toEqual(UNREADABLE);
    expect((await paymentsOf(userId)).events).toEqual([]);
  });

  it('[BIL-12] takes two secrets while one replaces the other, signed as the package of Stripe does', async () => {
    const [old, next] = [stripe.secret, `whsec_${randomUUID()}`];
    const take = async (secret: string) => {
      const payload = JSON.stringify(ping());
      return post(payload, Stripe.webhooks.generateTestHeaderString({ payload, secret }));
    };
    await stripe.rotate(old, next);
    expect([await take(old), await take(next)]).toEqual([
      [204, null],
      [204, null],
    ]);
    await stripe.rotate(next);
    expect([await take(old), await take(next)]).toEqual([
      [401, 'WEBHOOK_SIGNATURE_INVALID'],
      [204, null],
    ]);
    await stripe.rotate(old);
  });

  it('[BIL-12] keeps news of unknown kinds and of nobody, without effect', async () => {
    const before = (await api.log.read('payments-unassigned')).events.length;
    const body = JSON.stringify({ ...ping(), type: 'tax.x' });
    for (let times = 0; times < 2; times += 1)
      expect(await post(body, signed(body, stripe.secret))).toEqual([204, null]);
    expect((await api.log.read('payments-unassigned')).events).toHaveLength(before + 1);
  });

  it('[BIL-12] takes what it has from Stripe again, also where it reads it otherwise than before', async () => {
    const { userId, event } = await subscribed();
    const first = JSON.stringify(event);
    expect(await post(first, signed(first, stripe.secret))).toEqual([204, null]);
    const taken = await outcome(userId);
    expect(taken.available).toBe(credits(1_500));
    // As a later release does, or another list of prices.
    const otherwise = JSON.stringify({ ...event, created: Number(event?.created) + 1 });
    expect(await post(otherwise, signed(otherwise, stripe.secret))).toEqual([204, null]);
    expect(await outcome(userId)).toEqual(taken);
  });

  it('[BIL-12] [BIL-13] [SEC-07] comes to the same in any order, at once and repeated', async () => {
    const { userId: first } = await api.user();
    const inOrder = live(first);
    for (const event of inOrder) expect(await stripe.send(api.url, event)).toBe(204);
    expect(await outcome(first)).toMatchObject(EXPECTED);
    for (const seed of [1, 2, 3]) {
      const { userId } = await api.user();
      const random = randomOf(seed);
      const events = live(userId);
      const repeated = shuffled([...events, ...events.filter(() => random() < 0.5)], random);
      const statuses: number[] = [];
      while (repeated.length > 0)
        statuses.push(...(await Promise.all(repeated.splice(0, AT_ONCE).map((event) => delivered(event)))));
      expect(new Set(statuses)).toEqual(new Set([204]));
      expect(await outcome(userId)).toEqual(await outcome(first));
    }
  });

  it('[BIL-11] books money and credits in balanced entries, each unit for itself', async () => {
    const { userId } = await api.user();
    for (const event of live(userId)) expect(await stripe.send(api.url, event)).toBe(204);
    const balances = async () => {
      const { rows } = await api.pool.query<{ account: string; unit: string; balance: bigint }>(
        `select account, unit, sum(amount)::bigint as balance from read.ledger_postings where user_id = $1
          group by account, unit having sum(amount) <> 0 order by account`,
        [userId],
      );
      return rows.map(({ account: name, unit, balance }) => `${name} ${unit} ${balance}`);
    };
    const expected = [
      'customer.available MICRO_CREDIT 7000000000',
      'money.provider USD 7000',
      'money.revenue USD -5834',
      'money.tax USD -1166',
      'source.sold MICRO_CREDIT -7000000000',
    ];
    await api.settled(async () => (await balances()).join() === expected.join());
    expect(await balances()).toEqual(expected);
  });

  it('[BIL-12] says that it was not taken while Stripe cannot be asked, and takes it later', async () => {
    const { userId } = await api.user();
    const begin = stripe.books.events.length;
    stripe.books.subscribe(stripe.books.customer(userId), PRICES.PLUS);
    const events = stripe.books.events.slice(begin);
    stripe.down.value = true;
    for (const event of events) await stripe.send(api.url, event);
    expect((await paymentsOf(userId)).events).toEqual([]);
    stripe.down.value = false;
    for (const event of events) expect(await stripe.send(api.url, event)).toBe(204);
    expect(await outcome(userId)).toMatchObject({ tier: 'PLUS', available: credits(1_500) });
  });

  it('[BIL-12] reads a subscription whose own news never came', async () => {
    const { userId } = await api.user();
    const begin = stripe.books.events.length;
    stripe.books.subscribe(stripe.books.customer(userId), PRICES.MAX);
    const dropped = stripe.books.events.slice(begin).filter(({ type }) => !type.startsWith('customer.'));
    for (const event of dropped) expect(await stripe.send(api.url, event)).toBe(204);
    expect(await outcome(userId)).toMatchObject({ tier: 'MAX', plan: ['MAX', 'ACTIVE'] });
  });
});
