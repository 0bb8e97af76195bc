import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TIERS } from '../kernel/tiers.ts';
import type { AccountCommand } from './account/commands.ts';
import { availableOf } from './account/state.ts';
import { credits } from './credits.ts';
import { accountCommandsOf } from './payments/effects.ts';
import type { PaymentEvent } from './payments/events.ts';
import { MONEY_MOVEMENTS, moneyPostingsOf } from './payments/money.ts';
import type { PaymentNotice } from './payments/notice.ts';
import { cycleCreditsOf } from './payments/proration.ts';
import { payments, subscriptionToRead } from './payments.ts';
import { postingsOf } from './postings.ts';
import { account } from './testing/seeded-account.ts';
import { LIFE } from './testing/subscription-life.ts';

const AT = '2026-12-16T10:00:00.000Z';

type Told = Readonly<{ step: number; eventId: string; notice: PaymentNotice }>;
const NEWS: readonly Told[] = LIFE.flatMap(({ notices }, step) =>
  notices.map((notice, index) => ({ step, eventId: `evt-${step}-${index}`, notice })),
);

/**
 * One delivery, how many steps the provider has gone on before it is taken, when that is by our clock, and whether the subscription is
 * read as it was before anything was paid.
 */
type Delivery = Readonly<{ told: Told; ahead: number; at?: string; isEarly?: boolean }>;

const isMoney = (event: PaymentEvent) => MONEY_MOVEMENTS.find((type) => type === event.type) !== undefined;

/**
 * Takes all deliveries in their order, each with what the provider shows then, which is no further than so many steps, and gives
 * what it came to at the end by our clock.
 */
const outcomeOf = (deliveries: readonly Delivery[], steps = LIFE.length, end = AT) => {
  let state = payments.initialState();
  let owner = account.initialState();
  const balances = new Map<string, number>();
  const met = new Set<string>();
  let shown = 0;
  const book = (legs: readonly Readonly<{ account: string; unit: string; amount: number }>[]): void => {
    expect(legs.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
    for (const { account: name, unit, amount } of legs)
      balances.set(`${name} ${unit}`, (balances.get(`${name} ${unit}`) ?? 0) + amount);
  };
  const act = (command: AccountCommand): void => {
    for (const moved of account.decide(command, owner)) {
      owner = account.evolve(owner, moved);
      book(postingsOf(moved));
      expect(availableOf(owner)).toBeGreaterThanOrEqual(0);
    }
  };
  for (const { told, ahead, at = AT, isEarly = false } of deliveries) {
    shown = Math.min(steps - 1, Math.max(shown, told.step) + ahead);
    const { step, notice, eventId } = told;
    const wanted = subscriptionToRead(notice);
    const events = payments.decide(
      {
        type: 'TakeNotice',
        data: {
          userId: 'u',
          customerId: 'c',
          eventId,
          eventType: 'any',
          createdAt: LIFE[step]?.at ?? '',
          notice,
          subscription: wanted === null ? null : (LIFE[isEarly ? 0 : shown]?.subscription ?? null),
          cycleCredits: cycleCreditsOf(TIERS),
          at,
        },
      },
      state,
    );
    state = events.reduce(payments.evolve, state);
    for (const event of events) {
      met.add(event.type);
      if (isMoney(event)) book(moneyPostingsOf(event as Parameters<typeof moneyPostingsOf>[0]));
      for (const command of accountCommandsOf(event, state, at)) act(command);
    }
  }
  act({ type: 'RefreshAccount', data: { userId: 'u', at: end } });
  return { state, owner, balances: Object.fromEntries([...balances].sort()), met };
};

const inOrder = outcomeOf(NEWS.map((told) => ({ told, ahead: 0 })));

const DAY_MS = 86_400_000;
const on = (day: number): string =>
  new Date(Date.parse('2026-12-10T00:00:00.000Z') + day * DAY_MS).toISOString();

/** A life up to some step, told in any order on any days, and a day after all of them. */
const storiesByClock = fc.integer({ min: 1, max: LIFE.length }).chain((steps) => {
  const told = NEWS.filter(({ step }) => step < steps);
  return fc
    .tuple(
      fc.shuffledSubarray(told, { minLength: told.length }),
      fc.nat(80),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
        minLength: told.length,
        maxLength: told.length,
      }),
      fc.array(fc.nat(2), { minLength: told.length, maxLength: told.length }),
    )
    .map(([shuffled, last, shares, ahead]) => {
      const days = shares.toSorted((a, b) => a - b).map((share) => share * last);
      const each = (news: Told, index: number): Delivery => ({
        told: news,
        ahead: ahead[index] ?? 0,
        at: on(days[index] ?? 0),
      });
      const end = on(last);
      const atOnce = told.map((news): Delivery => ({ told: news, ahead: 0, at: end }));
      return { steps, end, deliveries: shuffled.map(each), atOnce };
    });
});

/** A first cycle of which all is told after its end, and a subscription that is not shown as begun before its own news is. */
const lateBeginnings = fc.integer({ min: 2, max: 3 }).chain((steps) => {
  const told = NEWS.filter(({ step }) => step < steps);
  return fc
    .tuple(
      fc.shuffledSubarray(told, { minLength: told.length }),
      fc.array(fc.integer({ min: 7 * 24 + 9, max: 40 * 24 }), {
        minLength: told.length + 1,
        maxLength: told.length + 1,
      }),
    )
    .map(([shuffled, hours]) => {
      const times = hours.toSorted((a, b) => a - b).map((hour) => on(hour / 24));
      const [end, ...before] = times.toReversed();
      const first = shuffled.findIndex(({ notice }) => notice.kind === 'SUBSCRIPTION');
      const deliveries = shuffled.map(
        (news, index): Delivery => ({
          told: news,
          ahead: LIFE.length,
          at: before.toReversed()[index] ?? AT,
          isEarly: index < first,
        }),
      );
      const atOnce = told.map((news): Delivery => ({ told: news, ahead: LIFE.length, at: end ?? AT }));
      return { steps, end: end ?? AT, deliveries, atOnce };
    });
});

const schedules = fc
  .tuple(fc.constant([...NEWS]), fc.array(fc.constantFrom(...NEWS), { maxLength: NEWS.length }))
  .chain(([all, again]) => {
    const told = [...all, ...again];
    return fc.tuple(
      fc.shuffledSubarray(told, { minLength: told.length }),
      fc.array(fc.nat(2), { minLength: told.length, maxLength: told.length }),
    );
  })
  .map(([told, ahead]): readonly Delivery[] =>
    told.map((each, index) => ({ told: each, ahead: ahead[index] ?? 0 })),
  );

describe('the news of a payment provider', () => {
  it('[BIL-12] come, in their order, to what a person reads on the invoices', () => {
    const { owner, balances, state, met } = inOrder;
    expect([owner.tier, owner.renewal, state.plan?.status]).toEqual(['FREE', 'MONTH', 'ENDED']);
    // PLUS, half of what PRO has more, PRO less a quarter and half of what PLUS has less; of the top-up nothing is left.
    expect(availableOf(owner)).toBe(credits(1_500 + 1_750 + 2_000));
    expect(balances).toMatchObject({
      'money.provider USD': 1_500 + 2_100 + 5_000 - 1_250,
      'money.disputed USD': 0,
      'source.sold MICRO_CREDIT': -credits(1_500 + 1_750 + 2_000),
    });
    expect([...met].sort()).toEqual(
      [...MONEY_MOVEMENTS, 'NoticeTaken', 'PaymentFailed', 'PlanChanged'].sort(),
    );
  });

  it('[BIL-12] [BIL-13] [BIL-11] come to the same in every order, however often each is told', () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const { state, owner, balances } = outcomeOf(schedule);
        expect(state).toEqual(inOrder.state);
        expect(owner).toEqual(inOrder.owner);
        expect(balances).toEqual(inOrder.balances);
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);

  const left = ({ state, owner, balances }: ReturnType<typeof outcomeOf>) => ({
    state,
    tier: [owner.tier, owner.renewal, owner.then],
    available: availableOf(owner),
    money: Object.entries(balances).filter(([name]) => name.startsWith('money.')),
  });

  it('[BIL-12] [BIL-13] leave the same of a first cycle that is told after its end, whether its payment or its plan is heard of first', () => {
    const available = new Set<boolean>();
    fc.assert(
      fc.property(lateBeginnings, ({ steps, end, deliveries, atOnce }) => {
        const expected = left(outcomeOf(atOnce, steps, end));
        available.add(expected.available > 0);
        expect(left(outcomeOf(deliveries, steps, end))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
    // Within the grace and after it.
    expect([...available].sort()).toEqual([false, true]);
  }, 60_000);

  it('[BIL-13] [BIL-01] leave at each moment of our clock what they would leave if all were told then', () => {
    const tiers = new Set<string>();
    fc.assert(
      fc.property(storiesByClock, ({ steps, end, deliveries, atOnce }) => {
        const expected = left(outcomeOf(atOnce, steps, end));
        tiers.add(String(expected.tier[0]));
        expect(left(outcomeOf(deliveries, steps, end))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
    expect([...tiers].sort()).toEqual(['FREE', 'PLUS', 'PRO']);
  }, 120_000);
});
