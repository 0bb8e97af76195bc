import { TIER_NAMES } from '../../kernel/tiers.ts';
import { graceEnd, type LaterTier } from '../plan-term.ts';
import { type Due, disputesDue } from './disputes.ts';
import type {
  DisputeLost,
  DisputeReopened,
  PaymentReceived,
  PaymentRefunded,
  RefundReturned,
} from './events.ts';
import { sharesOf } from './invoice-lines.ts';
import type { Subscription } from './notice.ts';
import { type News, partOf, share } from './parts.ts';
import { creditsOfInvoice, creditsReturnedBy } from './proration.ts';
import { type Booking, bookingOf, type PaymentsState, type Plan } from './state.ts';

const lotOf = (invoiceId: string): string => `invoice-${invoiceId}`;

type Invoice = PaymentsState['invoices'][string];

const received = (news: News, invoice: Invoice): PaymentReceived => {
  const { invoiceId, total: amount, tax, currency, lines = [], cycleEndsAt, at } = invoice;
  return {
    type: 'PaymentReceived',
    data: {
      ...news,
      invoiceId,
      amount,
      tax,
      currency,
      lines: sharesOf(lines, amount - tax),
      source: cycleEndsAt === null ? 'TOP_UP' : 'SUBSCRIPTION',
      lotId: lotOf(invoiceId),
      microCredits: creditsOfInvoice(invoice),
      creditsEndAt: cycleEndsAt,
      at,
    },
  };
};

const isOfCycle = (one: Invoice, { subscriptionId, cycleEndsAt }: Invoice): boolean =>
  one.subscriptionId !== null && one.subscriptionId === subscriptionId && one.cycleEndsAt === cycleEndsAt;

/** Invoices for the same cycle of the same subscription, this one included, in an order that no news changes. */
const ofCycle = ({ invoices }: PaymentsState, invoice: Invoice): readonly Invoice[] =>
  Object.values(invoices)
    .filter((one) => isOfCycle(one, invoice))
    .toSorted((a, b) => (a.invoiceId < b.invoiceId ? -1 : 1));

/** What changes to a cheaper plan took of the credits of an invoice: from the first of its cycle, and then from the next. */
const downgradedOf = (state: PaymentsState, invoice: Invoice): number => {
  const cycle = ofCycle(state, invoice);
  let due = cycle.reduce((sum, one) => sum + creditsReturnedBy(one), 0);
  for (const one of cycle) {
    const part = Math.min(due, creditsOfInvoice(one));
    if (one.invoiceId === invoice.invoiceId) return part;
    due -= part;
  }
  return 0;
};

/** Invoices whose credits may change because this one was paid: where a plan of its cycle was given back for a cheaper one. */
export const touchedBy = (state: PaymentsState, invoiceId: string): readonly string[] => {
  const invoice = state.invoices[invoiceId];
  if (invoice === undefined) return [];
  const cycle = ofCycle(state, invoice);
  return cycle.some((one) => creditsReturnedBy(one) > 0) ? cycle.map((one) => one.invoiceId) : [];
};

/** Micro-credits of an invoice whose money went back, by what is known; null: no such invoice was paid. */
export const reclaimOf = (
  state: PaymentsState,
  invoiceId: string,
): Readonly<{ lotId: string; due: number }> | null => {
  const invoice = state.invoices[invoiceId];
  if (invoice === undefined) return null;
  const back = [
    ...Object.values(state.refunds)
      .filter(({ status, paymentId }) => status === 'SUCCEEDED' && state.payments[paymentId] === invoiceId)
      .map(({ amount }) => amount),
    // All of it where what was lost is not told in its currency.
    ...Object.values(state.disputed)
      .filter((dispute) => dispute.status === 'LOST' && dispute.invoiceId === invoiceId)
      .map(({ amount, currency }) => (currency === invoice.currency ? amount : invoice.total)),
  ];
  const all = creditsOfInvoice(invoice);
  // Of the sum: the shares of many small refunds, each rounded down, would leave something of what went back whole.
  const refunded = back.reduce((sum, amount) => sum + amount, 0);
  const due = share(all, refunded, invoice.total) + downgradedOf(state, invoice);
  return { lotId: lotOf(invoiceId), due: Math.min(all, due) };
};

type BookedOnce = Parameters<typeof bookingOf>[0];
const isBookedOnce = (state: PaymentsState, event: BookedOnce): boolean =>
  Object.hasOwn(state.booked, bookingOf(event));

const refunds = (news: News, state: PaymentsState): readonly BookedOnce[] =>
  Object.values(state.refunds).flatMap((refund): BookedOnce[] => {
    const { status, amount } = refund;
    // It is of the currency of its payment.
    const part =
      status === 'PENDING' ? null : partOf(news, state, refund, ({ currency }) => ({ amount, currency }));
    if (part === null) return [];
    const data = { ...part, refundId: refund.refundId, lines: [] };
    const refunded: BookedOnce = { type: 'PaymentRefunded', data };
    if (status === 'SUCCEEDED') return [refunded];
    if (refund.hasMoved === false && !isBookedOnce(state, refunded)) return [];
    return [refunded, { type: 'RefundReturned', data: { ...data, at: refund.at } }];
  });

const failures = ({ userId }: News, { failures: known, invoices }: PaymentsState): readonly BookedOnce[] =>
  Object.values(known).map(({ invoiceId, attempt, nextAttemptAt, at }) => ({
    type: 'PaymentFailed',
    data: { userId, invoiceId, attempt, nextAttemptAt, isPaid: invoices[invoiceId] !== undefined, at },
  }));

type Return = PaymentRefunded | RefundReturned | DisputeLost | DisputeReopened;

/** Of what was taken in another currency than was paid, no share of the invoice is known. */
const isReturn = ({ invoices }: PaymentsState, event: Booking): event is Return =>
  (event.type === 'PaymentRefunded' ||
    event.type === 'RefundReturned' ||
    event.type === 'DisputeLost' ||
    (event.type === 'DisputeReopened' && event.data.was === 'LOST')) &&
  event.data.currency === invoices[event.data.invoiceId]?.currency;

/** What of the money of its invoice went back before it, and after it. */
type Back = Readonly<{ before: number; after: number }>;

/**
 * With the tax and the lines that bring all that went back of its invoice to their shares: of parts that were each rounded, something
 * would be left of a whole that went back. Each order of the news comes to the same, and no more goes back than there was.
 */
const withShares = (state: PaymentsState, event: Return, { before, after }: Back): Return => {
  const invoice = state.invoices[event.data.invoiceId];
  if (invoice === undefined) return event;
  const { tax: whole, total, lines = [] } = invoice;
  const taxOf = (back: number): number => share(whole, back, total);
  const [less, more] = before < after ? [before, after] : [after, before];
  const tax = taxOf(more) - taxOf(less);
  const data = { ...event.data, tax, lines: sharesOf(lines, event.data.amount - tax, less - taxOf(less)) };
  return { ...event, data } as Return;
};

/** Those of all that follows that are not booked yet. */
const unbooked = (state: PaymentsState, all: readonly Due[]): readonly Booking[] => {
  const back = new Map<string, number>();
  const move = ({ type, data: { invoiceId, amount } }: Return): Back => {
    const before = back.get(invoiceId) ?? 0;
    const comesBack = type === 'RefundReturned' || type === 'DisputeReopened';
    const after = before + (comesBack ? -amount : amount);
    back.set(invoiceId, after);
    return { before, after };
  };
  for (const { event, isBooked } of all) if (isBooked && isReturn(state, event)) move(event);
  return all.flatMap(({ event, isBooked }) => {
    if (isBooked) return [];
    return [isReturn(state, event) ? withShares(state, event, move(event)) : event];
  });
};

/** All that follows from what is known and was not booked yet: a refund waits here for its payment. */
export const bookingsDue = (news: News, state: PaymentsState): readonly Booking[] => {
  const once = [
    ...Object.values(state.invoices).map((invoice) => received(news, invoice)),
    ...failures(news, state),
    ...refunds(news, state),
  ];
  return unbooked(state, [
    ...once.map((event) => ({ event, isBooked: isBookedOnce(state, event) })),
    ...disputesDue(news, state),
  ]);
};

const rank = ({ tier }: Subscription): number => TIER_NAMES.indexOf(tier);

/**
 * What a plan comes to by itself: what was agreed for later, and FREE at the end of what is paid, or after the grace where it was to be
 * paid on. The provider moves the cycle of a subscription on before it is paid, so that of one past due the invoices say until when.
 */
const termOf = (
  { invoices }: PaymentsState,
  { subscriptionId, status, cycleEndsAt, cancelsAtCycleEnd, next = null }: Subscription,
): readonly LaterTier[] => {
  const cycles = Object.values(invoices).flatMap((invoice) =>
    invoice.subscriptionId === subscriptionId && invoice.cycleEndsAt !== null ? [invoice.cycleEndsAt] : [],
  );
  const paidUntil = status === 'PAST_DUE' ? (cycles.toSorted().at(-1) ?? cycleEndsAt) : cycleEndsAt;
  const unpaid = graceEnd(paidUntil);
  const over = cancelsAtCycleEnd && cycleEndsAt < unpaid ? cycleEndsAt : unpaid;
  return [...(next !== null && next.at < over ? [next] : []), { tier: 'FREE', at: over }];
};

/**
 * A plan of which a cycle is paid has begun, also where it was read before the provider showed that: whether its payment or its plan is
 * heard of first, its credits are those of a plan.
 */
const hasBegun = ({ invoices }: PaymentsState, { subscriptionId, status }: Subscription): boolean =>
  status === 'ACTIVE' ||
  status === 'PAST_DUE' ||
  (status === 'PENDING' &&
    Object.values(invoices).some(
      (invoice) => invoice.subscriptionId === subscriptionId && invoice.cycleEndsAt !== null,
    ));

/** The best plan that is paid for; once there was one, FREE; null: there never was. */
export const planOf = (state: PaymentsState): Plan | null => {
  const { subscriptions, plan } = state;
  const known = Object.values(subscriptions).toSorted((a, b) =>
    a.subscriptionId < b.subscriptionId ? -1 : 1,
  );
  const [best] = known.filter((one) => hasBegun(state, one)).toSorted((a, b) => rank(b) - rank(a));
  if (best !== undefined) {
    const { subscriptionId, tier, cycleEndsAt, cancelsAtCycleEnd } = best;
    const status = best.status === 'PAST_DUE' ? 'PAST_DUE' : 'ACTIVE';
    return { subscriptionId, tier, status, cycleEndsAt, cancelsAtCycleEnd, then: termOf(state, best) };
  }
  const over = known.findLast(({ status }) => status !== 'PENDING');
  if (over === undefined) return plan;
  const { subscriptionId, cycleEndsAt } = over;
  return { subscriptionId, tier: 'FREE', status: 'ENDED', cycleEndsAt, cancelsAtCycleEnd: false };
};
