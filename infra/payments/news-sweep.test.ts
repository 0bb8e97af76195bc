import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountEvent } from '../../domain/billing/account/events.ts';
import { availableOf } from '../../domain/billing/account/state.ts';
import { account, accountStream } from '../../domain/billing/account.ts';
import type { PaymentEvent } from '../../domain/billing/payments/events.ts';
import { type NewsSwept, SWEEPS_STREAM } from '../../domain/billing/payments/sweeps.ts';
import { payments, paymentsStream } from '../../domain/billing/payments.ts';
import { fold } from '../../domain/kernel/decider.ts';
import { TIERS } from '../../domain/kernel/tiers.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import { NEWS_TYPES, sweepNews } from './news-sweep.ts';
import { stripeClient, stripeProvider } from './stripe-provider.ts';
import { isoOf } from './stripe-values.ts';
import { readNews, takeNews } from './take-news.ts';
import type { StripeEvent } from './testing/stripe-books.ts';
import { PRICES, type StripeDouble, startStripeDouble } from './testing/stripe-double.ts';
import { LEFT_OF_LIFE, stripeLife } from './testing/stripe-life.ts';

let stripe: StripeDouble;
let store: ReturnType<typeof openMemoryEventLog>;
let left: string[];
beforeEach(async () => {
  stripe = await startStripeDouble();
  store = openMemoryEventLog();
  left = [];
});
afterEach(() => stripe.close());

const AT = '2026-11-21T10:00:00.000Z';
const COME: AbortSignal = new AbortController().signal;

const inbox = () => {
  const client = stripeClient(stripe.settings);
  const services = { payments: stripeProvider(client, stripe.settings), tiers: async () => TIERS };
  return { stripe: client, prices: stripe.settings.prices, store, services };
};
const sweep = (prices = stripe.settings.prices, signal = COME): Promise<number> =>
  sweepNews(
    { ...inbox(), prices, now: () => new Date(AT), onLeft: (eventId) => void left.push(eventId) },
    signal,
  );
/** As a webhook brings it. */
const told = async (event: StripeEvent): Promise<void> => {
  const actor = { type: 'system', id: 'payment-webhook' } as const;
  const context = { commandId: event.id, correlationId: event.id, causationId: event.id, actor };
  await takeNews(await readNews(event, inbox(), AT), inbox(), context);
};
const eventsOf = async (userId: string) => (await store.read<PaymentEvent>(paymentsStream(userId))).events;
const takenOf = async (userId: string) =>
  (await eventsOf(userId)).flatMap(({ type, data }) => (type === 'NoticeTaken' ? [data.eventId] : []));
const swept = async () => (await store.read<NewsSwept>(SWEEPS_STREAM)).events.map(({ data }) => data);

/** What is left of a person's life at Stripe, without ids that differ from person to person. */
const outcome = async (userId: string) => {
  const events = await eventsOf(userId);
  const owner = fold(account, (await store.read<AccountEvent>(accountStream(userId))).events);
  const { plan } = fold(payments, events);
  const money = events.flatMap(({ type, data }) =>
    'amount' in data ? [`${type} ${data.amount} ${data.tax}`] : [],
  );
  return {
    tier: owner.tier,
    available: availableOf(owner),
    plan: [plan?.tier, plan?.status],
    money: money.sort(),
  };
};

const subscribed = (userId: string): readonly StripeEvent[] => {
  const begin = stripe.books.events.length;
  stripe.books.subscribe(stripe.books.customer(userId), PRICES.PLUS);
  return stripe.books.events.slice(begin).filter(({ type }) => NEWS_TYPES.includes(type));
};

describe('the sweep of what Stripe told', { timeout: 60_000 }, () => {
  it('[BIL-12] brings a life to where it would be, whichever kind of its webhooks never came, or all of them', async () => {
    for (const event of stripeLife(stripe.books, 'told')) await told(event);
    const kinds = NEWS_TYPES.filter((kind) => stripe.books.events.some(({ type }) => type === kind));
    expect(kinds).toHaveLength(12);
    let missed = 0;
    for (const kind of kinds)
      for (const event of stripeLife(stripe.books, kind))
        if (event.type === kind) missed += 1;
        else await told(event);
    const silent = stripeLife(stripe.books, 'silent').filter(({ type }) => NEWS_TYPES.includes(type));

    expect(await sweep()).toBe(missed + silent.length);
    const expected = await outcome('told');
    expect(expected).toMatchObject({ tier: 'FREE', available: LEFT_OF_LIFE, plan: ['FREE', 'ENDED'] });
    for (const userId of [...kinds, 'silent'])
      expect([userId, await outcome(userId)]).toEqual([userId, expected]);
    expect(await sweep()).toBe(0);
    expect(left).toEqual([]);
  });

  it('[BIL-12] finds the plan that the news of a change was lost of, which no invoice tells', async () => {
    const begun = subscribed('ada');
    for (const event of begun) await told(event);
    for (const { id } of stripe.books.subscriptions.values()) stripe.books.cancelAtCycleEnd(id);
    await sweep();
    expect(fold(payments, await eventsOf('ada')).plan).toMatchObject({
      tier: 'PLUS',
      cancelsAtCycleEnd: true,
    });
  });

  it('[BIL-12] takes nothing twice: not beside a webhook, not beside another sweep, not read with other prices', async () => {
    const events = subscribed('ada');
    await Promise.all([sweep(), sweep(), ...events.map(told)]);
    expect((await takenOf('ada')).sort()).toEqual(events.map(({ id }) => id).sort());
    expect(await sweep({ PRO: [PRICES.PLUS] })).toBe(0);
    expect(left).toEqual([]);
  });

  it('[BIL-12] begins anew where Stripe did not answer, or where it was stopped', async () => {
    const events = subscribed('ada');
    stripe.down.value = true;
    await expect(sweep()).rejects.toThrow();
    stripe.down.value = false;
    const stopped = new AbortController();
    stopped.abort();
    expect(await sweep(undefined, stopped.signal)).toBe(0);
    expect(await swept()).toEqual([]);
    expect(await sweep()).toBe(events.length);
  });

  it('[BIL-12] leaves what cannot be read, says so, takes all else, and takes it once it can be read', async () => {
    const poor = subscribed('poor');
    const rich = subscribed('rich');
    const paid = poor.find(({ type }) => type === 'invoice.paid');
    const { created } = paid ?? { created: 0 };
    for (const event of rich) Object.assign(event, { created: created + 7_200 });
    const broken = stripe.books.lines.get(String(paid?.data.object['id'])) as { pricing: unknown }[];
    const [line] = broken;
    const { pricing } = line ?? { pricing: null };
    Object.assign(line ?? {}, { pricing: { price_details: { price: 'price_else' } } });
    expect(await sweep()).toBe(poor.length + rich.length - 1);
    expect(left).toEqual([paid?.id]);
    expect(await swept()).toMatchObject([{ through: isoOf(created) }]);
    Object.assign(line ?? {}, { pricing });
    expect(await sweep()).toBe(1);
    expect((await takenOf('poor')).sort()).toEqual(poor.map(({ id }) => id).sort());
  });

  it('[BIL-12] lists from the newest that it saw on, less an hour for what shows up late', async () => {
    const [early, ...others] = subscribed('ada');
    if (early === undefined) throw new Error('a subscription tells something');
    const { events } = stripe.books;
    events.splice(events.indexOf(early), 1);
    expect(await sweep()).toBe(others.length);
    const newest = Math.max(...others.map(({ created }) => created));
    expect(await swept()).toEqual([{ through: isoOf(newest - 3_600), taken: others.length, at: AT }]);
    events.push(
      { ...early, created: newest - 3_599 },
      { ...early, id: 'evt_long_ago', created: newest - 3_601 },
    );
    stripe.asked.length = 0;
    expect(await sweep()).toBe(1);
    expect(await takenOf('ada')).toContain(early.id);
    expect(await takenOf('ada')).not.toContain('evt_long_ago');
    expect((await swept()).map(({ taken }) => taken)).toEqual([others.length, 1]);
    await sweep();
    expect(await swept()).toHaveLength(2);
  });

  it('[BIL-12] lists the kinds that the endpoint is made for, so that what has no effect is not listed', async () => {
    stripe.books.customer('ada');
    expect(await sweep()).toBe(0);
    const page = readFileSync('docs/how-to/sell-plans.md', 'utf8');
    const named = [...page.matchAll(/`((?:customer|invoice|invoice_payment|refund|charge)\.[a-z._]+)`/g)];
    expect(named.map(([, type]) => type)).toEqual(NEWS_TYPES);
  });
});
