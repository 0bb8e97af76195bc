import Stripe from 'stripe';
import { FEE, id, type Json, StripeMoney } from './stripe-money.ts';
import { type Payment, StripeReturns } from './stripe-returns.ts';

type Sub = {
  id: string;
  customer: string;
  price: string;
  status: string;
  end: number;
  cancels: boolean;
  /** Seconds, of one that ends on a day of its own. */
  endsAt?: number;
  /** The price from the next cycle on, as a schedule says; null: the same. */
  next?: string | null;
};

type Invoice = Json & Readonly<{ id: string; amount_paid: number; currency: string }>;

/** The end of the monthly cycle after, in seconds; on no day that some month does not have. */
const cycleAfter = (seconds: number): number => {
  const at = new Date(seconds * 1_000);
  return at.setUTCMonth(at.getUTCMonth() + 1, Math.min(27, at.getUTCDate())) / 1_000;
};
export const cycleBefore = (seconds: number): number => {
  const at = new Date(seconds * 1_000);
  return at.setUTCMonth(at.getUTCMonth() - 1) / 1_000;
};
const TOLD_LINES = 10;

/** An event as Stripe sends it. */
export type StripeEvent = Readonly<{
  id: string;
  api_version: string;
  type: string;
  created: number;
  data: Readonly<{ object: Json }>;
}>;

/**
 * What Stripe keeps and what it tells of it, in memory: customers, subscriptions, payments and invoices; money is in `StripeMoney`, what goes
 * back of it in `StripeReturns`.
 * Each act changes the objects first and tells then, as Stripe does. Amounts in cents.
 */
export class StripeBooks {
  readonly events: StripeEvent[] = [];
  readonly customers = new Map<string, string>();
  readonly subscriptions = new Map<string, Sub>();
  readonly payments = new Map<string, Payment>();
  /** All lines of each invoice; a webhook tells the first ten. */
  readonly lines = new Map<string, readonly Json[]>();
  readonly money = new StripeMoney();
  readonly returns = new StripeReturns(this);
  /** Seconds; a second passes at each act. */
  now = Math.floor(Date.now() / 1_000);
  readonly prices: Readonly<Record<string, number>>;
  /** Prices that somebody made by the year, and for so many months. */
  readonly yearly = new Set<string>();
  readonly monthsOf = new Map<string, number>();

  constructor(prices: Readonly<Record<string, number>>) {
    this.prices = prices;
  }

  tell(type: string, object: Json): void {
    const event = {
      id: id('evt'),
      object: 'event',
      api_version: Stripe.API_VERSION,
      type,
      created: this.now,
      pending_webhooks: 1,
      data: { object },
    };
    this.events.push(event);
  }

  customer(userId: string): string {
    for (const [known, owner] of this.customers) if (owner === userId) return known;
    const customer = id('cus');
    this.customers.set(customer, userId);
    this.tell('customer.created', { id: customer, email: 'somebody@example.org' });
    return customer;
  }

  /** `whole`: with its schedule expanded. */
  shown(
    { id: subscription, customer, price, status, end, endsAt, cancels, next = null }: Sub,
    whole = false,
  ): Json {
    const phase = (from: number, to: number, of: string) => ({
      start_date: from,
      end_date: to,
      items: [{ price: of }],
    });
    const now = phase(cycleBefore(end), end, price);
    const schedule = { current_phase: now, phases: [now, phase(end, cycleAfter(end), next ?? price)] };
    return {
      id: subscription,
      object: 'subscription',
      customer,
      status,
      cancel_at: cancels ? end : (endsAt ?? null),
      cancel_at_period_end: cancels,
      schedule: next === null ? null : whole ? schedule : `sub_sched_${subscription}`,
      items: { data: [{ price: this.price(price), current_period_end: end }] },
    };
  }

  private of(subscription: string): Sub {
    const found = this.subscriptions.get(subscription);
    if (found === undefined) throw new Error(`there is no subscription ${subscription}`);
    return found;
  }

  private change(subscription: string, type: string, changes: Partial<Sub>): void {
    this.now += 1;
    const found = Object.assign(this.of(subscription), changes);
    this.tell(`customer.subscription.${type}`, this.shown(found));
  }

  private invoice(
    customer: string,
    subscription: Sub | null,
    lines: readonly Readonly<{ amount: number; price: string | null; from?: number }>[],
    more: Json = {},
  ): Invoice {
    const net = lines.reduce((sum, { amount }) => sum + amount, 0);
    const invoice = id('in');
    const all = lines.map(({ amount, price, from }) => ({
      id: id('il'),
      amount,
      parent: { subscription_item_details: { proration: from !== undefined } },
      period: { start: from ?? this.now, end: subscription?.end ?? this.now },
      pricing: price === null ? null : { price_details: { price } },
    }));
    this.lines.set(invoice, all);
    return {
      id: invoice,
      object: 'invoice',
      customer,
      customer_email: 'somebody@example.org',
      amount_paid: net,
      attempt_count: 1,
      currency: 'usd',
      metadata: {},
      next_payment_attempt: null,
      total_taxes: [{ amount: Math.floor(net / 6) }],
      parent: subscription === null ? null : { subscription_details: { subscription: subscription.id } },
      lines: { data: all.slice(0, TOLD_LINES), has_more: all.length > TOLD_LINES },
      ...more,
    };
  }

  /** The payment of the invoice. */
  private pay(invoice: Invoice, customer: string): string {
    this.now += 1;
    const { currency } = invoice;
    const payment = { id: id('pi'), customer, amount: invoice.amount_paid, currency };
    this.payments.set(payment.id, payment);
    const charge = id('ch');
    const source = { id: charge, object: 'charge', payment_intent: payment.id };
    this.money.moved('charge', payment.amount, this.now, source, FEE, currency);
    this.money.paid(invoice, this.now);
    this.tell('charge.succeeded', { id: charge, customer, payment_intent: payment.id });
    this.tell('invoice.paid', invoice);
    this.tell('invoice_payment.paid', {
      id: id('inpay'),
      invoice: invoice.id,
      payment: { payment_intent: payment.id },
    });
    return payment.id;
  }

  /** What is sold at it, as `GET /v1/prices/:id` shows it; undefined where there is none. */
  price(id: string): Json | undefined {
    const amount = this.prices[id];
    if (amount === undefined) return undefined;
    const interval = this.yearly.has(id) ? 'year' : 'month';
    const recurring = { interval, interval_count: this.monthsOf.get(id) ?? 1 };
    return { id, object: 'price', unit_amount: amount, recurring };
  }
  private priceOf(price: string): number {
    const amount = this.prices[price];
    if (amount === undefined) throw new Error(`there is no price ${price}`);
    return amount;
  }

  /** Gives the subscription and its first payment, whose invoice has `others` lines of a cent before that of the plan. */
  subscribe(
    customer: string,
    price: string,
    others = 0,
  ): Readonly<{ subscription: string; payment: string }> {
    this.now += 1;
    const sub: Sub = {
      id: id('sub'),
      customer,
      price,
      status: 'incomplete',
      end: cycleAfter(this.now),
      cancels: false,
    };
    this.subscriptions.set(sub.id, sub);
    this.tell('customer.subscription.created', this.shown(sub));
    const small = Array.from({ length: others }, () => ({ amount: 1, price: null }));
    const lines = [...small, { amount: this.priceOf(price), price }];
    const payment = this.pay(this.invoice(customer, sub, lines), customer);
    this.change(sub.id, 'updated', { status: 'active' });
    return { subscription: sub.id, payment };
  }

  /** `left`: which share of the cycle, 0 to 1. */
  upgrade(subscription: string, price: string, left: number): string {
    const sub = this.of(subscription);
    const before = sub.price;
    this.change(subscription, 'updated', { price, next: null });
    const from = Math.round(sub.end - left * (sub.end - cycleBefore(sub.end)));
    const lines = [
      { amount: -Math.round(left * this.priceOf(before)), price: before, from },
      { amount: Math.round(left * this.priceOf(price)), price, from },
    ];
    return this.pay(this.invoice(sub.customer, sub, lines), sub.customer);
  }

  /** The next cycle, whose payment fails at first. Gives the payment that is made in the end. */
  renewLate(subscription: string): string {
    const sub = this.of(subscription);
    this.begin(sub, { status: 'past_due' });
    const invoice = this.invoice(sub.customer, sub, [{ amount: this.priceOf(sub.price), price: sub.price }]);
    this.tell('invoice.payment_failed', {
      ...invoice,
      amount_paid: 0,
      next_payment_attempt: this.now + 86_400,
    });
    const payment = this.pay(invoice, sub.customer);
    this.change(subscription, 'updated', { status: 'active' });
    return payment;
  }

  /** What time has brought: cycles that are over are paid anew, or end their plan where that was asked for. */
  turn(): void {
    for (const sub of this.subscriptions.values())
      while (sub.status === 'active' && sub.end <= this.now)
        if (sub.cancels) this.cancel(sub.id);
        else {
          this.begin(sub);
          const lines = [{ amount: this.priceOf(sub.price), price: sub.price }];
          this.pay(this.invoice(sub.customer, sub, lines), sub.customer);
        }
  }

  /** The next cycle, with the plan that was agreed for it. */
  private begin({ id: subscription, end, price, next }: Sub, changes: Partial<Sub> = {}): void {
    this.change(subscription, 'updated', {
      end: cycleAfter(end),
      price: next ?? price,
      next: null,
      ...changes,
    });
  }

  changeAtCycleEnd(subscription: string, next: string): void {
    this.change(subscription, 'updated', { next });
  }

  cancelAtCycleEnd(subscription: string): void {
    this.change(subscription, 'updated', { cancels: true });
  }

  /** A payment failed, and Stripe still tries. */
  fall(subscription: string): void {
    this.change(subscription, 'updated', { status: 'past_due' });
  }

  cancel(subscription: string): void {
    this.change(subscription, 'deleted', { status: 'canceled' });
  }

  topUp(customer: string, credits: number, currency = 'usd'): string {
    const more = { metadata: { iama_credits: String(credits) }, currency };
    return this.pay(this.invoice(customer, null, [{ amount: credits, price: null }], more), customer);
  }
}
