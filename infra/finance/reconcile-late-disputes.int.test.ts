import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { usageLedger } from '../../projections/billing/usage-ledger.ts';
import { refactorJobs } from '../../projections/refactoring/refactor-jobs.ts';
import { sweepBalance } from '../payments/balance-sweep.ts';
import { stripeClient } from '../payments/stripe-provider.ts';
import { stripeStatements } from '../payments/stripe-statements.ts';
import { secondsOf } from '../payments/stripe-values.ts';
import type { StripeEvent } from '../payments/testing/stripe-books.ts';
import { type StripeDouble, startStripeDouble } from '../payments/testing/stripe-double.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, type World } from '../runtime/testing/world.ts';
import type { Manifest } from './manifest.ts';
import { reconcile } from './reconcile.ts';
import type { Statements } from './statements.ts';
import { type Books, openBooks } from './testing/books.ts';
import { wrong } from './testing/made-wrong.ts';
import { takeNews } from './testing/take-news.ts';
import type { VarianceLine } from './variance.ts';

const LONG_AFTER = new Date('2027-03-24T00:00:00.000Z');
const PROJECTIONS = [ledgerPostings, refactorJobs, usageLedger];
const within = (month: string): number => secondsOf(`${month}-10T10:00:00.000Z`);

/** In which order the news of a dispute reach us, and which of them do at all. */
const ORDERS: Readonly<Record<string, (news: readonly StripeEvent[]) => readonly StripeEvent[]>> = {
  'as they happened': (news) => news,
  'the last first': (news) => news.toReversed(),
  'the last alone': (news) => news.slice(-1),
  'the decision in the middle last': (news) => [...news.slice(0, 1), ...news.slice(3), ...news.slice(1, 3)],
};

const PAID = 9_000;
/** What is asked for in which currency, and what moves when it is won, and when it is lost after that. */
type Course = Readonly<{
  paidIn: string;
  asked?: Readonly<{ amount: number; currency: string }>;
  moves: readonly [number, number];
}>;
const COURSES: readonly Course[] = [
  { paidIn: 'usd', moves: [PAID, -PAID] },
  { paidIn: 'eur', moves: [8_800, -8_900] },
  { paidIn: 'jpy', asked: { amount: 60, currency: 'usd' }, moves: [9_100, -9_050] },
  { paidIn: 'kwd', asked: { amount: 29_000, currency: 'usd' }, moves: [PAID, -PAID] },
  { paidIn: 'usd', asked: { amount: 4_000, currency: 'usd' }, moves: [4_000, -4_000] },
  { paidIn: 'usd', moves: [PAID, 0] },
];

describe('a dispute whose decisions are months back when they are told', { timeout: 120_000 }, () => {
  let stripe: StripeDouble;
  let statements: Statements;
  let world: World;
  let books: Books;
  let told = 0;
  beforeAll(async () => {
    stripe = await startStripeDouble();
    statements = stripeStatements(stripeClient(stripe.settings));
    world = await createWorld();
    books = await openBooks(world);
    await world.run({ projections: PROJECTIONS });
  });
  afterAll(async () => {
    await books.remove();
    await world.close();
    await stripe.close();
  });

  /** What Stripe has not told by now, in time's order; it is told by `take` only. */
  const news = (): readonly StripeEvent[] => {
    const since = stripe.books.events.slice(told);
    told = stripe.books.events.length;
    return since;
  };
  const take = async (events: readonly StripeEvent[]): Promise<void> => {
    const customer = { userId: 'u1', customerId: stripe.books.customer('u1') };
    await takeNews(world, stripe, customer, events);
    await sweepBalance({ store: world.log, statements, now: LONG_AFTER }, new AbortController().signal);
    for (const projection of PROJECTIONS) await world.caughtUp(projectionSubscriptionId(projection));
  };
  const close = async (period: string): Promise<void> => {
    const data = { period, at: LONG_AFTER.toISOString() };
    await books.change({ type: 'ClosePeriod', data } as Parameters<Books['change']>[0]);
  };
  let written = 0;
  /** A version as it is given out: its hash, and what moved at the provider in it, by currency. */
  const given = async (period: string, version: number) => {
    written += 1;
    const name = `out-${written}`;
    let manifest: Manifest | undefined;
    const write = async () => {
      manifest = await books.write(period, name, { version });
      return manifest.version;
    };
    // The close has its place in the log a moment later.
    await expect.poll(() => write().catch(String)).toBe(version);
    if (manifest === undefined) throw new Error('it was written');
    const moved = manifest.accounts
      .filter(({ account }) => account === 'money.provider')
      .map(({ currency, debit, credit }) => [currency, Number(debit) - Number(credit)] as const);
    return { sha256: manifest.files[0]?.sha256, moved: Object.fromEntries(moved) };
  };
  /** What is booked with a date of the month, by currency. */
  const movedIn = async (period: string) => {
    const { rows } = await world.pool.query<{ unit: string; sum: number }>(
      `select unit, sum(amount)::int as sum from read.ledger_postings
        where account = 'money.provider' and to_char(effective_at at time zone 'UTC', 'YYYY-MM') = $1
        group by unit order by unit`,
      [period],
    );
    return Object.fromEntries(rows.map(({ unit, sum }) => [unit, sum]));
  };
  const reconciled = async (period: string) => {
    const lines: VarianceLine[] = [];
    const now = LONG_AFTER;
    const parts = { db: world.pool, store: world.log, statements, agreedFees: async () => null, now };
    const { unexplained } = await reconcile(parts, period, (line) => lines.push(line));
    return { unexplained, lines };
  };
  const unexplainedIn = async (months: readonly string[]) => {
    const found: unknown[] = [];
    for (const month of months)
      for (const { reason, reference, unit, expected, booked } of (await reconciled(month)).lines)
        if (reason.startsWith('UNEXPLAINED')) found.push([month, reason, reference, unit, expected, booked]);
    return found;
  };
  const monthsFrom = (first: number) =>
    Array.from({ length: 3 }, (_each, n) => `2026-${String(first + n).padStart(2, '0')}`);
  /** All opened in the first month, won in the second and lost in the third, and of each what is told of it. */
  const courses = async (first: number): Promise<readonly (readonly StripeEvent[])[]> => {
    const { books: at } = stripe;
    const [opened = '', won = '', lost = ''] = monthsFrom(first);
    at.now = within(opened);
    const payments = COURSES.map(({ paidIn }) => at.topUp(at.customer('u1'), PAID, paidIn));
    await take(news());
    const disputes = COURSES.map(({ asked }, n) => at.returns.openDispute(payments[n] ?? '', asked));
    at.now = within(won);
    for (const [n, { moves }] of COURSES.entries())
      at.returns.closeDispute(disputes[n] ?? '', 'won', moves[0]);
    at.now = within(lost);
    for (const [n, { moves }] of COURSES.entries())
      at.returns.closeDispute(disputes[n] ?? '', 'lost', moves[1]);
    const all = news();
    return disputes.map((dispute) => all.filter(({ data }) => data.object['id'] === dispute));
  };

  it.each(Object.entries(ORDERS).map(([name, order], n) => [name, order, 3 * n + 1] as const))(
    '[BIL-15] [BIL-16] leaves nothing to explain in any month, of which each is closed, where it is told %s',
    async (_name, order, first) => {
      const all = await courses(first);
      const months = monthsFrom(first);
      await take([]);
      for (const month of months) await close(month);
      const before = [];
      for (const month of months) before.push(await given(month, 1));
      await take(all.flatMap((told) => order(told)));
      expect(await unexplainedIn(months)).toEqual([]);
      // What was given out stays, and a restatement has each month by its dates.
      for (const [n, month] of months.entries()) expect(await given(month, 1)).toEqual(before[n]);
      for (const month of months) {
        await books.change({
          type: 'RestatePeriod',
          data: { period: month, reason: 'told late', at: LONG_AFTER.toISOString() },
        } as Parameters<Books['change']>[0]);
        expect((await given(month, 2)).moved).toMatchObject(await movedIn(month));
      }
    },
  );

  it('[BIL-15] is found where what moved in one of the months is not what all that is booked comes to', async () => {
    const moved = stripe.books.money.balance.findLast(
      ({ amount, currency, source }) =>
        source?.['object'] === 'dispute' && amount === PAID && currency === 'usd',
    );
    const month = new Date((moved?.created ?? 0) * 1_000).toISOString().slice(0, 7);
    expect(await unexplainedIn([month])).toEqual([]);
    await wrong(moved, { amount: PAID - 1 }, async () => {
      expect((await unexplainedIn([month])).length).toBe(1);
    });
  });

  /** One of the first months, of which all was told as it happened, by what it came to in cents. */
  const early = async (sum: number): Promise<string> => {
    const { rows } = await world.pool.query<{ reference: string }>(
      `select reference from read.ledger_postings
        where account = 'money.provider' and kind like 'Dispute%' and unit = 'USD' and effective_at < '2026-04-01'
        group by reference having sum(amount) = $1 limit 1`,
      [sum],
    );
    return rows[0]?.reference ?? '';
  };

  it.each([
    ['DisputeOpened', 0],
    ['DisputeWon', -PAID],
  ])(
    '[BIL-15] is found where the books lack what the log has from %s on, though they have what moved in all',
    async (first, sum) => {
      const dispute = await early(sum);
      expect(await unexplainedIn(monthsFrom(1))).toEqual([]);
      const kinds = ['DisputeOpened', 'DisputeWon', 'DisputeLost', 'DisputeReopened'];
      const { rows } = await world.pool.query(
        `with gone as (delete from read.ledger_postings where reference = $1 and kind = any($2) returning *)
         select coalesce(json_agg(gone), '[]') as all from gone`,
        [dispute, kinds.slice(kinds.indexOf(first))],
      );
      const found = (await unexplainedIn(monthsFrom(1))) as string[][];
      await world.pool.query(
        'insert into read.ledger_postings select * from json_populate_recordset(null::read.ledger_postings, $1)',
        [JSON.stringify(rows[0].all)],
      );
      const months = sum === 0 ? ['2026-01', '2026-02'] : ['2026-02', '2026-03'];
      expect(found.map(([month, , reference]) => [month, reference])).toEqual(
        months.map((month) => [month, dispute]),
      );
      expect(await unexplainedIn(monthsFrom(1))).toEqual([]);
    },
  );

  it('[BIL-15] is found where more moved in a month than the provider tells of the dispute itself', async () => {
    const dispute = await early(-PAID);
    const { balance } = stripe.books.money;
    const [taken] = balance.filter(({ source }) => source?.['id'] === dispute);
    if (taken === undefined) throw new Error('it was taken');
    const all = await statements.dispute(dispute);
    balance.push({ ...taken, id: 'txn_again', fee: 0 });
    const { dispute: asked } = statements;
    statements.dispute = async (id) => (id === dispute ? all : asked(id));
    expect(await unexplainedIn(monthsFrom(1))).toEqual([
      ['2026-01', 'UNEXPLAINED_AMOUNT', dispute, 'USD', -2 * PAID, -PAID],
    ]);
    statements.dispute = asked;
    balance.pop();
  });
});
