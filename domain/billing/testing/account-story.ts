import type { TierName } from '../../kernel/tiers.ts';
import type { AssignTier, ClaimJobSlot, SettleHold } from '../account/commands.ts';
import type { AccountEvent, CreditsGranted, HoldPosted, HoldReleased, HoldTaken } from '../account/events.ts';
import { credits } from '../credits.ts';

/** Events and commands of one account, in whole credits, at the end of a day. */
export const at = '2026-11-20T23:59:59.999Z';
export const nextDay = '2026-11-21T00:00:00.000Z';
export const claim = (jobId: string, when = at): ClaimJobSlot => ({
  type: 'ClaimJobSlot',
  data: { userId: 'u', jobId, at: when },
});
export const claimed = (jobId: string, used: number, when = at): AccountEvent => ({
  type: 'JobSlotClaimed',
  data: { userId: 'u', jobId, day: when.slice(0, 10), tier: 'FREE', used, limit: 3, at: when },
});
export const lot = 'monthly-2026-11-PLUS';
export const assign = (tier: TierName): AssignTier => ({
  type: 'AssignTier',
  data: { userId: 'u', tier, reason: 'upgrade', at },
});
export const assigned = (tier: TierName): AccountEvent => ({ type: 'TierAssigned', data: assign(tier).data });
export const monthly = (whole: number, tier: TierName): CreditsGranted => ({
  type: 'CreditsGranted',
  data: {
    userId: 'u',
    lotId: `monthly-2026-11-${tier}`,
    source: 'MONTHLY',
    microCredits: credits(whole),
    expiresAt: '2026-12-01T00:00:00.000Z',
    period: '2026-11',
    reference: tier,
    at,
  },
});
/** The rest of what the tier gives a month of which so many whole credits came before. */
export const monthlyBeyond = (before: number, whole: number, tier: TierName): CreditsGranted => {
  const { type, data } = monthly(whole, tier);
  return { type, data: { ...data, lotId: `${data.lotId}-beyond-${before}` } };
};
export const moved = (jobId: string, whole: number) => ({
  userId: 'u',
  holdId: jobId,
  jobId,
  microCredits: credits(whole),
  parts: [{ lotId: lot, microCredits: credits(whole) }],
  at,
});
export const held = (jobId: string, whole: number): HoldTaken => ({
  type: 'HoldTaken',
  data: { ...moved(jobId, whole), expiresAt: '2026-11-27T23:59:59.999Z' },
});
export const posted = (jobId: string, whole: number): HoldPosted => ({
  type: 'HoldPosted',
  data: { ...moved(jobId, whole), chargeClass: 'SUCCESS' },
});
export const released = (jobId: string, whole: number): HoldReleased => ({
  type: 'HoldReleased',
  data: { ...moved(jobId, whole), reason: 'SETTLED' },
});
export const settle = (jobId: string, whole: number): SettleHold => ({
  type: 'SettleHold',
  data: {
    userId: 'u',
    holdId: jobId,
    jobId,
    microCredits: credits(whole),
    chargeClass: 'SUCCESS',
    at,
  },
});
export const three = [claimed('a', 1), claimed('b', 2), claimed('c', 3)];
/** A month of PLUS. */
export const paid = [assigned('PLUS'), monthly(1_500, 'PLUS')];
