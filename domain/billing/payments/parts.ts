import type { DisputeOpened } from './events.ts';
import type { Money } from './notice.ts';
import type { PaymentsState } from './state.ts';

type Invoice = PaymentsState['invoices'][string];

/** Of whom, and the news that all of it follows from. */
export type News = Readonly<{ userId: string; noticeId: string }>;

/** What a refund or a dispute takes of an invoice. */
export type Part = Omit<DisputeOpened['data'], 'disputeId'>;

/** The share of a whole that belongs to `amount` of the total, rounded down. */
export const share = (whole: number, amount: number, total: number): number =>
  total === 0 ? 0 : Number((BigInt(whole) * BigInt(Math.min(amount, total))) / BigInt(total));

/** `moved`: what it moves of our balance; null: nothing yet. null: that, or it is not known yet what was paid. */
export const partOf = (
  news: News,
  state: PaymentsState,
  { paymentId, begunAt: at }: Readonly<{ paymentId: string; begunAt: string }>,
  movedOf: (invoice: Invoice) => Money | null,
): Part | null => {
  const invoice = state.invoices[state.payments[paymentId] ?? ''];
  const moved = invoice === undefined ? null : movedOf(invoice);
  if (invoice === undefined || moved === null) return null;
  const { invoiceId, total } = invoice;
  const tax = moved.currency === invoice.currency ? share(invoice.tax, moved.amount, total) : 0;
  return { ...news, invoiceId, paymentId, ...moved, tax, at };
};
