import { never } from '../../kernel/never.ts';
import type {
  DisputeLost,
  DisputeOpened,
  DisputeReopened,
  DisputeWon,
  MoneyEvent,
  NoticeTaken,
  PaymentEvent,
  PaymentFailed,
  PlanChanged,
} from './events.ts';
import type {
  CycleCredits,
  Dispute,
  InvoiceFailed,
  InvoicePaid,
  Money,
  Refund,
  Subscription,
} from './notice.ts';

/** With the provider's time of the news that told of it first. */
type At<Fact> = Fact & Readonly<{ at: string }>;

export type Plan = Readonly<Omit<PlanChanged['data'], 'userId' | 'at'>>;

/** What the provider moved of its balance with us, by the newest news that told of it. */
type Moved = At<
  Readonly<{ withdrawn: Money; returned: Money | null; further: readonly Money[]; movements: number }>
>;

/** What is booked of a dispute; `amount`: what it took, or, of one that is lost, what is not back. */
export type BookedDispute = Money &
  Readonly<{
    status: Dispute['status'];
    invoiceId: string;
    returned: Money | null;
    exchanged: readonly Money[];
  }>;

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
  disputes: Readonly<Record<string, At<Dispute> & Readonly<{ moved: Moved | null }>>>;
  /** By dispute. */
  disputed: Readonly<Record<string, BookedDispute>>;
  /** Names of what else was booked. */
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
  disputed: {},
  booked: {},
  plan: null,
});

const REFUND_ORDER: readonly Refund['status'][] = ['PENDING', 'SUCCEEDED', 'FAILED'];

/** The one that is further in its life; of two alike the earlier, so that the order of the news does not matter. */
const further = (known: At<Refund> | undefined, news: At<Refund>): At<Refund> => {
  if (known === undefined) return news;
  const ahead = REFUND_ORDER.indexOf(news.status) - REFUND_ORDER.indexOf(known.status);
  if (ahead !== 0) return ahead > 0 ? news : known;
  return news.at < known.at ? news : known;
};

/** The one that comes later by the first of these in which they differ, so that the order of the news does not matter. */
const later = <Fact extends object>(
  known: Fact | null | undefined,
  news: Fact,
  ranksOf: (fact: Fact) => readonly (string | number)[],
): Fact => {
  if (known === null || known === undefined) return news;
  const [before, now] = [ranksOf(known), ranksOf(news)];
  const place = now.findIndex((rank, index) => rank !== before[index]);
  return place === -1 || (now[place] ?? '') < (before[place] ?? '') ? known : news;
};

/**
 * What was decided stands until something else is decided: an appeal leaves the money where it is. Of two decisions the later stands, and
 * within one second, in which no bank decides twice, that by which the money is gone.
 */
const disputeRanks = ({ status, at }: At<Dispute>) => [
  status === 'OPEN' ? 0 : 1,
  at,
  status === 'LOST' ? 1 : 0,
];
/** Within one second the one that knows of more movements is the later; the rest makes it the same in every order. */
const movedRanks = ({ at, movements, returned, withdrawn, further }: Moved) => [
  at,
  movements,
  returned?.amount ?? 0,
  withdrawn.amount,
  JSON.stringify(further),
];

const movedOf = ({ withdrawn, returned, further = [], movements = 0 }: Dispute, at: string): Moved | null =>
  withdrawn === undefined ? null : { withdrawn, returned: returned ?? null, further, movements, at };

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
      const known = further(state.refunds[notice.refundId], { ...notice, at });
      return { ...state, refunds: { ...state.refunds, [notice.refundId]: known } };
    }
    case 'DISPUTE': {
      const before = state.disputes[notice.disputeId];
      // Told by some of its news only.
      const told = movedOf(notice, at);
      const moved = told === null ? (before?.moved ?? null) : later(before?.moved, told, movedRanks);
      const known = { ...later<At<Dispute>>(before, { ...notice, at }, disputeRanks), moved };
      return { ...state, disputes: { ...state.disputes, [notice.disputeId]: known } };
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

type OfDispute = DisputeOpened | DisputeWon | DisputeLost | DisputeReopened;
export type Booking = MoneyEvent | PaymentFailed;

/** What is booked once; named by the provider's object. */
export const bookingOf = (event: Exclude<Booking, OfDispute>): string => {
  switch (event.type) {
    case 'PaymentFailed':
      return `${event.type} ${event.data.invoiceId}-${event.data.attempt}`;
    case 'PaymentReceived':
      return `${event.type} ${event.data.invoiceId}`;
    case 'PaymentRefunded':
    case 'RefundReturned':
      return `${event.type} ${event.data.refundId}`;
    default:
      return never(event);
  }
};

const DISPUTED = {
  DisputeOpened: 'OPEN',
  DisputeReopened: 'OPEN',
  DisputeWon: 'WON',
  DisputeLost: 'LOST',
} as const;

const bookedOf = ({ type, data }: OfDispute): BookedDispute => {
  const { invoiceId, amount, currency } = data;
  const isEnded = type === 'DisputeWon' || type === 'DisputeLost';
  const returned = isEnded ? (data.returned ?? null) : null;
  const exchanged = isEnded ? (data.exchanged ?? []) : [];
  return { status: DISPUTED[type], invoiceId, amount, currency, returned, exchanged };
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
    case 'DisputeOpened':
    case 'DisputeWon':
    case 'DisputeLost':
    case 'DisputeReopened':
      return { ...state, disputed: { ...state.disputed, [event.data.disputeId]: bookedOf(event) } };
    default:
      return { ...state, booked: { ...state.booked, [bookingOf(event)]: true } };
  }
};
