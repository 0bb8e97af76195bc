import { randomUUID } from 'node:crypto';

export type Json = Readonly<Record<string, unknown>>;

/** What moved on our balance at Stripe, with its source expanded. */
export type BalanceEntry = {
  id: string;
  type: string;
  amount: number;
  fee: number;
  currency: string;
  source: Json | null;
  created: number;
  /** That paid it out; null: it is still there. */
  payout: string | null;
};
export type PayoutEntry = {
  id: string;
  amount: number;
  automatic: boolean;
  currency: string;
  created: number;
  status: 'paid' | 'failed';
  failure_balance_transaction: string | null;
};
export type InvoiceEntry = {
  id: string;
  amount_paid: number;
  currency: string;
  total_taxes: readonly Json[];
  created: number;
  status: 'paid';
  status_transitions: Readonly<{ paid_at: number }>;
};

/** Cents that Stripe keeps of each payment, and of each dispute, which it does not give back. */
export const FEE = 59;
export const DISPUTE_FEE = 1_500;

export const id = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '')}`;

/**
 * What Stripe holds of ours: balance transactions, payouts and paid invoices, in cents, of US dollars where nothing else is said. The lists are open, so that a test makes
 * them wrong in any way: another fee, a payout that is missing, an invoice that is too many.
 */
export class StripeMoney {
  readonly balance: BalanceEntry[] = [];
  readonly payouts: PayoutEntry[] = [];
  readonly invoices: InvoiceEntry[] = [];

  moved(
    type: string,
    amount: number,
    created: number,
    source: Json | null,
    fee = 0,
    currency = 'usd',
  ): BalanceEntry {
    const entry = { id: id('txn'), type, amount, fee, currency, source, created, payout: null };
    this.balance.push(entry);
    return entry;
  }

  paid(
    invoice: Readonly<{ id: string; amount_paid: number; currency?: string; total_taxes?: unknown }>,
    at: number,
  ): void {
    const { amount_paid, currency = 'usd', total_taxes } = invoice;
    this.invoices.push({
      id: invoice.id,
      amount_paid,
      currency,
      total_taxes: total_taxes as readonly Json[],
      created: at,
      status: 'paid',
      status_transitions: { paid_at: at },
    });
  }

  /** Something of the payment went back, or may. */
  isBack(payment: string): boolean {
    return this.balance.some(
      ({ type, source }) => type !== 'charge' && source?.['payment_intent'] === payment,
    );
  }

  /** All that is there leaves for the bank. */
  payOut(created: number): PayoutEntry {
    const waiting = this.balance.filter(({ payout }) => payout === null);
    const amount = waiting.reduce((sum, entry) => sum + entry.amount - entry.fee, 0);
    const payout: PayoutEntry = {
      id: id('po'),
      amount,
      automatic: true,
      currency: 'usd',
      created,
      status: 'paid',
      failure_balance_transaction: null,
    };
    this.payouts.push(payout);
    const left = this.moved('payout', -amount, created, { id: payout.id, object: 'payout' });
    for (const entry of [...waiting, left]) entry.payout = payout.id;
    return payout;
  }

  /** The bank sends it back. */
  refuse(payout: PayoutEntry, created: number): void {
    payout.status = 'failed';
    const back = this.moved('payout_failure', payout.amount, created, { id: payout.id, object: 'payout' });
    payout.failure_balance_transaction = back.id;
  }
}
