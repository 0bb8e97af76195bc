import type { TierName } from '../../kernel/tiers.ts';
import type { LaterTier } from '../plan-term.ts';
import type { InvoiceLine } from './invoice-lines.ts';

/**
 * What a webhook of the payment provider tells, without anything personal (BIL-12). Amounts are integers in minor units of
 * `currency` (ISO 4217, upper case), times RFC 3339 in UTC. Of what changes there and back, it only says that there is
 * news; facts that stay true are told whole, so that their order does not matter.
 */
/** A plan for what is left of a cycle, charged or given back by a change within it. */
export type ProratedPlan = Readonly<{ tier: TierName; isCharged: boolean; from: string; to: string }>;

/** Whole credits that a cycle of each tier brings, as operators have set it when the news comes (OPS-03). */
export type CycleCredits = Readonly<Record<TierName, number>>;

export type InvoicePaid = Readonly<{
  kind: 'INVOICE_PAID';
  invoiceId: string;
  subscriptionId: string | null;
  total: number;
  /** Within the total. */
  tax: number;
  currency: string;
  /** Absent: of a notice from before they were kept. */
  lines?: readonly InvoiceLine[];
  /** Plans that its lines charge for, and plans that they give back, each for a whole cycle. */
  charged: readonly TierName[];
  returned: readonly TierName[];
  /** Absent: of a notice from before they were told apart. */
  prorated?: readonly ProratedPlan[];
  /** Whole credits bought beside any plan. */
  topUpCredits: number;
  /** The end of the cycle that it pays for; null: of no cycle. */
  cycleEndsAt: string | null;
}>;

export type InvoiceFailed = Readonly<{
  kind: 'INVOICE_FAILED';
  invoiceId: string;
  subscriptionId: string | null;
  attempt: number;
  /** null: none will follow. */
  nextAttemptAt: string | null;
}>;

/** By which payment an invoice was paid; refunds and disputes name payments. */
export type InvoicePayment = Readonly<{ kind: 'INVOICE_PAYMENT'; invoiceId: string; paymentId: string }>;

export type Refund = Readonly<{
  kind: 'REFUND';
  refundId: string;
  paymentId: string;
  amount: number;
  status: 'PENDING' | 'SUCCEEDED' | 'FAILED';
  /** false: it failed before it left our balance. Absent: it had left, or of a notice from before that was kept. */
  hasMoved?: false;
  begunAt: string;
}>;

export type Money = Readonly<{ amount: number; currency: string }>;

export type Dispute = Readonly<{
  kind: 'DISPUTE';
  disputeId: string;
  paymentId: string;
  amount: number;
  /** Of the amount, which may be another one than that of the payment; absent: of a notice from before it was kept. */
  currency?: string;
  /** What the provider took for it of our balance, in a currency of ours; absent: nothing yet. */
  withdrawn?: Money;
  /** What is back of that by all that moved until then; absent: nothing, or of a notice from before it was kept. */
  returned?: Money;
  /** What else moved for it by then, signed, in each currency: taken again, or back in a further currency; absent: nothing, or as above. */
  further?: readonly Money[];
  /** How often something moved for it by then; absent: of a notice from before that was kept. */
  movements?: number;
  status: 'OPEN' | 'WON' | 'LOST';
  begunAt: string;
}>;

export type SubscriptionNews = Readonly<{ kind: 'SUBSCRIPTION'; subscriptionId: string }>;

/** Kept, and of no effect. */
export type OtherNews = Readonly<{ kind: 'OTHER' }>;

export type PaymentNotice =
  | InvoicePaid
  | InvoiceFailed
  | InvoicePayment
  | Refund
  | Dispute
  | SubscriptionNews
  | OtherNews;

/** A subscription as the provider shows it, read after whoever sent the news. */
export type Subscription = Readonly<{
  subscriptionId: string;
  status: 'PENDING' | 'ACTIVE' | 'PAST_DUE' | 'SUSPENDED' | 'CANCELLED';
  tier: TierName;
  cycleEndsAt: string;
  cancelsAtCycleEnd: boolean;
  /** The plan that it was agreed to change to; absent: of a reading from before that was looked at. */
  next?: LaterTier | null;
}>;
