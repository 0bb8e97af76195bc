import { describe, expect, it } from 'vitest';
import type { AccountCommand, AssignTier, GrantCredits } from './account/commands.ts';
import { availableOf } from './account/state.ts';
import { credits } from './credits.ts';
import { graceEnd, type LaterTier } from './plan-term.ts';
import { stateAfter } from './testing/account-after.ts';
import { account } from './testing/seeded-account.ts';

const BEGUN = '2026-11-17T09:00:00.000Z';
const CYCLE_END = '2026-12-17T09:00:00.000Z';
const NEXT_END = '2027-01-17T09:00:00.000Z';
const BEFORE = '2026-12-17T08:59:59.999Z';
const IN_GRACE = '2026-12-17T10:00:00.000Z';
const GRACE_END = '2026-12-31T09:00:00.000Z';

const free = (at: string): LaterTier => ({ tier: 'FREE', at });
const pro = (then: readonly LaterTier[], at = BEGUN): AssignTier => ({
  type: 'AssignTier',
  data: { userId: 'u', tier: 'PRO', reason: 'sub ACTIVE', renewal: 'INVOICE', then, at },
});
const paid = (lotId: string, end = CYCLE_END, at = BEGUN): GrantCredits => ({
  type: 'GrantCredits',
  data: {
    userId: 'u',
    lotId,
    source: 'SUBSCRIPTION',
    microCredits: credits(5_000),
    expiresAt: end,
    period: end.slice(0, 10),
    reference: lotId,
    at,
  },
});
const refresh = (at: string) => ({ type: 'RefreshAccount', data: { userId: 'u', at } }) as const;
/** Tier, and whole credits, of whoever asks for something at that time. */
const found = (at: string, ...before: readonly AccountCommand[]) => {
  const { tier, ...state } = stateAfter(...before, refresh(at));
  return [tier, availableOf({ tier, ...state }) / credits(1)];
};
/** What the start of a job makes happen at that time. */
const starts = (at: string, ...before: readonly AccountCommand[]) =>
  account.decide({ type: 'ClaimJobSlot', data: { userId: 'u', jobId: 'j', at } }, stateAfter(...before));

describe('the term of a tier that is paid for, by our clock alone', () => {
  it('[BIL-13] [BIL-01] is over at the end of the cycle where it was cancelled', () => {
    const cancelled = [pro([free(CYCLE_END)]), paid('in1')];
    expect(starts(BEFORE, ...cancelled)).toMatchObject([{ data: { tier: 'PRO' } }, { type: 'HoldTaken' }]);
    expect(starts(CYCLE_END, ...cancelled)).toMatchObject([
      { type: 'TierAssigned', data: { tier: 'FREE', reason: 'TERM_OVER' } },
      { type: 'CreditsExpired', data: { lotId: 'in1' } },
      { type: 'JobSlotClaimed', data: { tier: 'FREE', limit: 3 } },
    ]);
  });

  it('[BIL-13] goes on with what is left while the next cycle is not paid, until the grace is over', () => {
    const late = [pro([free(GRACE_END)]), paid('in1')];
    expect(graceEnd(CYCLE_END)).toBe(GRACE_END);
    expect(starts(IN_GRACE, ...late)).toMatchObject([{ data: { tier: 'PRO' } }, { type: 'HoldTaken' }]);
    expect(found('2026-12-31T08:59:59.999Z', ...late)).toEqual(['PRO', 5_000]);
    expect(found(GRACE_END, ...late)).toEqual(['FREE', 0]);
  });

  it('[BIL-13] has the credits of one cycle only from the payment of the next on, however late that is told', () => {
    const next = paid('in2', NEXT_END, IN_GRACE);
    const renewed = [pro([free(graceEnd(NEXT_END))]), paid('in1'), next];
    expect(found(IN_GRACE, ...renewed)).toEqual(['PRO', 5_000]);
    expect(account.decide(next, stateAfter(...renewed.slice(0, 2))).map(({ type }) => type)).toEqual([
      'CreditsGranted',
      'CreditsExpired',
    ]);
    // Paid before the cycle is over: both, until it is.
    expect(found(BEFORE, ...renewed.slice(0, 2), paid('in2', NEXT_END))).toEqual(['PRO', 10_000]);
    expect(found(CYCLE_END, ...renewed.slice(0, 2), paid('in2', NEXT_END))).toEqual(['PRO', 5_000]);
    expect(found(IN_GRACE, pro([free(graceEnd(NEXT_END))]), next, paid('in1', CYCLE_END, IN_GRACE))).toEqual([
      'PRO',
      5_000,
    ]);
  });

  it('[BIL-13] changes to the cheaper plan that was agreed at the end of the cycle, and ends with its grace', () => {
    const agreed = [pro([{ tier: 'PLUS', at: CYCLE_END }, free(GRACE_END)]), paid('in1')];
    expect(found(BEFORE, ...agreed)).toEqual(['PRO', 5_000]);
    expect(found(CYCLE_END, ...agreed)).toEqual(['PLUS', 5_000]);
    expect(found(GRACE_END, ...agreed)).toEqual(['FREE', 0]);
    expect(found(GRACE_END, ...agreed, refresh(CYCLE_END))).toEqual(['FREE', 0]);
    expect(account.decide(refresh(GRACE_END), stateAfter(...agreed)).map(({ type }) => type)).toEqual([
      'TierAssigned',
      'CreditsExpired',
    ]);
  });

  it('[BIL-13] begins again with a payment after the grace, and not with late news of a term that is over', () => {
    const lapsed = [pro([free(GRACE_END)]), paid('in1'), refresh(GRACE_END)];
    const late = '2027-01-05T00:00:00.000Z';
    expect(
      found(late, ...lapsed, pro([free(graceEnd(NEXT_END))], late), paid('in2', NEXT_END, late)),
    ).toEqual(['PRO', 5_000]);
    expect(found(late, ...lapsed, pro([free(GRACE_END)], late))).toEqual(['FREE', 0]);
    expect(found(late, pro([free(GRACE_END)], late), paid('in1', CYCLE_END, late))).toEqual(['FREE', 0]);
  });

  it('[BIL-13] says the same once, and another term anew', () => {
    const same = pro([free(GRACE_END)]);
    expect(account.decide(same, stateAfter(same))).toEqual([]);
    expect(account.decide(pro([free(CYCLE_END)]), stateAfter(same))).toHaveLength(1);
    expect(account.decide(pro([{ tier: 'PLUS', at: GRACE_END }]), stateAfter(same))).toHaveLength(1);
  });
});
