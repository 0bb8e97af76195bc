import type { BalanceMovement } from '../../domain/billing/payments/balance.ts';

/** What the provider sends to the bank. Minor units of `currency`, which is ISO 4217 in upper case. */
export type Payout = Readonly<{
  payoutId: string;
  amount: number;
  currency: string;
  at: string;
  /** The bank did not take it. */
  hasFailed: boolean;
  /** The movement that brought back what the bank did not take; null: none did. */
  returnId: string | null;
  /** The provider chose what it pays out; else somebody asked for an amount, and nothing says of what. */
  isAutomatic: boolean;
}>;

export type PaidInvoice = Readonly<{
  invoiceId: string;
  amount: number;
  /** Within the amount. */
  tax: number;
  currency: string;
  paidAt: string;
}>;

/** A refund as the provider shows it now. */
export type RefundNow = Readonly<{
  /** A bank is at it, the person has to say where to, or our balance does not cover it: it may last for weeks. */
  isPending: boolean;
  /** By which it left our balance, and by which it came back: none, one or both. */
  movements: readonly BalanceMovement[];
}>;

/** What the payment provider says of a time, as its own books tell it now (BIL-15). From and to in RFC 3339, to excluded. */
export interface Statements {
  movements(from: string, to: string): AsyncIterable<BalanceMovement>;
  payouts(from: string, to: string): AsyncIterable<Payout>;
  /** What an automatic payout pays out, less fees, in minor units of its currency. */
  paidOutBy(payoutId: string): Promise<number>;
  invoices(from: string, to: string): AsyncIterable<PaidInvoice>;
  /** null: there is none. */
  refund(refundId: string): Promise<RefundNow | null>;
  /** All that ever moved for a dispute; null: there is none. */
  dispute(disputeId: string): Promise<readonly BalanceMovement[] | null>;
  /** null: there is none, or it is not paid. */
  invoice(invoiceId: string): Promise<PaidInvoice | null>;
}
