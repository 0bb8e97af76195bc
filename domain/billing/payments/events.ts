import type { Event } from '../../kernel/message.ts';
import type { TierName } from '../../kernel/tiers.ts';
import type { LaterTier } from '../plan-term.ts';
import type { InvoiceLine } from './invoice-lines.ts';
import type { CycleCredits, Money, PaymentNotice, Subscription } from './notice.ts';

/**
 * Money of one person; stream `payments-<userId>` (BIL-12, BIL-13, decision 0052). Amounts are positive integers in minor
 * units of `currency`. `at` of what moves money is the provider's time, of all else ours.
 */
type In<Type extends string, Data extends Record<string, unknown>> = Event<
  Type,
  Data & { userId: string; at: string }
>;

export type CustomerLinked = In<'CustomerLinked', { customerId: string }>;

/** The other way round; stream `payment-customer-<customerId>`. */
export type CustomerKnown = In<'CustomerKnown', { customerId: string }>;

/** News of nobody whom we know, kept without effect; stream `payments-unassigned`. */
export type NoticeKept = Event<
  'NoticeKept',
  {
    eventId: string;
    eventType: string;
    createdAt: string;
    customerId: string | null;
    notice: PaymentNotice;
    at: string;
  }
>;

/** A webhook as it was taken, once by its id; all else follows from these. */
export type NoticeTaken = In<
  'NoticeTaken',
  {
    customerId: string;
    eventId: string;
    eventType: string;
    /** The provider's time. */
    createdAt: string;
    notice: PaymentNotice;
    /** The subscription that it is about, where it had to be read. */
    subscription: Subscription | null;
    cycleCredits: CycleCredits;
  }
>;

/** What the person pays for, wherever that shows: tier FREE when it is over. */
export type PlanChanged = In<
  'PlanChanged',
  {
    tier: TierName;
    /** PAST_DUE: a payment failed, and the provider still tries; the plan stays meanwhile. */
    status: 'ACTIVE' | 'PAST_DUE' | 'ENDED';
    subscriptionId: string;
    cycleEndsAt: string;
    cancelsAtCycleEnd: boolean;
    /** What it comes to by itself where nothing more is told; absent: it is over, or of an event from before that was told. */
    then?: readonly LaterTier[];
  }
>;

/** What of the net amount belongs to each line of the invoice; none: that is not known. */
type Lines = readonly InvoiceLine[];
/** The news that it followed from, by the provider's id; null: that was not kept. */
type NoticeId = string | null;

export type PaymentReceived = In<
  'PaymentReceived',
  {
    invoiceId: string;
    amount: number;
    /** Within the amount. */
    tax: number;
    currency: string;
    lines: Lines;
    noticeId: NoticeId;
    source: 'SUBSCRIPTION' | 'TOP_UP';
    /** What it brings. */
    lotId: string;
    microCredits: number;
    /** When the credits end; null: never. */
    creditsEndAt: string | null;
  }
>;
export type PaymentFailed = In<
  'PaymentFailed',
  {
    invoiceId: string;
    attempt: number;
    nextAttemptAt: string | null;
    /** It has been paid since: nothing is to be done. */
    isPaid: boolean;
  }
>;

type OfPayment = Readonly<{
  invoiceId: string;
  paymentId: string;
  amount: number;
  tax: number;
  currency: string;
  noticeId: NoticeId;
}>;

export type PaymentRefunded = In<'PaymentRefunded', OfPayment & { refundId: string; lines: Lines }>;
/** The refund did not reach the person: the money is back. */
export type RefundReturned = In<'RefundReturned', OfPayment & { refundId: string; lines: Lines }>;
export type DisputeOpened = In<'DisputeOpened', OfPayment & { disputeId: string }>;
/** `exchanged`: what else the provider gave (positive) or took (negative) for it in each currency, which is what exchanging there and back came to. */
type Back = Readonly<{ returned?: Money; exchanged?: readonly Money[] }>;
/** `returned`: what came back, where that is not the amount: exchanged at another rate than when it was taken. */
export type DisputeWon = In<'DisputeWon', OfPayment & { disputeId: string } & Back>;
/** `returned`: what came back of it beside the amount; a part of the payment had been refunded. */
export type DisputeLost = In<'DisputeLost', OfPayment & { disputeId: string; lines: Lines } & Back>;
/** What was decided does not hold any more, and its entry is taken back; what holds now is the next event. */
export type DisputeReopened = In<
  'DisputeReopened',
  OfPayment & { disputeId: string; lines: Lines; was: 'WON' | 'LOST' } & Back
>;

/** What moves money. */
export type MoneyEvent =
  | PaymentReceived
  | PaymentRefunded
  | RefundReturned
  | DisputeOpened
  | DisputeWon
  | DisputeLost
  | DisputeReopened;

export type PaymentEvent = CustomerLinked | NoticeTaken | PlanChanged | PaymentFailed | MoneyEvent;
