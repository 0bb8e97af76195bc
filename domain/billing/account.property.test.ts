import { ok } from 'node:assert';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRejection } from '../kernel/rejection.ts';
import { TIER_NAMES } from '../kernel/tiers.ts';
import type { AccountCommand } from './account/commands.ts';
import type { AccountEvent } from './account/events.ts';
import { type AccountState, availableOf, heldOf, isBought } from './account/state.ts';
import { credits, MICRO } from './credits.ts';
import { type CreditAccount, LEDGER_ACCOUNTS, MOVEMENTS, postingsOf } from './postings.ts';
import { account } from './testing/seeded-account.ts';

const ofCorrections = ['CreditsReclaimed of a correction', 'CreditsRestored of a correction'];

type Step = (at: string) => AccountCommand;

const userId = 'u';
/** Few ids, so that steps meet each other's holds, lots and repetitions. */
const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const micro = fc.oneof(fc.nat({ max: 40 * MICRO }), fc.nat({ max: credits(3_000) }), fc.constant(0));
const positive = micro.map((amount) => amount + 1);

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ jobId: id, estimate: micro }).map(
    (data): Step =>
      (at) => ({ type: 'ClaimJobSlot', data: { ...data, userId, at } }),
  ),
  fc.record({ holdId: id, microCredits: micro }).map(
    ({ holdId, microCredits }): Step =>
      (at) => ({
        type: 'SettleHold',
        data: { holdId, jobId: holdId, microCredits, chargeClass: 'SUCCESS', userId, at },
      }),
  ),
  fc.record({ holdId: id, raiseId: id, microCredits: positive }).map(
    (data): Step =>
      (at) => ({ type: 'RaiseHold', data: { ...data, userId, at } }),
  ),
  fc.record({ holdId: id, correctionId: id, microCredits: fc.integer({ min: 1, max: 5 * MICRO }) }).map(
    (data): Step =>
      (at) => ({ type: 'ReverseCharge', data: { ...data, reason: 'r', userId, at } }),
  ),
  fc.record({ lotId: id, refundId: id, microCredits: positive }).map(
    (data): Step =>
      (at) => ({ type: 'RefundTopUp', data: { ...data, reason: 'r', userId, at } }),
  ),
  fc.record({ lotId: id, due: micro }).map(
    (data): Step =>
      (at) => ({ type: 'ReclaimCredits', data: { ...data, reason: 'r', userId, at } }),
  ),
  fc
    .record({
      lotId: id,
      source: fc.constantFrom('TOP_UP', 'SUBSCRIPTION', 'GOODWILL'),
      microCredits: positive,
      days: fc.nat(60),
    })
    .map(
      ({ days, ...data }): Step =>
        (at) => ({
          type: 'GrantCredits',
          data: { ...data, expiresAt: days < 30 ? null : later(at, days), reference: 'r', userId, at },
        }),
    ),
  fc.constantFrom(...TIER_NAMES).map(
    (tier): Step =>
      (at) => ({ type: 'AssignTier', data: { tier, reason: 'r', userId, at } }),
  ),
  fc.constant<Step>((at) => ({ type: 'RefreshAccount', data: { userId, at } })),
);

const DAY_MS = 86_400_000;
const later = (at: string, days: number): string => new Date(Date.parse(at) + days * DAY_MS).toISOString();

const tried = (command: AccountCommand, state: AccountState): AccountEvent[] => {
  try {
    return account.decide(command, state);
  } catch (error) {
    if (isRejection(error)) return [];
    throw error;
  }
};

/** A job that was paid from a lot whose money can go back. */
const PAID_JOB: readonly Step[] = [
  (at) => ({ type: 'AssignTier', data: { tier: 'PLUS', reason: 'r', userId, at } }),
  (at) => ({
    type: 'GrantCredits',
    data: {
      lotId: 'a',
      source: 'SUBSCRIPTION',
      microCredits: credits(1_000),
      expiresAt: later(at, 5),
      reference: 'r',
      userId,
      at,
    },
  }),
  (at) => ({ type: 'ClaimJobSlot', data: { jobId: 'a', estimate: credits(900), userId, at } }),
  (at) => ({
    type: 'SettleHold',
    data: { holdId: 'a', jobId: 'a', microCredits: credits(800), chargeClass: 'SUCCESS', userId, at },
  }),
];
const openings = fc
  .constantFrom([], PAID_JOB)
  .map((opening: readonly Step[]) => opening.map((step) => ({ step, days: 0 })));

const stories = fc
  .tuple(
    openings,
    fc.noBias(
      fc.array(fc.record({ step: steps, days: fc.constantFrom(0, 0, 0, 1, 3, 8, 31) }), {
        minLength: 40,
        maxLength: 80,
        size: 'max',
      }),
    ),
  )
  .map(([opening, story]) => [...opening, ...story]);

/** What was asked back of lots whose money went back, whatever was there at that moment. */
const noteDue = (dues: Map<string, number>, command: AccountCommand, { lots }: AccountState): void => {
  if (command.type !== 'ReclaimCredits') return;
  const { lotId, due } = command.data;
  const lot = lots[lotId];
  if (lot !== undefined && isBought(lot)) dues.set(lotId, due);
};

/** Nothing is left to spend of credits whose money went back: also not of those that a hold gave back later. */
const checkDues = (dues: ReadonlyMap<string, number>, { lots }: AccountState): void => {
  for (const [lotId, due] of dues) {
    const { reclaimed = 0, available = 0 } = lots[lotId] ?? {};
    ok(reclaimed <= due);
    const given = Object.values(lots).filter(({ stems }) =>
      stems.some((stem) => stem.lotId === lotId && stem.reclaimed < stem.microCredits),
    );
    ok(reclaimed === due || (available === 0 && given.every((correction) => correction.available === 0)));
  }
};

/** What the ledger must show after every step, whatever happened. */
const check = (balances: ReadonlyMap<CreditAccount, number>, state: AccountState): void => {
  const of = (name: CreditAccount): number => balances.get(name) ?? 0;
  ok(LEDGER_ACCOUNTS.reduce((sum, name) => sum + of(name), 0) === 0);
  ok(of('customer.available') === availableOf(state));
  ok(of('customer.held') === heldOf(state));
  for (const name of LEDGER_ACCOUNTS)
    if (name.startsWith('source.')) ok(of(name) <= 0);
    else ok(of(name) >= 0);
  for (const { available, stems } of Object.values(state.lots)) {
    ok(available >= 0);
    for (const { microCredits, reclaimed } of stems) ok(reclaimed >= 0 && reclaimed <= microCredits);
  }
  ok(of('sink.consumed') === state.charged.microCredits);
  for (const { charge } of state.ended) ok(charge.reversed <= charge.posted);
};

describe('the ledger of an account', () => {
  it('[BIL-11] [BIL-04] is zero-sum and never below zero available, after every step of any story', () => {
    const met = new Map<string, number>();
    fc.assert(
      fc.property(stories, (story) => {
        let state = account.initialState();
        let at = '2026-11-20T10:00:00.000Z';
        const balances = new Map<CreditAccount, number>();
        const posted = new Set<string>();
        const alerts = new Set<string>();
        const dues = new Map<string, number>();
        for (const { step, days } of story) {
          at = later(at, days);
          const command = step(at);
          for (const event of tried(command, state)) {
            const name = 'correctionLotId' in event.data ? `${event.type} of a correction` : event.type;
            met.set(name, (met.get(name) ?? 0) + 1);
            state = account.evolve(state, event);
            const legs = postingsOf(event);
            ok(legs.length > 0 === MOVEMENTS.some((type) => type === event.type));
            ok(legs.reduce((sum, { amount }) => sum + amount, 0) === 0);
            for (const leg of legs) {
              ok((Number.isSafeInteger(leg.amount) && leg.amount !== 0) === true);
              balances.set(leg.account, (balances.get(leg.account) ?? 0) + leg.amount);
            }
            if (event.type === 'HoldPosted') {
              ok(posted.has(event.data.holdId) === false);
              posted.add(event.data.holdId);
            }
            if (event.type === 'QuotaAlertRaised') {
              const name = `${event.data.period}/${event.data.threshold}`;
              ok(alerts.has(name) === false);
              alerts.add(name);
            }
            check(balances, state);
          }
          noteDue(dues, command, state);
          checkDues(dues, state);
        }
      }),
      { numRuns: 1_000 },
    );
    // A search that never meets some kind of movement would prove nothing about it.
    for (const type of [...MOVEMENTS, 'ChargeWaived', 'CreditsOwed', ...ofCorrections])
      expect(met.get(type) ?? 0, type).toBeGreaterThan(0);
  }, 60_000);

  it('[BIL-04] does nothing when the same command comes again', () => {
    fc.assert(
      fc.property(stories, (story) => {
        let state = account.initialState();
        let at = '2026-11-20T10:00:00.000Z';
        for (const { step, days } of story) {
          at = later(at, days);
          const command = step(at);
          state = tried(command, state).reduce(account.evolve, state);
          const again = tried(command, state).filter(({ type }) => type !== 'ChargeWaived');
          expect(again).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});
