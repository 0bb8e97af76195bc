import { never } from '../../kernel/never.ts';
import type { MoneyEvent, NoticeTaken, PaymentEvent, PaymentFailed, PlanChanged } from './events.ts';
import type { CycleCredits, Dispute, InvoiceFailed, InvoicePaid, Refund, Subscription } from './notice.ts';

/** With the provider's time of the news that told of it first. */
type At<Fact> = Fact & Readonly<{ at: string }>;

export type Plan = Readonly<Omit<PlanChanged['data'], 'userId' | 'at'>>;

export type PaymentsState = Readonly<{
  customerId: string | null;
  /** Ids of the notices that were taken. */
  taken: Readonly<Record<string, true>>;
  subscriptions: Readonly<Record<string, Subscription>>;
  /** Each with what plans brought when it was heard of first: what was granted for it is counted by that for ever. */
  invoices: Readonly<Record<string, At<InvoicePaid> & Readonly<{ cycleCredits: CycleCredits }>>>;
  failures: Readonly<Record<string, At<InvoiceFailed>>>;
  /** The invoice of a payment. */
  payments: Readonly<Record<string, string>>;
  refunds: Readonly<Record<string, At<Refund>>>;
  disputes: Readonly<Record<string, At<Dispute>>>;
  /** Names of what was booked. */
  booked: Readonly<Record<string, true>>;
  plan: Plan | null;
}>;

export const initialState = (): PaymentsState => ({
  customerId: null,
  taken: {},
  subscriptions: {},
  invoices: {},
  failures: {},
  payments: {},
  refunds: {},
  disputes: {},
  booked: {},
  plan: null,
});

const REFUND_ORDER: readonly Refund['status'][] = ['PENDING', 'SUCCEEDED', 'FAILED'];
const DISPUTE_ORDER: readonly Dispute['status'][] = ['OPEN', 'WON', 'LOST'];

/** The one that is further in its life; of two alike the earlier, so that the order of the news does not matter. */
const further = <Status extends string, Fact extends At<Readonly<{ status: Status }>>>(
  order: readonly Status[],
  known: Fact | undefined,
  news: Fact,
): Fact => {
  if (known === undefined) return news;
  const ahead = order.indexOf(news.status) - order.indexOf(known.status);
  if (ahead !== 0) return ahead > 0 ? news : known;
  return news.at < known.at ? news : known;
};

const earlier = <Fact extends Readonly<{ at: string }>>(known: Fact | undefined, news: Fact): Fact =>
  known === undefined || news.at < known.at ? news : known;

const learn = (
  state: PaymentsState,
  { notice, createdAt: at, cycleCredits: now }: NoticeTaken['data'],
): PaymentsState => {
  switch (notice.kind) {
    case 'INVOICE_PAID': {
      const before = state.invoices[notice.invoiceId];
      const cycleCredits = before?.cycleCredits ?? now;
      const known = earlier(before, { ...notice, at, cycleCredits });
      return { ...state, invoices: { ...state.invoices, [notice.invoiceId]: known } };
    }
    case 'INVOICE_FAILED': {
      const key = `${notice.invoiceId}-${notice.attempt}`;
      const known = earlier(state.failures[key], { ...notice, at });
      return { ...state, failures: { ...state.failures, [key]: known } };
    }
    case 'INVOICE_PAYMENT':
      return { ...state, payments: { ...state.payments, [notice.paymentId]: notice.invoiceId } };
    case 'REFUND': {
      const known = further(REFUND_ORDER, state.refunds[notice.refundId], { ...notice, at });
      return { ...state, refunds: { ...state.refunds, [notice.refundId]: known } };
    }
    case 'DISPUTE': {
      const before = state.disputes[notice.disputeId];
      // Told by some of its news only.
      const withdrawn = before?.withdrawn ?? notice.withdrawn;
      const known = further(DISPUTE_ORDER, before, { ...notice, at });
      const whole = withdrawn === undefined ? known : { ...known, withdrawn };
      return { ...state, disputes: { ...state.disputes, [notice.disputeId]: whole } };
    }
    case 'SUBSCRIPTION':
    case 'OTHER':
      return state;
    default:
      return never(notice);
  }
};

/** A subscription that was cancelled never lives again, whatever is told of it later. */
const read = (state: PaymentsState, subscription: Subscription | null): PaymentsState => {
  if (subscription === null) return state;
  const { subscriptionId } = subscription;
  if (state.subscriptions[subscriptionId]?.status === 'CANCELLED') return state;
  return { ...state, subscriptions: { ...state.subscriptions, [subscriptionId]: subscription } };
};

/** What is booked once; named by the provider's object. */
export type Booking = MoneyEvent | PaymentFailed;

export const bookingOf = (event: Booking): string => {
  switch (event.type) {
    case 'PaymentFailed':
      return `${event.type} ${event.data.invoiceId}-${event.data.attempt}`;
    case 'PaymentReceived':
      return `${event.type} ${event.data.invoiceId}`;
    case 'PaymentRefunded':
    case 'RefundReturned':
      return `${event.type} ${event.data.refundId}`;
    case 'DisputeOpened':
    case 'DisputeWon':
    case 'DisputeLost':
      return `${event.type} ${event.data.disputeId}`;
    default:
      return never(event);
  }
};

export const evolve = (state: PaymentsState, event: PaymentEvent): PaymentsState => {
  switch (event.type) {
    case 'CustomerLinked':
      return { ...state, customerId: event.data.customerId };
    case 'NoticeTaken': {
      const { eventId, subscription } = event.data;
      const taken = { ...state, taken: { ...state.taken, [eventId]: true as const } };
      return read(learn(taken, event.data), subscription);
    }
    case 'PlanChanged': {
      const { userId: _user, at: _at, ...plan } = event.data;
      return { ...state, plan };
    }
    default:
      return { ...state, booked: { ...state.booked, [bookingOf(event)]: true } };
  }
};
