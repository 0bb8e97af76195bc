import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountCommand } from '../account/commands.ts';
import { availableOf, heldOf } from '../account/state.ts';
import { credits } from '../credits.ts';
import { account } from '../testing/seeded-account.ts';
import type { PaymentEvent } from './events.ts';
import { moneyPostingsOf } from './money.ts';
import type { Dispute, PaymentNotice } from './notice.ts';
import { dispute, OUR_CLOCK, PAYMENT, paid, refund, taking } from './testing/told-news.ts';

/** Credits that never end. */
const bought = (currency = 'EUR') =>
  paid({ currency, charged: [], topUpCredits: 1_500, subscriptionId: null, cycleEndsAt: null });

const MONEY = [
  'PaymentReceived',
  'PaymentRefunded',
  'RefundReturned',
  'DisputeOpened',
  'DisputeWon',
  'DisputeLost',
  'DisputeReopened',
];
/** What all that was decided comes to on each account, by currency. */
const books = (events: readonly PaymentEvent[]) => {
  const sums: Record<string, number> = {};
  for (const event of events)
    if (MONEY.includes(event.type))
      for (const { account: name, unit, amount } of moneyPostingsOf(
        event as Parameters<typeof moneyPostingsOf>[0],
      ))
        sums[`${name} ${unit}`] = (sums[`${name} ${unit}`] ?? 0) + amount;
  return sums;
};
const second = (status: Dispute['status'], amount: number): Dispute => ({
  ...dispute(status),
  disputeId: 'dp2',
  amount,
});
const run = (commands: readonly AccountCommand[]) =>
  commands.reduce(
    (state, command) => account.decide(command, state).reduce(account.evolve, state),
    account.initialState(),
  );

describe('two claims on one payment', () => {
  it('[BIL-12] [BIL-15] [BIL-11] two disputes take what they take, and no more credits than the payment brought', () => {
    const { events, state, commands } = taking([
      bought(),
      PAYMENT,
      { ...dispute('LOST'), amount: 1_000 },
      second('OPEN', 500),
      second('LOST', 500),
    ]);
    expect(books(events)).toEqual({
      'money.provider EUR': 0,
      'money.revenue EUR': 0,
      'money.tax EUR': 0,
      'money.disputed EUR': 0,
    });
    expect(Object.keys(state.disputed)).toEqual(['dp', 'dp2']);
    expect(availableOf(run(commands))).toBe(0);
  });

  it('[BIL-12] [BIL-11] one of two disputes is won: that share of the credits stays', () => {
    const news = [bought(), PAYMENT, { ...dispute('LOST'), amount: 1_000 }, second('WON', 500)];
    const { events, commands } = taking(news);
    expect(books(events)).toMatchObject({ 'money.provider EUR': 500, 'money.disputed EUR': 0 });
    expect(availableOf(run(commands))).toBe(credits(500));
  });

  it.each(['JPY', 'KWD', 'EUR'])(
    '[BIL-11] [BIL-12] leaves the books balanced and nobody below zero in %s, whatever is disputed and refunded, in any order',
    (currency) => {
      const amount = fc.oneof(fc.constantFrom(0, 1, 999_999_999_999), fc.integer({ min: 0, max: 3_000 }));
      const status = fc.constantFrom('OPEN' as const, 'WON' as const, 'LOST' as const);
      const news: fc.Arbitrary<PaymentNotice> = fc.oneof(
        fc.record({ amount, status, of: fc.constantFrom('dp', 'dp2') }).map(({ of, ...more }) => ({
          ...dispute('OPEN'),
          ...more,
          currency,
          disputeId: of,
        })),
        fc
          .record({
            amount,
            status: fc.constantFrom('PENDING' as const, 'SUCCEEDED' as const, 'FAILED' as const),
          })
          .map((more) => ({ ...refund('PENDING'), ...more })),
        fc.constant(PAYMENT),
      );
      fc.assert(
        fc.property(fc.array(news, { maxLength: 9 }), (told) => {
          const { events, commands } = taking([bought(currency), ...told]);
          for (const event of events)
            if (MONEY.includes(event.type)) {
              const legs = moneyPostingsOf(event as Parameters<typeof moneyPostingsOf>[0]);
              expect(legs.reduce((sum, leg) => sum + leg.amount, 0)).toBe(0);
              expect(legs.every((leg) => Number.isSafeInteger(leg.amount) && leg.amount !== 0)).toBe(true);
            }
          const state = run(commands);
          expect(availableOf(state)).toBeGreaterThanOrEqual(0);
          expect(availableOf(state)).toBeLessThanOrEqual(credits(1_500));
        }),
      );
    },
  );
});

describe('a refund of a payment whose credits a running job holds', () => {
  it.each([
    ['is charged all of it', 600],
    ['is charged a part of it', 200],
    ['is charged nothing', 0],
  ])(
    '[BIL-12] [BIL-04] leaves the hold to its job, and takes what it gives back where that %s',
    (_title, used) => {
      const { commands } = taking([bought(), PAYMENT, refund('SUCCEEDED', 1_500)]);
      const at = commands.findIndex(({ type }) => type === 'ReclaimCredits');
      const jobId = 'j';
      const plus: AccountCommand = {
        type: 'AssignTier',
        data: { userId: 'u', tier: 'PLUS', reason: 'r', renewal: 'INVOICE', then: [], at: OUR_CLOCK },
      };
      const start: AccountCommand = {
        type: 'ClaimJobSlot',
        data: { userId: 'u', jobId, estimate: credits(600), at: OUR_CLOCK },
      };
      const before = [plus, ...commands.slice(0, at), start, ...commands.slice(at)];
      const running = run(before);
      expect([availableOf(running), heldOf(running)]).toEqual([0, credits(600)]);
      const settle: AccountCommand = {
        type: 'SettleHold',
        data: {
          userId: 'u',
          holdId: jobId,
          jobId,
          microCredits: credits(used),
          chargeClass: 'SUCCESS',
          at: OUR_CLOCK,
        },
      };
      const after = run([...before, settle]);
      expect([availableOf(after), heldOf(after)]).toEqual([0, 0]);
    },
  );
});
