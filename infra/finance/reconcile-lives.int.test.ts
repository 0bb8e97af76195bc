import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { usageLedger } from '../../projections/billing/usage-ledger.ts';
import { refactorJobs } from '../../projections/refactoring/refactor-jobs.ts';
import { sweepBalance } from '../payments/balance-sweep.ts';
import { stripeClient } from '../payments/stripe-provider.ts';
import { stripeStatements } from '../payments/stripe-statements.ts';
import { secondsOf } from '../payments/stripe-values.ts';
import type { StripeBooks } from '../payments/testing/stripe-books.ts';
import { type StripeDouble, startStripeDouble } from '../payments/testing/stripe-double.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, type World } from '../runtime/testing/world.ts';
import { type Random, seededRandom } from '../torture/random.ts';
import { reconcile } from './reconcile.ts';
import { takeNews } from './testing/take-news.ts';
import type { VarianceLine } from './variance.ts';

const OCTOBER = secondsOf('2026-10-20T10:00:00.000Z');
const LONG_AFTER = new Date('2026-12-24T00:00:00.000Z');
const PROJECTIONS = [ledgerPostings, refactorJobs, usageLedger];
const LIVES = 16;
/** One without a minor unit, and one with a thousand of them. */
const CURRENCIES = ['eur', 'jpy', 'kwd', 'usd'] as const;
const SEED = 20_261_122;

/**
 * A payment of which parts are refunded, which is disputed in its currency or another one, and decided as often as its bank likes: won with
 * less or more than was taken, lost with what had been refunded, lost again with more than had come back.
 */
const goesBack = (payment: string, returns: StripeBooks['returns'], { below, chance }: Random): void => {
  const upTo = (most: number): number => 1 + below(most);
  const refunded = chance(0.5) ? upTo(300) : 0;
  if (refunded > 0) {
    const refund = returns.beginRefund(payment, refunded);
    returns.endRefund(refund, chance(0.8) ? 'succeeded' : 'failed');
  }
  if (chance(0.2)) return;
  const asked = chance(0.5) ? { amount: upTo(1_000), currency: 'gbp' } : undefined;
  const dispute = returns.openDispute(payment, asked);
  let isBack = false;
  for (let decisions = below(4); decisions > 0; decisions -= 1) {
    if (chance(0.3)) returns.appeal(dispute);
    if (chance(0.5)) {
      returns.closeDispute(dispute, 'won', isBack || chance(0.3) ? undefined : 800 + upTo(200));
      isBack = true;
    } else {
      returns.closeDispute(dispute, 'lost', isBack ? -(800 + upTo(200)) : chance(0.3) ? upTo(300) : 0);
      isBack = false;
    }
  }
};

describe('the reconciliation of whatever went back', { timeout: 240_000 }, () => {
  let stripe: StripeDouble;
  let world: World;
  beforeAll(async () => {
    stripe = await startStripeDouble();
    world = await createWorld();
    await world.run({ projections: PROJECTIONS });
    stripe.books.now = OCTOBER;
  });
  afterAll(async () => {
    await world.close();
    await stripe.close();
  });

  it('[BIL-15] [BIL-12] [BIL-11] leaves nothing to explain of any life, in whatever order its webhooks come and however often', async () => {
    const { books } = stripe;
    const random = seededRandom(SEED);
    const statements = stripeStatements(stripeClient(stripe.settings));
    for (let person = 0; person < LIVES; person += 1) {
      const customer = { userId: `u${person}`, customerId: books.customer(`u${person}`) };
      const begun = books.events.length;
      for (let payments = 1 + random.below(3); payments > 0; payments -= 1) {
        const payment = books.topUp(customer.customerId, 900, random.pick(CURRENCIES));
        goesBack(payment, books.returns, random);
      }
      const told = books.events.slice(begun);
      const again = told.filter(() => random.chance(0.5));
      const inAnyOrder = [...told, ...again]
        .map((event) => ({ event, place: random.next() }))
        .toSorted((a, b) => a.place - b.place)
        .map(({ event }) => event);
      await takeNews(world, stripe, customer, inAnyOrder);
    }
    await sweepBalance({ store: world.log, statements, now: LONG_AFTER }, new AbortController().signal);
    for (const projection of PROJECTIONS) await world.caughtUp(projectionSubscriptionId(projection));
    const lines: VarianceLine[] = [];
    const parts = {
      db: world.pool,
      store: world.log,
      statements,
      agreedFees: async () => null,
      now: LONG_AFTER,
    };
    await reconcile(parts, '2026-10', (line) => lines.push(line));
    expect(lines).toEqual([]);
    const sums = async (sql: string) => (await world.pool.query<{ unit: string; sum: number }>(sql)).rows;
    expect(
      await sums(
        `select unit, sum(amount)::int as sum from read.ledger_postings group by unit having sum(amount) <> 0`,
      ),
    ).toEqual([]);
    const held = (of: string): number =>
      books.money.balance.reduce(
        (sum, { currency, amount, fee }) => sum + (currency === of ? amount - fee : 0),
        0,
      );
    expect(
      await sums(`select unit, sum(amount)::int as sum from read.ledger_postings where account = 'money.provider'
                   group by unit order by unit`),
    ).toEqual(CURRENCIES.map((of) => ({ unit: of.toUpperCase(), sum: held(of) })));
  });
});
