import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StripeEvent } from '../../payments/testing/stripe-books.ts';
import { PRICES, type StripeDouble, startStripeDouble } from '../../payments/testing/stripe-double.ts';
import { clientConfig } from '../../postgres/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../postgres/testing/database.ts';
import { type ApiProcess, startApiProcess } from '../testing/api-process.ts';

const PATIENCE = { timeout: 20_000, interval: 5 };
const WAITING = `
select from pg_locks where relation = $1::regclass and not granted and mode = 'RowExclusiveLock'`;

describe('an API that is killed while it takes a webhook', { timeout: 240_000 }, () => {
  let database: TestDatabase;
  let stripe: StripeDouble;
  let owner: pg.Client;
  let folder: string;
  let child: ApiProcess | null = null;

  beforeAll(async () => {
    database = await createTestDatabase();
    stripe = await startStripeDouble();
    folder = await mkdtemp(join(tmpdir(), 'iama-api-kill-'));
    owner = new pg.Client(clientConfig({ connectionString: database.ownerUrl }));
    await owner.connect();
  });
  afterAll(async () => {
    await killed();
    await owner.end();
    await stripe.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const started = async (): Promise<void> => {
    child = await startApiProcess(database.appUrl, stripe, folder);
  };
  const killed = async (): Promise<void> => child?.kill();
  /** 0: nobody answered. */
  const send = (event: StripeEvent): Promise<number> => stripe.send(child?.url ?? '', event).catch(() => 0);
  const count = async (sql: string, values: readonly unknown[]): Promise<number> =>
    (await owner.query(sql, [...values])).rowCount ?? 0;
  const copiesOf = ({ id }: StripeEvent): Promise<number> =>
    count("select from events where type = 'NoticeTaken' and data ->> 'eventId' = $1", [id]);
  /** Names of what is stored of the person, in their order. */
  const story = async (userId: string): Promise<readonly string[]> => {
    const { rows } = await owner.query<{ type: string }>(
      'select type from events where stream = any($1) order by stream, version',
      [[`payments-${userId}`, `account-${userId}`]],
    );
    return rows.map(({ type }) => type);
  };

  it('[BIL-12] [SEC-02] loses nothing and books nothing twice, at whatever write it dies', async () => {
    const { books } = stripe;
    const paidBy = (userId: string): StripeEvent => {
      const begin = books.events.length;
      books.subscribe(books.customer(userId), PRICES.PLUS);
      const found = books.events.slice(begin).find(({ type }) => type === 'invoice.paid');
      if (found === undefined) throw new Error('an invoice was paid');
      return found;
    };
    const calm = randomUUID();
    await started();
    expect(await send(paidBy(calm))).toBe(204);
    const expected = await story(calm);
    expect(expected).toContain('CreditsGranted');
    /** The next process takes it as if nothing had been. */
    const takenAnew = async (userId: string, event: StripeEvent): Promise<void> => {
      await started();
      expect(await send(event)).toBe(204);
      expect([await copiesOf(event), await story(userId)]).toEqual([1, expected]);
    };
    for (const table of ['idempotency_keys', 'events']) {
      const userId = randomUUID();
      const event = paidBy(userId);
      await owner.query('begin');
      await owner.query(`lock table ${table} in share mode`);
      const answer = send(event);
      await vi.waitUntil(async () => (await count(WAITING, [table])) > 0, PATIENCE);
      await killed();
      expect(await answer).toBe(0);
      await owner.query('rollback');
      // What had reached the database is carried out by itself, or not: whole or not at all.
      await vi.waitUntil(async () => (await count(WAITING, [table])) === 0, PATIENCE);
      await takenAnew(userId, event);
    }
    const userId = randomUUID();
    const event = paidBy(userId);
    const answer = send(event);
    await vi.waitUntil(async () => (await copiesOf(event)) === 1, PATIENCE);
    await killed();
    expect([0, 204]).toContain(await answer);
    await takenAnew(userId, event);
  });
});
