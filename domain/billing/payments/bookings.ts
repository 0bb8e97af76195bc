import { TIER_NAMES } from '../../kernel/tiers.ts';
import { graceEnd, type LaterTier } from '../plan-term.ts';
import type {
  DisputeLost,
  DisputeOpened,
  PaymentReceived,
  PaymentRefunded,
  RefundReturned,
} from './events.ts';
import { sharesOf } from './invoice-lines.ts';
import type { Dispute, Refund, Subscription } from './notice.ts';
import { creditsOfInvoice, creditsReturnedBy } from './proration.ts';
import { type Booking, bookingOf, type PaymentsState, type Plan } from './state.ts';

const lotOf = (invoiceId: string): string => `invoice-${invoiceId}`;

type Invoice = PaymentsState['invoices'][string];

/** Of whom, and the news that all of it follows from. */
type News = Readonly<{ userId: string; noticeId: string }>;

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

/** The share of a whole that belongs to `amount` of the total, rounded down. */
const share = (whole: number, amount: number, total: number): number =>
  total === 0 ? 0 : Number((BigInt(whole) * BigInt(Math.min(amount, total))) / BigInt(total));

type OfInvoice = Omit<DisputeOpened['data'], 'disputeId'>;
type Money = Readonly<{ amount: number; currency: string }>;

/**
 * What a refund or a dispute moves of our balance; null: nothing yet. A refund is of the currency of its payment. What is disputed in
 * another one is no amount of ours: of that it counts what the provider took.
 */
const movedBy = (part: Refund | Dispute, { currency }: Invoice): Money | null => {
  if (part.kind === 'REFUND' || (part.currency ?? currency) === currency)
    return { amount: part.amount, currency };
  return part.withdrawn ?? null;
};

/** What a refund or a dispute takes of an invoice; null: it is not known yet what was paid, or what was taken. */
const partOf = (news: News, state: PaymentsState, part: Refund | Dispute): OfInvoice | null => {
  const invoice = state.invoices[state.payments[part.paymentId] ?? ''];
  const moved = invoice === undefined ? null : movedBy(part, invoice);
  if (invoice === undefined || moved === null) return null;
  const { invoiceId, total } = invoice;
  const { paymentId, begunAt: at } = part;
  const tax = moved.currency === invoice.currency ? share(invoice.tax, moved.amount, total) : 0;
  return { ...news, invoiceId, paymentId, ...moved, tax, at };
};

/** How much of what was paid is back with the person; all of it where that is not told in its currency. */
const backOf = (part: Refund | Dispute, invoice: Invoice): number => {
  const moved = movedBy(part, invoice);
  return moved === null || moved.currency === invoice.currency ? (moved?.amount ?? 0) : invoice.total;
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
  const { refunds, disputes } = state;
  const invoice = state.invoices[invoiceId];
  if (invoice === undefined) return null;
  const back = [
    ...Object.values(refunds).filter(({ status }) => status === 'SUCCEEDED'),
    ...Object.values(disputes).filter(({ status }) => status === 'LOST'),
  ].filter(({ paymentId }) => state.payments[paymentId] === invoiceId);
  const all = creditsOfInvoice(invoice);
  // Of the sum: the shares of many small refunds, each rounded down, would leave something of what went back whole.
  const refunded = back.reduce((sum, part) => sum + backOf(part, invoice), 0);
  const due = share(all, refunded, invoice.total) + downgradedOf(state, invoice);
  return { lotId: lotOf(invoiceId), due: Math.min(all, due) };
};

const refunds = (news: News, state: PaymentsState): readonly Booking[] =>
  Object.values(state.refunds).flatMap((refund): Booking[] => {
    const part = refund.status === 'PENDING' ? null : partOf(news, state, refund);
    if (part === null) return [];
    const data = { ...part, refundId: refund.refundId, lines: [] };
    const refunded: Booking = { type: 'PaymentRefunded', data };
    if (refund.status === 'SUCCEEDED') return [refunded];
    if (refund.hasMoved === false && !Object.hasOwn(state.booked, bookingOf(refunded))) return [];
    return [refunded, { type: 'RefundReturned', data: { ...data, at: refund.at } }];
  });

const disputes = (news: News, state: PaymentsState): readonly Booking[] =>
  Object.values(state.disputes).flatMap((dispute): Booking[] => {
    const part = partOf(news, state, dispute);
    if (part === null) return [];
    const { disputeId, status, at } = dispute;
    const opened: Booking = { type: 'DisputeOpened', data: { ...part, disputeId } };
    if (status === 'OPEN') return [opened];
    const closed = { ...part, disputeId, at };
    return status === 'WON'
      ? [opened, { type: 'DisputeWon', data: closed }]
      : [opened, { type: 'DisputeLost', data: { ...closed, lines: [] } }];
  });

const failures = ({ userId }: News, { failures: known, invoices }: PaymentsState): readonly Booking[] =>
  Object.values(known).map(({ invoiceId, attempt, nextAttemptAt, at }) => ({
    type: 'PaymentFailed',
    data: { userId, invoiceId, attempt, nextAttemptAt, isPaid: invoices[invoiceId] !== undefined, at },
  }));

type Return = PaymentRefunded | RefundReturned | DisputeLost;

/** Of what was taken in another currency than was paid, no share of the invoice is known. */
const isReturn = ({ invoices }: PaymentsState, event: Booking): event is Return =>
  (event.type === 'PaymentRefunded' || event.type === 'RefundReturned' || event.type === 'DisputeLost') &&
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

/** Those of all bookings that are due. */
const dueOf = (state: PaymentsState, all: readonly Booking[]): readonly Booking[] => {
  const isBooked = (event: Booking): boolean => Object.hasOwn(state.booked, bookingOf(event));
  const back = new Map<string, number>();
  const move = ({ type, data: { invoiceId, amount } }: Return): Back => {
    const before = back.get(invoiceId) ?? 0;
    const after = before + (type === 'RefundReturned' ? -amount : amount);
    back.set(invoiceId, after);
    return { before, after };
  };
  for (const event of all.filter(isBooked)) if (isReturn(state, event)) move(event);
  return all
    .filter((event) => !isBooked(event))
    .map((event) => (isReturn(state, event) ? withShares(state, event, move(event)) : event));
};

/** All that follows from what is known and was not booked yet: a refund waits here for its payment. */
export const bookingsDue = (news: News, state: PaymentsState): readonly Booking[] =>
  dueOf(state, [
    ...Object.values(state.invoices).map((invoice) => received(news, invoice)),
    ...failures(news, state),
    ...refunds(news, state),
    ...disputes(news, state),
  ]);

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

/** The best plan that is paid for; once there was one, FREE; null: there never was. */
export const planOf = (state: PaymentsState): Plan | null => {
  const { subscriptions, plan } = state;
  const known = Object.values(subscriptions).toSorted((a, b) =>
    a.subscriptionId < b.subscriptionId ? -1 : 1,
  );
  const [best] = known
    .filter(({ status }) => status === 'ACTIVE' || status === 'PAST_DUE')
    .toSorted((a, b) => rank(b) - rank(a));
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
