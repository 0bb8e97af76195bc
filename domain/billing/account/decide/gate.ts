import { Rejection } from '../../../kernel/rejection.ts';
import { type Tiers, usesCredits } from '../../../kernel/tiers.ts';
import { LEAST_HOLD, MICRO } from '../../credits.ts';
import type { ClaimJobSlot } from '../commands.ts';
import type { AccountEvent, HoldTaken, JobSlotClaimed } from '../events.ts';
import { draw } from '../lots.ts';
import { type AccountState, availableOf, chargeIn, claimsAt, sumOf } from '../state.ts';

/** A job may wait long for its person; credits do not stay set aside for longer than this. */
const HOLD_DAYS = 7;
const holdEnd = (at: string): string => new Date(Date.parse(at) + HOLD_DAYS * 86_400_000).toISOString();

const slot = (
  tiers: Tiers,
  { data: { userId, jobId, at } }: ClaimJobSlot,
  state: AccountState,
): JobSlotClaimed => {
  const { jobsPerDay: limit, upgradeTo } = tiers[state.tier];
  const { day, jobs } = claimsAt(state, at);
  const used = jobs.length;
  if (used >= limit)
    throw new Rejection('DAILY_JOB_LIMIT', `The ${state.tier} tier starts ${limit} jobs a day.`, {
      tier: state.tier,
      limit,
      used,
      upgrade_to: upgradeTo,
    });
  return {
    type: 'JobSlotClaimed',
    data: { userId, jobId, day, tier: state.tier, used: used + 1, limit, at },
  };
};

/** The estimate, but at least 10 credits and at most all there is: the budget of the job ends where its hold does. */
const hold = (tiers: Tiers, { data }: ClaimJobSlot, state: AccountState): HoldTaken => {
  const { userId, jobId, at, estimate = 0 } = data;
  const available = availableOf(state);
  if (available < LEAST_HOLD) {
    const { monthlyCredits: limit, upgradeTo } = tiers[state.tier];
    throw new Rejection('CREDITS_EXHAUSTED', 'A start needs 10 credits, and fewer are left.', {
      tier: state.tier,
      limit,
      used: Math.max(0, limit - Math.floor(available / MICRO)),
      upgrade_to: upgradeTo,
    });
  }
  const parts = draw(state, Math.max(LEAST_HOLD, Math.min(estimate, available)));
  const microCredits = sumOf(parts);
  return {
    type: 'HoldTaken',
    data: { userId, holdId: jobId, jobId, microCredits, parts, expiresAt: holdEnd(at), at },
  };
};

/** BIL-03: today's slot, then, for all but FREE, the credits. One job has one slot and one hold, named after it. */
export const claimJobSlot = (tiers: Tiers, command: ClaimJobSlot, state: AccountState): AccountEvent[] => {
  const { jobId, at } = command.data;
  if (
    claimsAt(state, at).jobs.includes(jobId) ||
    Object.hasOwn(state.holds, jobId) ||
    chargeIn(state, jobId) !== undefined
  )
    return [];
  const claimed = slot(tiers, command, state);
  return usesCredits(state.tier) ? [claimed, hold(tiers, command, state)] : [claimed];
};
