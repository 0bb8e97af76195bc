import type { Command } from '../../kernel/message.ts';
import type { TierName } from '../../kernel/tiers.ts';
import type { LaterTier } from '../plan-term.ts';
import type { ChargeClass } from '../usage.ts';
import type { GrantSource } from './events.ts';
import type { Charge } from './state.ts';

type To<Type extends string, Data extends Record<string, unknown>> = Command<
  Type,
  Data & { userId: string; at: string }
>;

/** Both layers of the gate: today's slot, and the hold for the job (BIL-03, BIL-04). */
export type ClaimJobSlot = To<
  'ClaimJobSlot',
  {
    jobId: string;
    /** Micro-credits that the job may need; absent or too small: the least hold. */
    estimate?: number;
  }
>;
export type AssignTier = To<
  'AssignTier',
  { tier: TierName; reason: string; renewal?: 'INVOICE'; then?: readonly LaterTier[] }
>;
export type GrantCredits = To<
  'GrantCredits',
  {
    lotId: string;
    source: Exclude<GrantSource, 'MONTHLY'>;
    microCredits: number;
    expiresAt: string | null;
    /** Of the credits of a subscription: the last day of the cycle. */
    period?: string;
    reference: string;
  }
>;
/** Takes back what is left of credits that were bought. */
export type RefundTopUp = To<
  'RefundTopUp',
  { refundId: string; lotId: string; microCredits: number; reason: string }
>;
/** Takes back, or gives back, until `due` micro-credits of a lot are taken back in all: of what is held, when the hold ends. */
export type ReclaimCredits = To<'ReclaimCredits', { lotId: string; due: number; reason: string }>;
export type RaiseHold = To<'RaiseHold', { holdId: string; raiseId: string; microCredits: number }>;
/** The end of a hold: charges what was used, releases the rest. 0 charges nothing. */
export type SettleHold = To<
  'SettleHold',
  { holdId: string; jobId: string; microCredits: number; chargeClass: ChargeClass }
>;
export type ReverseCharge = To<
  'ReverseCharge',
  {
    correctionId: string;
    holdId: string;
    /** null: what of the charge stands. */
    microCredits: number | null;
    reason: string;
    /** What the hold came to (`chargeOf`), where it ended too long ago for the account to remember it. */
    charge?: Charge;
  }
>;
/** Does what time has made due: holds and lots expire, a new month brings its credits. */
export type RefreshAccount = To<'RefreshAccount', Record<never, never>>;

/** By the system or an administrator; the person reaches none of them but through a start. */
export type AccountCommand =
  | ClaimJobSlot
  | AssignTier
  | GrantCredits
  | RefundTopUp
  | ReclaimCredits
  | RaiseHold
  | SettleHold
  | ReverseCharge
  | RefreshAccount;
