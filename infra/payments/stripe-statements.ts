import Stripe from 'stripe';
import { z } from 'zod';
import type { BalanceMovement } from '../../domain/billing/payments/balance.ts';
import type { PaidInvoice, Payout, RefundNow, Statements } from '../finance/statements.ts';
import { asked } from './stripe-provider.ts';
import { bookedId, currencyCode, idOf, instantSeconds, isoOf, secondsOf } from './stripe-values.ts';

const PAGE = 100;
const DAY_SECONDS = 86_400;
/** Between an invoice and its payment, while Stripe tries again. */
const LATEST_PAYMENT = 90 * DAY_SECONDS;

const between = (from: string, to: string) => ({ gte: secondsOf(from), lt: secondsOf(to) });

const FEES: ReadonlySet<string> = new Set(['stripe_fee', 'stripe_fx_fee', 'tax_fee']);
const PAYOUTS: ReadonlySet<string> = new Set(['payout', 'payout_cancel', 'payout_failure']);

/** What moved, by the object that moved it; by its own name where there is none. */
const sourceOf = ({
  id,
  type,
  source,
}: Stripe.BalanceTransaction): Pick<BalanceMovement, 'sourceId' | 'kind'> => {
  if (PAYOUTS.has(type)) return { sourceId: idOf(source) ?? id, kind: 'PAYOUT' };
  if (FEES.has(type)) return { sourceId: id, kind: 'FEE' };
  if (source === null || typeof source === 'string') return { sourceId: id, kind: 'OTHER' };
  switch (source.object) {
    case 'charge':
      return { sourceId: idOf(source.payment_intent) ?? source.id, kind: 'PAYMENT' };
    case 'refund':
      return { sourceId: source.id, kind: 'REFUND' };
    case 'dispute':
      return { sourceId: source.id, kind: 'DISPUTE' };
    default:
      return { sourceId: id, kind: 'OTHER' };
  }
};

/** What is booked for ever: a number of Stripe that is none would stop the ledger. */
const booked = z.looseObject({
  id: bookedId,
  amount: z.int(),
  fee: z.int(),
  currency: currencyCode,
  created: instantSeconds,
});

/** Throws `z.ZodError` where it is none that could be booked. */
const movementOf = (found: Stripe.BalanceTransaction): BalanceMovement => {
  const { id: transactionId, amount, fee, currency, created } = booked.parse(found);
  const at = isoOf(created);
  return { transactionId, ...sourceOf(found), amount, fee, currency: currency.toUpperCase(), at };
};

/** Without its own movements; an earlier payout that came back is paid out again like all else. */
const paidOutBy = async (stripe: Stripe, payoutId: string): Promise<number> => {
  let sum = 0;
  for await (const found of each(stripe.balanceTransactions.list({ payout: payoutId, limit: PAGE })))
    if (!PAYOUTS.has(found.type) || idOf(found.source) !== payoutId) sum += found.amount - found.fee;
  return sum;
};

const payoutOf = (found: Stripe.Payout): Payout => ({
  payoutId: found.id,
  amount: found.amount,
  currency: found.currency.toUpperCase(),
  at: isoOf(found.created),
  hasFailed: found.status === 'failed' || found.status === 'canceled',
  returnId: idOf(found.failure_balance_transaction),
  isAutomatic: found.automatic,
});

const paidInvoiceOf = (found: Stripe.Invoice): PaidInvoice | null =>
  found.status !== 'paid' || found.status_transitions.paid_at === null
    ? null
    : {
        invoiceId: found.id,
        amount: found.amount_paid,
        tax: (found.total_taxes ?? []).reduce((sum, { amount }) => sum + amount, 0),
        currency: found.currency.toUpperCase(),
        paidAt: isoOf(found.status_transitions.paid_at),
      };

const isMoved = (
  found: string | Stripe.BalanceTransaction | null | undefined,
): found is Stripe.BalanceTransaction => typeof found === 'object' && found !== null;

const refundOf = (found: Stripe.Refund): RefundNow => ({
  isPending: found.status === 'pending' || found.status === 'requires_action',
  movements: [found.balance_transaction, found.failure_balance_transaction]
    .filter(isMoved)
    .map((moved) => ({ ...movementOf(moved), sourceId: found.id, kind: 'REFUND' as const })),
});

const movedFor = ({
  id: sourceId,
  balance_transactions: moved,
}: Stripe.Dispute): readonly BalanceMovement[] =>
  moved.map((each) => ({ ...movementOf(each), sourceId, kind: 'DISPUTE' as const }));

const isMissing = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 404;

/** null: there is no such object. */
const ifThere = <T>(work: () => Promise<T>): Promise<T | null> =>
  asked(() =>
    work().catch((error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    }),
  );

/** All of a list, page by page. */
const each = async function* <T>(list: AsyncIterable<T>): AsyncGenerator<T> {
  const items = list[Symbol.asyncIterator]();
  for (let next = await asked(() => items.next()); next.done !== true; next = await asked(() => items.next()))
    yield next.value;
};

/** BIL-15: our balance, payouts and invoices at Stripe, page by page. Throws as `asked` does. */
export const stripeStatements = (stripe: Stripe): Statements => ({
  async *movements(from, to) {
    const created = between(from, to);
    const pages = stripe.balanceTransactions.list({ created, limit: PAGE, expand: ['data.source'] });
    for await (const found of each(pages)) yield movementOf(found);
  },
  async *payouts(from, to) {
    for await (const found of each(stripe.payouts.list({ created: between(from, to), limit: PAGE })))
      yield payoutOf(found);
  },
  paidOutBy: (payoutId) => paidOutBy(stripe, payoutId),
  async *invoices(from, to) {
    const { gte, lt } = between(from, to);
    const created = { gte: gte - LATEST_PAYMENT, lt };
    for await (const found of each(stripe.invoices.list({ created, status: 'paid', limit: PAGE }))) {
      const paid = paidInvoiceOf(found);
      if (paid !== null && paid.paidAt >= from && paid.paidAt < to) yield paid;
    }
  },
  async refund(refundId) {
    const expand = ['balance_transaction', 'failure_balance_transaction'];
    const refund = await ifThere(() => stripe.refunds.retrieve(refundId, { expand }));
    return refund === null ? null : refundOf(refund);
  },
  async dispute(disputeId) {
    const dispute = await ifThere(() => stripe.disputes.retrieve(disputeId));
    return dispute === null ? null : movedFor(dispute);
  },
  async invoice(invoiceId) {
    const invoice = await ifThere(() => stripe.invoices.retrieve(invoiceId));
    return invoice === null ? null : paidInvoiceOf(invoice);
  },
});
