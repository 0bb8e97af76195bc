import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BALANCE_STREAM, type BalanceMoved } from '../../domain/billing/payments/balance.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import type { Statements } from '../finance/statements.ts';
import { sweepBalance } from './balance-sweep.ts';
import { oldestFirst } from './oldest-first.ts';
import { stripeClient } from './stripe-provider.ts';
import { stripeStatements } from './stripe-statements.ts';
import { isoOf } from './stripe-values.ts';
import { type StripeDouble, startStripeDouble } from './testing/stripe-double.ts';

const NOW = 1_800_000_000;
const YEAR = 31_536_000;
const COME: AbortSignal = new AbortController().signal;

let stripe: StripeDouble;
let store: ReturnType<typeof openMemoryEventLog>;
let statements: Statements;
beforeEach(async () => {
  stripe = await startStripeDouble();
  store = openMemoryEventLog();
  statements = stripeStatements(stripeClient(stripe.settings));
});
afterEach(() => stripe.close());

const sweep = (signal = COME, most = 4): Promise<number> =>
  sweepBalance({ store, statements, now: new Date(NOW * 1_000), most }, signal);
const booked = async (): Promise<readonly string[]> =>
  (await store.read<BalanceMoved>(BALANCE_STREAM)).events.map(({ data }) => data.transactionId);
/** One movement at each of these seconds; gives their ids, the oldest first. */
const moved = (...seconds: readonly number[]): readonly string[] =>
  seconds
    .toSorted((a, b) => a - b)
    .map((created) => stripe.books.money.moved('charge', 100, created, null, 3).id);

describe('the sweep of the balance at the payment provider', () => {
  it('[BIL-11] goes on where it was broken off, and books nothing twice', async () => {
    const ids = moved(...Array.from({ length: 11 }, (_, index) => NOW - YEAR + index * 86_400));
    let looks = 0;
    const cut = {
      get aborted() {
        looks += 1;
        return looks > 5;
      },
    } as AbortSignal;
    expect(await sweep(cut)).toBe(5);
    expect(await booked()).toEqual(ids.slice(0, 5));
    stripe.down.value = true;
    await expect(sweep()).rejects.toMatchObject({ code: 'PAYMENT_UNAVAILABLE' });
    stripe.down.value = false;
    await Promise.all([sweep(), sweep()]);
    expect([...(await booked())].sort()).toEqual([...ids].sort());
    expect(await sweep()).toBe(1);
  });

  it('[BIL-11] books what the provider lists a little late, after something newer', async () => {
    const [newest] = moved(NOW - 60);
    expect(await sweep()).toBe(1);
    const [late] = moved(NOW - 3_600);
    await sweep();
    expect(await booked()).toEqual([newest, late]);
  });

  it('[BIL-11] has few movements in memory at once, however many there are and whenever they were', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.nat(YEAR), fc.nat(60), fc.constant(7)), { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (ages, most) => {
          stripe.books.money.balance.length = 0;
          const seconds = ages.map((age) => NOW - age);
          moved(...seconds);
          const told: string[] = [];
          for await (const batch of oldestFirst(statements, isoOf(0), isoOf(NOW + 1), most)) {
            const times = new Set(batch.map(({ at }) => at));
            expect(batch.length <= most || times.size === 1).toBe(true);
            told.push(...batch.map(({ at }) => at));
          }
          expect(told).toEqual(seconds.toSorted((a, b) => a - b).map(isoOf));
        },
      ),
      { numRuns: 25 },
    );
  });
});
