import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountCommand } from '../account/commands.ts';
import { availableOf, heldOf } from '../account/state.ts';
import { credits } from '../credits.ts';
import { account } from '../testing/seeded-account.ts';
import type { Dispute, PaymentNotice } from './notice.ts';
import { dispute, legsOf, OUR_CLOCK, PAYMENT, paid, refund, sumsOf, taking } from './testing/told-news.ts';

/** Credits that never end. */
const bought = (currency = 'EUR') =>
  paid({ currency, charged: [], topUpCredits: 1_500, subscriptionId: null, cycleEndsAt: null });

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
    // All that was booked comes to nothing, and something was booked.
    expect([legsOf(events).length > 0, sumsOf(events)]).toEqual([true, {}]);
    expect(Object.keys(state.disputed)).toEqual(['dp', 'dp2']);
    expect(availableOf(run(commands))).toBe(0);
  });

  it('[BIL-12] [BIL-11] one of two disputes is won: that share of the credits stays', () => {
    const news = [bought(), PAYMENT, { ...dispute('LOST'), amount: 1_000 }, second('WON', 500)];
    const { events, commands } = taking(news);
    expect(sumsOf(events)).toMatchObject({ 'money.provider EUR': 500 });
    expect(sumsOf(events)).not.toHaveProperty(['money.disputed EUR']);
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
          for (const event of events) {
            const legs = legsOf([event]);
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
