import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { AccountEvent } from '../../../domain/billing/account/events.ts';
import { accountStream } from '../../../domain/billing/account.ts';
import type { PaymentEvent } from '../../../domain/billing/payments/events.ts';
import { paymentsStream } from '../../../domain/billing/payments.ts';
import type { StripeEvent } from '../../payments/testing/stripe-books.ts';
import { PRICES, type StripeDouble } from '../../payments/testing/stripe-double.ts';
import { clientConfig } from '../../postgres/pool.ts';
import type { TestApi } from '../testing/api.ts';
import { startTestShop, type TestShop } from '../testing/shop.ts';

let shop: TestShop;
let stripe: StripeDouble;
let api: TestApi;
let owner: pg.Client;
beforeAll(async () => {
  shop = await startTestShop();
  ({ stripe, api } = shop);
  const { rows } = await api.pool.query<{ name: string }>('select current_database() as name');
  const url = new URL(inject('testServer').ownerUrl);
  url.pathname = `/${rows[0]?.name}`;
  owner = new pg.Client(clientConfig({ connectionString: url.toString() }));
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await shop.close();
});

/** How often each notice is there, and all that was booked. */
const stored = async (userId: string) => {
  const { events } = await api.log.read<PaymentEvent>(paymentsStream(userId));
  const credits = (await api.log.read<AccountEvent>(accountStream(userId))).events;
  const ids = events.flatMap(({ type, data }) => (type === 'NoticeTaken' ? [data.eventId] : []));
  const booked = [...events, ...credits].map(({ type }) => type).filter((type) => type !== 'NoticeTaken');
  return { ids, booked };
};

/** Ends the connections of the API that wait to write into the table; gives how many. */
const killWriters = async (table: string): Promise<number> => {
  const { rows } = await owner.query<{ killed: boolean }>(
    `select pg_terminate_backend(pid) as killed from pg_locks
      where relation = $1::regclass and not granted and mode = 'RowExclusiveLock'`,
    [table],
  );
  return rows.length;
};

/** Holds the append up in front of the table, and kills it there. */
const killedAt = async (table: string, event: StripeEvent): Promise<void> => {
  await owner.query('begin');
  await owner.query(`lock table ${table} in share mode`);
  const answered = stripe.send(api.url, event);
  await vi.waitUntil(async () => (await killWriters(table)) > 0, { timeout: 20_000, interval: 10 });
  await owner.query('rollback');
  // The append may have been tried again by itself: either answer is right, as long as nothing is there twice.
  expect([204, 503]).toContain(await answered);
};

/** Goes away as soon as the webhook is stored, so that Stripe never hears of it. */
const goneAfterCommit = async (userId: string, event: StripeEvent): Promise<void> => {
  const away = new AbortController();
  const unheard = stripe.send(api.url, event, away.signal).catch((error: unknown) => {
    if (!away.signal.aborted) throw error;
  });
  await vi.waitUntil(async () => (await stored(userId)).ids.includes(event.id), { interval: 5 });
  away.abort();
  await unheard;
};

describe('a webhook that is killed', { timeout: 180_000 }, () => {
  it('[BIL-12] is neither lost nor taken twice, at whatever write it is killed', async () => {
    const userIds = [(await api.user()).userId, (await api.user()).userId] as const;
    const lives = userIds.map((userId) => {
      const { books } = stripe;
      const begin = books.events.length;
      const customer = books.customer(userId);
      const { subscription, payment } = books.subscribe(customer, PRICES.PLUS);
      books.returns.refund(payment, 500);
      books.cancel(subscription);
      return books.events.slice(begin).filter(({ type }) => type !== 'customer.created');
    });
    const [killed = [], calm = []] = lives;
    for (const event of calm) expect(await stripe.send(api.url, event)).toBe(204);
    for (const event of killed) {
      for (const table of ['idempotency_keys', 'events']) await killedAt(table, event);
      await goneAfterCommit(userIds[0], event);
      expect(await stripe.send(api.url, event)).toBe(204);
      const { ids } = await stored(userIds[0]);
      expect(ids.filter((id) => id === event.id)).toEqual([event.id]);
    }
    const [after, expected] = [await stored(userIds[0]), await stored(userIds[1])];
    expect(after.ids).toEqual(killed.map(({ id }) => id));
    expect(after.booked).toEqual(expected.booked);
  });
});
