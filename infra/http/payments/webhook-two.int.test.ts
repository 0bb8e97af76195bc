import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { StripeEvent } from '../../payments/testing/stripe-books.ts';
import { PRICES, type StripeDouble, startStripeDouble } from '../../payments/testing/stripe-double.ts';
import { clientConfig } from '../../postgres/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../postgres/testing/database.ts';
import { type ApiProcess, startApiProcess } from '../testing/api-process.ts';

const ROUNDS = 20;
const WAITING = `
select distinct pid from pg_locks where relation = 'events'::regclass and not granted and mode = 'RowExclusiveLock'`;

let database: TestDatabase;
let stripe: StripeDouble;
let owner: pg.Client;
let folder: string;
let apis: readonly ApiProcess[] = [];
beforeAll(async () => {
  [stripe, database] = await Promise.all([startStripeDouble(), createTestDatabase()]);
  owner = new pg.Client(clientConfig({ connectionString: database.ownerUrl }));
  await owner.connect();
  folder = await mkdtemp(join(tmpdir(), 'iama-two-'));
  // The first makes the secrets of the folder.
  for (const _each of [1, 2]) apis = [...apis, await startApiProcess(database.appUrl, stripe, folder)];
}, 120_000);
afterAll(async () => {
  await Promise.all(apis.map((api) => api.kill()));
  await owner.end();
  await stripe.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const paidBy = (userId: string): StripeEvent => {
  const { books } = stripe;
  const begin = books.events.length;
  books.subscribe(books.customer(userId), PRICES.PLUS);
  const found = books.events.slice(begin).find(({ type }) => type === 'invoice.paid');
  if (found === undefined) throw new Error('an invoice was paid');
  return found;
};
/** What is stored of the person, with what moved, in its order. */
const story = async (userId: string): Promise<readonly string[]> => {
  const { rows } = await owner.query<{ told: string }>(
    `select concat_ws(' ', type, data ->> 'microCredits', data ->> 'amount') as told
     from events where stream = any($1) order by stream, version`,
    [[`payments-${userId}`, `account-${userId}`]],
  );
  return rows.map(({ told }) => told);
};

it('[BIL-12] [BIL-11] [SEC-02] takes a webhook once that two API processes write at the same moment, 20 times', async () => {
  const calm = randomUUID();
  expect(await stripe.send(apis[0]?.url ?? '', paidBy(calm))).toBe(204);
  const expected = await story(calm);
  expect(expected.filter((told) => told.startsWith('CreditsGranted'))).toHaveLength(1);
  for (let round = 0; round < ROUNDS; round += 1) {
    const userId = randomUUID();
    const event = paidBy(userId);
    await owner.query('begin');
    await owner.query('lock table events in share mode');
    const answers = apis.map(({ url }) => stripe.send(url, event, AbortSignal.timeout(30_000)));
    // Both have decided on the same state, and have asked the database to write.
    await vi.waitUntil(async () => (await owner.query(WAITING)).rowCount === 2, {
      timeout: 30_000,
      interval: 5,
    });
    await owner.query('commit');
    expect(await Promise.all(answers)).toEqual([204, 204]);
    expect(await story(userId)).toEqual(expected);
  }
}, 180_000);

it('[BIL-12] [BIL-11] takes each news of a subscription with a refund once where two API processes get all of them in one moment', async () => {
  const { books } = stripe;
  const counted: Record<string, number>[] = [];
  for (let round = 0; round < 3; round += 1) {
    const userId = randomUUID();
    const customer = books.customer(userId);
    const begin = books.events.length;
    const { payment } = books.subscribe(customer, PRICES.PLUS);
    books.returns.refund(payment, 500);
    const told = books.events.slice(begin);
    /** As Stripe does, until it is taken. */
    const deliver = async (url: string, event: StripeEvent): Promise<void> => {
      await expect
        .poll(() => stripe.send(url, event, AbortSignal.timeout(20_000)), { timeout: 60_000 })
        .toBe(204);
    };
    await Promise.all(told.flatMap((event) => apis.map(({ url }) => deliver(url, event))));
    const { rows } = await owner.query<{ id: string }>(
      `select data ->> 'eventId' as id from events where stream = $1 and type = 'NoticeTaken'`,
      [`payments-${userId}`],
    );
    expect(rows.map(({ id }) => id).toSorted()).toEqual(told.map(({ id }) => id).toSorted());
    const types = (await story(userId)).map((each) => each.split(' ', 1)[0] ?? '');
    counted.push(
      Object.fromEntries(
        ['PaymentReceived', 'PaymentRefunded', 'CustomerLinked', 'CreditsGranted'].map((type) => [
          type,
          types.filter((each) => each === type).length,
        ]),
      ),
    );
  }
  const once = { PaymentReceived: 1, PaymentRefunded: 1, CustomerLinked: 1, CreditsGranted: 1 };
  expect(counted).toEqual([once, once, once]);
}, 180_000);
