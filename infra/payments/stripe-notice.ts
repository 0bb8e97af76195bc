import Stripe from 'stripe';
import { z } from 'zod';
import type { TakeWebhook } from '../../commands/billing/take-webhook.ts';
import type {
  Dispute,
  InvoicePaid,
  Money,
  PaymentNotice,
  Refund,
} from '../../domain/billing/payments/notice.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { TierName } from '../../domain/kernel/tiers.ts';
import { type Prices, tierOfPrice } from './settings.ts';
import { currencyCode, bookedId as id, idOf, isoOf, instantSeconds as seconds } from './stripe-values.ts';

/** Signed, and not what can be booked. */
export const unreadable = (what: string): Rejection => new Rejection('WEBHOOK_UNREADABLE', what);

/** Whatever somebody called it; a zero byte, for one, could be kept nowhere. */
const given = z.string().regex(/^[\x21-\x7e]{1,255}$/);
/** An id, or the object where it was expanded. */
const reference = z
  .union([given, z.looseObject({ id: given })])
  .transform((value) => (typeof value === 'string' ? value : value.id));
const amount = z.int().min(0);

/** What a line follows from, and whether it is for what was left of a cycle. */
const source = z.looseObject({ proration: z.boolean() }).nullish();
const line = z.looseObject({
  id,
  amount: z.int(),
  parent: z.looseObject({ invoice_item_details: source, subscription_item_details: source }).nullish(),
  period: z.looseObject({ start: seconds, end: seconds }),
  pricing: z.looseObject({ price_details: z.looseObject({ price: reference }).optional() }).nullish(),
});

const invoice = z.looseObject({
  id,
  amount_paid: amount,
  attempt_count: z.int(),
  currency: currencyCode,
  metadata: z
    .looseObject({
      iama_credits: z
        .string()
        .regex(/^\d{1,9}$/)
        .optional(),
    })
    .nullish(),
  next_payment_attempt: seconds.nullable(),
  total_taxes: z.array(z.looseObject({ amount: z.int() })).nullish(),
  parent: z
    .looseObject({ subscription_details: z.looseObject({ subscription: reference }).nullish() })
    .nullish(),
});
const paidInvoice = invoice.extend({
  lines: z.looseObject({ data: z.array(line), has_more: z.literal(false) }),
});
type Invoice = z.output<typeof invoice>;

const invoicePayment = z.looseObject({
  invoice: z.union([id, z.looseObject({ id })]).transform((value) => idOf(value) ?? ''),
  payment: z.looseObject({ payment_intent: reference.optional() }),
});
const refund = z.looseObject({
  id,
  amount,
  created: seconds,
  payment_intent: reference.nullable(),
  status: z.string().nullable(),
  balance_transaction: reference.nullish(),
});
const dispute = z.looseObject({
  id,
  amount,
  currency: currencyCode,
  balance_transactions: z.array(
    z.looseObject({ amount: z.int(), currency: currencyCode, created: z.int().optional() }),
  ),
  created: seconds,
  payment_intent: reference.nullable(),
  status: z.string(),
});
const subscription = z.looseObject({ id });

const envelope = z.looseObject({
  id,
  api_version: z.string().nullable(),
  type: z.string().min(1).max(200),
  created: seconds,
  data: z.looseObject({ object: z.looseObject({ customer: reference.nullish() }) }),
});

const OTHER: PaymentNotice = { kind: 'OTHER' };

const subscriptionOf = ({ parent }: Invoice): string | null =>
  parent?.subscription_details?.subscription ?? null;

const paidOf = (
  found: z.output<typeof paidInvoice>,
  tierOf: (price: string) => TierName | null,
): InvoicePaid => {
  const subscriptionId = subscriptionOf(found);
  const plans = found.lines.data.flatMap(({ amount: charged, parent, period, pricing }) => {
    const price = pricing?.price_details?.price;
    const tier = price === undefined ? null : tierOf(price);
    const { invoice_item_details: item, subscription_item_details: ofPlan } = parent ?? {};
    const isPart = item?.proration === true || ofPlan?.proration === true;
    return tier === null ? [] : [{ tier, isCharged: charged >= 0, isPart, ...period }];
  });
  if (subscriptionId !== null && plans.length === 0 && found.amount_paid > 0)
    throw unreadable(`the invoice ${found.id} of ${subscriptionId} is paid at no price that is configured`);
  const whole = plans.filter(({ isPart }) => !isPart);
  const charged = plans.filter(({ isCharged }) => isCharged);
  return {
    kind: 'INVOICE_PAID',
    invoiceId: found.id,
    subscriptionId,
    total: found.amount_paid,
    tax: (found.total_taxes ?? []).reduce((sum, tax) => sum + tax.amount, 0),
    currency: found.currency.toUpperCase(),
    lines: found.lines.data.map(({ id: lineId, amount: charged, period: { start, end } }) => ({
      lineId,
      amount: charged,
      from: isoOf(start),
      to: isoOf(end),
    })),
    charged: whole.filter(({ isCharged }) => isCharged).map(({ tier }) => tier),
    returned: whole.filter(({ isCharged }) => !isCharged).map(({ tier }) => tier),
    prorated: plans
      .filter(({ isPart }) => isPart)
      .map(({ tier, isCharged, start, end }) => ({ tier, isCharged, from: isoOf(start), to: isoOf(end) })),
    topUpCredits: Number(found.metadata?.iama_credits ?? 0),
    cycleEndsAt: charged.length === 0 ? null : isoOf(Math.max(...charged.map(({ end }) => end))),
  };
};

const REFUND: Readonly<Record<string, Refund['status']>> = {
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  canceled: 'FAILED',
};
type Moves = z.output<typeof dispute>['balance_transactions'];

/** Signed, in each currency; what comes to nothing is left out. */
const sumsOf = (moves: Moves): readonly Money[] =>
  [...Map.groupBy(moves, ({ currency }) => currency.toUpperCase())]
    .map(([currency, made]) => ({ amount: made.reduce((sum, each) => sum + each.amount, 0), currency }))
    .filter(({ amount: sum }) => sum !== 0)
    .toSorted((a, b) => (a.currency < b.currency ? -1 : 1));

/** What Stripe took for a dispute first, what is back of it, and what else moved, in the currencies of the balances that moved. */
const movedFor = ({
  balance_transactions: told,
}: z.output<typeof dispute>): Pick<Dispute, 'withdrawn' | 'returned' | 'further' | 'movements'> => {
  const moved = told.toSorted((a, b) => (a.created ?? 0) - (b.created ?? 0));
  const taken = moved.find((each) => each.amount < 0);
  if (taken === undefined) return {};
  const withdrawn = { amount: -taken.amount, currency: taken.currency.toUpperCase() };
  const rest = sumsOf(moved.filter((each) => each !== taken));
  const isBack = ({ amount: sum }: Money): boolean => sum > 0;
  const returned =
    rest.find((sum) => isBack(sum) && sum.currency === withdrawn.currency) ?? rest.find(isBack);
  const further = rest.filter((sum) => sum !== returned);
  return {
    withdrawn,
    ...(returned === undefined ? {} : { returned }),
    ...(further.length === 0 ? {} : { further }),
    movements: moved.length,
  };
};

const DISPUTE: Readonly<Record<string, Dispute['status']>> = { won: 'WON', lost: 'LOST' };
/** A question of the bank before any dispute, and a dispute that never came about. */
const movesNothing = (status: string): boolean => status.startsWith('warning_') || status === 'prevented';
/** `funds_withdrawn` tells that a question became a dispute, `funds_reinstated` what came back of it, which may be after it was closed. */
const DISPUTES: ReadonlySet<string> = new Set(
  ['created', 'updated', 'funds_withdrawn', 'closed', 'funds_reinstated'].map(
    (what) => `charge.dispute.${what}`,
  ),
);

/** By type; what is not named here is kept and has no effect. */
const noticeOf = (
  type: string,
  object: unknown,
  tierOf: (price: string) => TierName | null,
): PaymentNotice => {
  if (type.startsWith('customer.subscription.'))
    return { kind: 'SUBSCRIPTION', subscriptionId: subscription.parse(object).id };
  if (type === 'invoice.paid') return paidOf(paidInvoice.parse(object), tierOf);
  if (type === 'invoice.payment_failed') {
    const found = invoice.parse(object);
    const { id: invoiceId, attempt_count: attempt, next_payment_attempt: next } = found;
    const nextAttemptAt = next === null ? null : isoOf(next);
    return {
      kind: 'INVOICE_FAILED',
      invoiceId,
      subscriptionId: subscriptionOf(found),
      attempt,
      nextAttemptAt,
    };
  }
  if (type === 'invoice_payment.paid') {
    const { invoice: invoiceId, payment } = invoicePayment.parse(object);
    const paymentId = payment.payment_intent;
    return paymentId === undefined ? OTHER : { kind: 'INVOICE_PAYMENT', invoiceId, paymentId };
  }
  if (type === 'refund.created' || type === 'refund.updated' || type === 'refund.failed') {
    const told = refund.parse(object);
    const { id: refundId, amount: moved, created, payment_intent: paymentId } = told;
    if (paymentId === null) return OTHER;
    const status = REFUND[told.status ?? ''] ?? 'PENDING';
    const unmoved =
      status === 'FAILED' && told.balance_transaction === null ? ({ hasMoved: false } as const) : {};
    return {
      kind: 'REFUND',
      refundId,
      paymentId,
      amount: moved,
      status,
      ...unmoved,
      begunAt: isoOf(created),
    };
  }
  if (DISPUTES.has(type)) {
    const told = dispute.parse(object);
    const { id: disputeId, created, payment_intent: paymentId, status } = told;
    if (paymentId === null || movesNothing(status)) return OTHER;
    return {
      kind: 'DISPUTE',
      disputeId,
      paymentId,
      amount: told.amount,
      currency: told.currency.toUpperCase(),
      ...movedFor(told),
      status: DISPUTE[status] ?? 'OPEN',
      begunAt: isoOf(created),
    };
  }
  return OTHER;
};

/**
 * A webhook as we keep it: without addresses, cards and names, and without what differs from one delivery to the next.
 * Throws `z.ZodError` where it is none, and `Rejection` WEBHOOK_UNREADABLE where it cannot be booked: of another version of
 * the API than the package was made for, or at a price of no plan.
 */
export const webhookOf = (body: unknown, prices: Prices, at: string): TakeWebhook['data'] => {
  const tierOf = (price: string): TierName | null => tierOfPrice(prices, price);
  const { id: eventId, api_version: version, type: eventType, created, data } = envelope.parse(body);
  if (version !== Stripe.API_VERSION)
    throw unreadable(`${eventId} is of version ${version} of the API, ${Stripe.API_VERSION} is read here`);
  const { object } = data;
  const customerId =
    eventType.startsWith('customer.') && !eventType.startsWith('customer.subscription.')
      ? null
      : (object.customer ?? null);
  const notice = noticeOf(eventType, object, tierOf);
  return { eventId, eventType, createdAt: isoOf(created), customerId, notice, at };
};
