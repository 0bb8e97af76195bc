import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import { TIERS } from '../kernel/tiers.ts';
import { chargeOf } from './account/charges.ts';
import type { AssignTier, GrantCredits, ReclaimCredits } from './account/commands.ts';
import type { AccountEvent } from './account/events.ts';
import { availableOf, chargeIn, cycleEndOf, REMEMBERED } from './account/state.ts';
import { credits } from './credits.ts';
import { usageSummary } from './summary.ts';
import { at, claim, settle } from './testing/account-story.ts';
import { account } from './testing/seeded-account.ts';

const CYCLE_END = '2026-12-17T09:00:00.000Z';
const assign: AssignTier = {
  type: 'AssignTier',
  data: { userId: 'u', tier: 'PLUS', reason: 'sub ACTIVE', renewal: 'INVOICE', at },
};
const assigned: AccountEvent = { type: 'TierAssigned', data: assign.data };
const grant = (lotId: string, whole: number, end = CYCLE_END): GrantCredits => ({
  type: 'GrantCredits',
  data: {
    userId: 'u',
    lotId,
    source: 'SUBSCRIPTION',
    microCredits: credits(whole),
    expiresAt: end,
    period: end.slice(0, 10),
    reference: lotId,
    at,
  },
});
const granted = (command: GrantCredits): AccountEvent => ({
  type: 'CreditsGranted',
  data: { ...command.data, period: command.data.period ?? null },
});
const reclaim = (due: number, when = at): ReclaimCredits => ({
  type: 'ReclaimCredits',
  data: { userId: 'u', lotId: 'in1', due: credits(due), reason: 'PaymentRefunded', at: when },
});
const moved = (
  type: 'CreditsReclaimed' | 'CreditsOwed' | 'CreditsRestored',
  whole: number,
  when = at,
): AccountEvent => ({
  type,
  data: { userId: 'u', lotId: 'in1', microCredits: credits(whole), reason: 'PaymentRefunded', at: when },
});
const paid = [assigned, granted(grant('in1', 1_500))];

describe('a tier that is paid for', () => {
  const given = specificationFor(account, deepStrictEqual);

  it('[BIL-13] brings its credits with the invoice and not with the month', () => {
    given().when(assign).then(assigned);
    given(assigned)
      .when(grant('in1', 1_500))
      .then(granted(grant('in1', 1_500)));
    given(...paid)
      .when({ type: 'RefreshAccount', data: { userId: 'u', at: '2026-12-02T00:00:00.000Z' } })
      .thenNothing();
  });

  it('[BIL-13] [BIL-09] shares its use of the cycle that was paid last, whatever is told of late', () => {
    const next = '2027-01-17T09:00:00.000Z';
    const state = [...paid, granted(grant('in2', 1_500, next)), granted(grant('in0', 500))].reduce(
      account.evolve,
      account.initialState(),
    );
    expect(state.period).toMatchObject({ id: '2027-01-17', granted: credits(1_500) });
    expect(cycleEndOf(state)).toBe(next);
    const unpaid = account.evolve(account.initialState(), assigned);
    expect(usageSummary(TIERS, unpaid, at)).toMatchObject({ percentUsed: 0, typicalRefactorsLeft: 0 });
  });

  it('[BIL-13] gives and takes the credits of the month again when it is not paid for any more', () => {
    const back: AssignTier = { type: 'AssignTier', data: { userId: 'u', tier: 'PLUS', reason: 'gift', at } };
    const [first, second] = account.decide(back, account.evolve(account.initialState(), assigned));
    expect([first?.type, second?.type]).toEqual(['TierAssigned', 'CreditsGranted']);
  });

  it('[BIL-12] loses the credits whose money went back, those that a job holds when the hold ends', () => {
    given().when(reclaim(100)).thenNothing();
    given(...paid)
      .when(reclaim(375))
      .then(moved('CreditsReclaimed', 375));
    given(...paid, moved('CreditsReclaimed', 375))
      .when(reclaim(375))
      .thenNothing();
    const held = account.decide(claim('j'), paid.reduce(account.evolve, account.initialState()));
    const refunded = [...paid, ...held, moved('CreditsReclaimed', 1_490), moved('CreditsOwed', 10)];
    given(...paid, ...held)
      .when(reclaim(1_500))
      .then(...refunded.slice(-2));
    given(...refunded)
      .when(reclaim(1_500))
      .thenNothing();
    const settled = account.decide(settle('j', 4), refunded.reduce(account.evolve, account.initialState()));
    const taken = moved('CreditsReclaimed', 6);
    expect(settled.map(({ type }) => type)).toEqual(['HoldPosted', 'HoldReleased', 'CreditsReclaimed']);
    expect(settled.at(-1)?.data).toEqual({ ...taken.data, reason: 'HoldReleased' });
    given(...refunded, ...settled)
      .when(reclaim(1_500))
      .thenNothing();
  });

  it('[BIL-12] [BIL-11] takes back what a hold gives to a lot that has ended, before it expires', () => {
    const held = account.decide(claim('j'), paid.reduce(account.evolve, account.initialState()));
    const refunded = [...paid, ...held, moved('CreditsReclaimed', 1_490), moved('CreditsOwed', 10)];
    const late = '2026-12-18T00:00:00.000Z';
    const events = account.decide(
      { type: 'RefreshAccount', data: { userId: 'u', at: late } },
      refunded.reduce(account.evolve, account.initialState()),
    );
    expect(events.map(({ type }) => type)).toEqual(['HoldReleased', 'CreditsReclaimed']);
  });

  it('[BIL-12] keeps what a hold gives back where the money came back meanwhile', () => {
    const held = account.decide(claim('j'), paid.reduce(account.evolve, account.initialState()));
    const refunded = [...paid, ...held, moved('CreditsReclaimed', 1_490), moved('CreditsOwed', 10)];
    given(...refunded)
      .when(reclaim(1_000))
      .then(moved('CreditsOwed', 0), moved('CreditsRestored', 490));
    const back = [...refunded, moved('CreditsOwed', 0), moved('CreditsRestored', 490)];
    const settled = account.decide(settle('j', 4), back.reduce(account.evolve, account.initialState()));
    expect(settled.map(({ type }) => type)).toEqual(['HoldPosted', 'HoldReleased']);
  });

  it('[BIL-12] gets them back with the money, and only for as long as they last', () => {
    const taken = [...paid, moved('CreditsReclaimed', 375)];
    given(...taken)
      .when(reclaim(100))
      .then(moved('CreditsRestored', 275));
    const late = '2027-01-01T00:00:00.000Z';
    const expired = (whole: number): AccountEvent => ({
      type: 'CreditsExpired',
      data: { userId: 'u', lotId: 'in1', microCredits: credits(whole), at: late },
    });
    given(...taken)
      .when(reclaim(0, late))
      .then(expired(1_125), moved('CreditsRestored', 375, late), expired(375));
  });

  it('[BIL-11] takes nothing back of credits that nobody bought', () => {
    const gift = { ...grant('in1', 100).data, source: 'GOODWILL' as const };
    given({ type: 'CreditsGranted', data: { ...gift, period: null } })
      .when(reclaim(100))
      .thenNothing();
  });
});

describe('a charge that is taken back', () => {
  const charged = [
    ...paid,
    ...account.decide(
      { type: 'ClaimJobSlot', data: { ...claim('j').data, estimate: credits(400) } },
      paid.reduce(account.evolve, account.initialState()),
    ),
  ];
  const settled = [
    ...charged,
    ...account.decide(settle('j', 400), charged.reduce(account.evolve, account.initialState())),
  ];
  const reverse = (events: readonly AccountEvent[], whole: number, correctionId: string): AccountEvent[] => {
    const correction = {
      userId: 'u',
      holdId: 'j',
      correctionId,
      microCredits: credits(whole),
      reason: 'w',
      at,
    };
    const charge = chargeOf(events, 'j');
    const data = charge === null ? correction : { ...correction, charge };
    const state = events.reduce(account.evolve, account.initialState());
    return [...events, ...account.decide({ type: 'ReverseCharge', data }, state)];
  };
  const refund = (events: readonly AccountEvent[], due: number, when = at): AccountEvent[] => [
    ...events,
    ...account.decide(reclaim(due, when), events.reduce(account.evolve, account.initialState())),
  ];
  const left = (events: readonly AccountEvent[]): number =>
    availableOf(events.reduce(account.evolve, account.initialState())) / credits(1);

  it('[BIL-11] [BIL-12] gives no credits whose money went back, in whichever order the two come', () => {
    for (const [due, whole, expected] of [
      [1_500, 400, 0],
      [1_500, 100, 0],
      [1_300, 400, 200],
      [1_300, 300, 100],
      [1_000, 400, 500],
    ] as const) {
      expect(left(reverse(refund(settled, due), whole, 'c'))).toBe(expected);
      expect(left(refund(reverse(settled, whole, 'c'), due))).toBe(expected);
    }
  });

  it('[BIL-12] gives them again when the money comes back, and those of a correction although the cycle is over', () => {
    const late = '2027-01-01T00:00:00.000Z';
    const both = refund(reverse(settled, 400, 'c'), 1_500);
    expect(left(refund(both, 0))).toBe(1_500);
    expect(left(refund(both, 0, late))).toBe(400);
  });

  it('[BIL-11] is corrected in parts, however long ago, and tells what of it stands', () => {
    const twice = reverse(reverse(settled, 300, 'c'), 100, 'd');
    expect(twice.slice(-2).map(({ data }) => ('left' in data ? data.left : null))).toEqual([credits(100), 0]);
    expect(twice.reduce(account.evolve, account.initialState()).charged).toEqual({
      jobs: 0,
      microCredits: 0,
    });
    const many = Array.from({ length: REMEMBERED + 1 }, (_, n): AccountEvent[] => {
      const parts = [{ lotId: 'in1', microCredits: credits(1) }];
      const moved = { userId: 'u', holdId: `h${n}`, jobId: `h${n}`, microCredits: credits(1), parts, at };
      return [
        { type: 'HoldTaken', data: { ...moved, expiresAt: CYCLE_END } },
        { type: 'HoldReleased', data: { ...moved, reason: 'SETTLED' } },
      ];
    }).flat();
    const later = [...settled, ...many];
    const state = later.reduce(account.evolve, account.initialState());
    expect(state.ended).toHaveLength(REMEMBERED);
    expect(chargeIn(state, 'j')).toBeUndefined();
    expect(left(reverse(later, 400, 'c'))).toBe(1_500);
  });
});
