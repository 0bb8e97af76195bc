import type { Event } from '../../kernel/message.ts';
import type { TierName } from '../../kernel/tiers.ts';
import type { LaterTier } from '../plan-term.ts';
import type { ChargeClass } from '../usage.ts';

/**
 * What happens to a person's account; stream `account-<userId>`. Amounts are positive integers in micro-credits, times
 * RFC 3339 in UTC. Whatever moves credits is a balanced entry of the ledger (`postings.ts`).
 */
type In<Type extends string, Data extends Record<string, unknown>> = Event<
  Type,
  Data & { userId: string; at: string }
>;

/** What a movement takes from, or gives back to, one lot. */
export type Part = Readonly<{ lotId: string; microCredits: number }>;

const GRANT_SOURCES = ['MONTHLY', 'SUBSCRIPTION', 'TOP_UP', 'GOODWILL'] as const;
export type GrantSource = (typeof GRANT_SOURCES)[number];

/** Appended atomically with `JobStarted`, so of two starts for the last slot exactly one wins (BIL-03 layer 1). */
export type JobSlotClaimed = In<
  'JobSlotClaimed',
  {
    jobId: string;
    /** UTC calendar day, `YYYY-MM-DD`. */
    day: string;
    tier: TierName;
    /** Slots used on that day, this one included. */
    used: number;
    limit: number;
  }
>;
export type TierAssigned = In<
  'TierAssigned',
  {
    tier: TierName;
    reason: string;
    /** Its credits come with each invoice that is paid (BIL-13); absent: with the calendar month. */
    renewal?: 'INVOICE';
    /** What it comes to by itself, in the order of their times; absent: it stays. */
    then?: readonly LaterTier[];
  }
>;

/** A new lot. Lots are used in the order in which they expire; those that never do come last. */
export type CreditsGranted = In<
  'CreditsGranted',
  {
    lotId: string;
    source: GrantSource;
    microCredits: number;
    /** null: never. */
    expiresAt: string | null;
    /** Of monthly credits, `YYYY-MM`; of those of a subscription, the last day of its cycle; else null. */
    period: string | null;
    /** What it was granted for: a tier, a payment, a support ticket. */
    reference: string;
  }
>;
export type CreditsExpired = In<'CreditsExpired', { lotId: string; microCredits: number }>;
export type TopUpRefunded = In<
  'TopUpRefunded',
  { refundId: string; lotId: string; microCredits: number; reason: string }
>;

type OfLot = Readonly<{
  lotId: string;
  microCredits: number;
  reason: string;
  /** The credits were charged and given back by this correction; absent: they are in the lot itself. */
  correctionLotId?: string;
}>;

/** Credits whose money went back at the payment provider. */
export type CreditsReclaimed = In<'CreditsReclaimed', OfLot>;
/** What is still to be taken back of the lot, in all; 0: nothing any more. It moves nothing: it waits for what is held of the lot. */
export type CreditsOwed = In<'CreditsOwed', { lotId: string; microCredits: number; reason: string }>;
/** The money came back after all. */
export type CreditsRestored = In<'CreditsRestored', OfLot>;

/** Set aside for a job until its end (BIL-04). */
export type HoldTaken = In<
  'HoldTaken',
  { holdId: string; jobId: string; microCredits: number; parts: readonly Part[]; expiresAt: string }
>;
/** More for the same job, as the person agreed. */
export type HoldRaised = In<
  'HoldRaised',
  { holdId: string; jobId: string; raiseId: string; microCredits: number; parts: readonly Part[] }
>;
/** What the job used, charged: at most once a hold, and at most the hold. */
export type HoldPosted = In<
  'HoldPosted',
  { holdId: string; jobId: string; microCredits: number; parts: readonly Part[]; chargeClass: ChargeClass }
>;
export type HoldReleased = In<
  'HoldReleased',
  {
    holdId: string;
    jobId: string;
    microCredits: number;
    parts: readonly Part[];
    reason: 'SETTLED' | 'EXPIRED';
  }
>;
/** Used, but not charged: the hold had ended or was too small. Moves nothing; explains why. */
export type ChargeWaived = In<
  'ChargeWaived',
  { holdId: string; jobId: string; microCredits: number; reason: 'NO_HOLD' | 'ABOVE_HOLD' }
>;
/** A charge taken back, whole or in part, into a lot of its own that never expires. */
export type ChargeReversed = In<
  'ChargeReversed',
  {
    correctionId: string;
    holdId: string;
    jobId: string;
    lotId: string;
    microCredits: number;
    reason: string;
    /** The lots that had paid it; empty: of one from before they were told. */
    parts: readonly Part[];
    /** What of the charge stands; null: of one from before it was told. */
    left: number | null;
  }
>;

/** BIL-10: once a period and threshold, whatever is corrected afterwards. Amounts in micro-credits. */
export type QuotaAlertRaised = In<
  'QuotaAlertRaised',
  { period: string; threshold: AlertThreshold; used: number; limit: number }
>;
export const ALERT_THRESHOLDS = [80, 100] as const;
export type AlertThreshold = (typeof ALERT_THRESHOLDS)[number];

export type AccountEvent =
  | JobSlotClaimed
  | TierAssigned
  | CreditsGranted
  | CreditsExpired
  | TopUpRefunded
  | CreditsReclaimed
  | CreditsOwed
  | CreditsRestored
  | HoldTaken
  | HoldRaised
  | HoldPosted
  | HoldReleased
  | ChargeWaived
  | ChargeReversed
  | QuotaAlertRaised;
