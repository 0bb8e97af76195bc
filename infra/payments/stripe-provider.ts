import { readFile } from 'node:fs/promises';
import Stripe from 'stripe';
import type { Order, PaidTier, PaymentProvider } from '../../commands/billing/payment-services.ts';
import type { Subscription } from '../../domain/billing/payments/notice.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { TierName } from '../../domain/kernel/tiers.ts';
import { type PaymentSettings, secretFiles, tierOfPrice } from './settings.ts';
import { idOf, isoOf } from './stripe-values.ts';

const TIMEOUT_MS = 10_000;

const STATUS: Readonly<Record<string, Subscription['status']>> = {
  incomplete: 'PENDING',
  trialing: 'ACTIVE',
  active: 'ACTIVE',
  past_due: 'PAST_DUE',
  unpaid: 'SUSPENDED',
  paused: 'SUSPENDED',
  incomplete_expired: 'CANCELLED',
  canceled: 'CANCELLED',
};

/** The key that counts cannot be read: for operators to mend, and no answer of Stripe. */
class KeyUnreadable extends Error {}

const keyOf = async (settings: PaymentSettings): Promise<string> => {
  try {
    const { secretKeyFile } = await secretFiles(settings);
    return (await readFile(secretKeyFile, 'utf8')).trim();
  } catch (cause) {
    throw new KeyUnreadable('the key for Stripe cannot be read', { cause });
  }
};

/**
 * A client of the API version that the package is pinned to. The key is read for each request, so that another one counts
 * from the next on; by the client of HTTP, because the package leaves a request hanging whose `authenticator` fails.
 */
export const stripeClient = (settings: PaymentSettings): Stripe => {
  const { hostname: host, port, protocol } = new URL(settings.apiUrl);
  const http = Stripe.createNodeHttpClient();
  const send = http.makeRequest.bind(http);
  http.makeRequest = async (to, toPort, path, method, headers, ...rest) => {
    const authorization = `Bearer ${await keyOf(settings)}`;
    return send(to, toPort, path, method, { ...headers, Authorization: authorization }, ...rest);
  };
  return new Stripe('', {
    authenticator: () => Promise.resolve(),
    httpClient: http,
    host,
    ...(port === '' ? {} : { port: Number(port) }),
    protocol: protocol === 'http:' ? 'http' : 'https',
    timeout: TIMEOUT_MS,
    maxNetworkRetries: 2,
    telemetry: false,
  });
};

/**
 * What Stripe refuses is our fault, and its status says nothing to whoever asked us: it is the cause of the error. That Stripe does not
 * answer is told as `Rejection` PAYMENT_UNAVAILABLE.
 */
export const asked = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Stripe.errors.StripeConnectionError && error.detail instanceof KeyUnreadable)
      throw error.detail;
    const passes =
      error instanceof Stripe.errors.StripeConnectionError ||
      error instanceof Stripe.errors.StripeAPIError ||
      error instanceof Stripe.errors.StripeRateLimitError;
    if (!passes && error instanceof Stripe.errors.StripeError)
      throw new Error('the payment provider refuses what it was asked', { cause: error });
    if (!passes) throw error;
    throw new Rejection('PAYMENT_UNAVAILABLE', 'The payment provider does not answer. Try again shortly.', {
      retry_after_seconds: 5,
    });
  }
};

/** A quota is granted for a month of what is paid (BIL-13): the price of a year would bring one month's credits for it. */
const isMonthly = ({ recurring }: Stripe.Price): boolean =>
  recurring?.interval === 'month' && recurring.interval_count === 1;

const lineOf = (order: Order, priceOf: (tier: PaidTier) => string) =>
  order.kind === 'PLAN'
    ? { price: priceOf(order.tier), quantity: 1 }
    : {
        price_data: { currency: 'usd', unit_amount: 1, product_data: { name: 'IAMA credits' } },
        quantity: order.credits,
      };

/** BIL-12, over HTTP. */
export const stripeProvider = (stripe: Stripe, { prices, returnUrl }: PaymentSettings): PaymentProvider => {
  const priceOf = (tier: PaidTier): string => {
    const [price] = prices[tier] ?? [];
    if (price === undefined) throw new Error(`no price is configured for ${tier}`);
    return price;
  };
  const sells = (tier: TierName): tier is PaidTier => Object.hasOwn(prices, tier);
  const tierOf = (price: Stripe.Price): PaidTier => {
    const tier = tierOfPrice(prices, price.id);
    if (tier === null || !isMonthly(price)) throw new Error(`no plan is sold at ${price.id}`);
    return tier;
  };
  /** The plan that the next phase of a schedule begins; null: none that is sold here. */
  const nextOf = ({ schedule }: Stripe.Subscription): NonNullable<Subscription['next']> | null => {
    if (schedule === null || typeof schedule === 'string') return null;
    const { current_phase: current, phases } = schedule;
    const phase = phases.find(({ start_date: begin }) => begin === current?.end_date);
    const price = idOf(phase?.items[0]?.price ?? null);
    const tier = price === null ? null : tierOfPrice(prices, price);
    return phase === undefined || tier === null ? null : { tier, at: isoOf(phase.start_date) };
  };
  const monthly = new Set<string>();
  const requireMonthly = async (tier: PaidTier): Promise<void> => {
    const price = priceOf(tier);
    if (!monthly.has(price) && !isMonthly(await stripe.prices.retrieve(price)))
      throw new Rejection('PLAN_NOT_SOLD', `The plan ${tier} is not sold by the month here.`);
    monthly.add(price);
  };
  return {
    sells,
    createCustomer: (userId) =>
      asked(async () => {
        const metadata = { user_id: userId };
        return (await stripe.customers.create({ metadata }, { idempotencyKey: `customer-${userId}` })).id;
      }),
    userOf: (customerId) =>
      asked(async () => {
        const customer = await stripe.customers.retrieve(customerId);
        return customer.deleted === true ? null : (customer.metadata['user_id'] ?? null);
      }),
    customerOfPayment: (paymentId) =>
      asked(async () => idOf((await stripe.paymentIntents.retrieve(paymentId)).customer)),
    subscription: (subscriptionId) =>
      asked(async () => {
        const found = await stripe.subscriptions.retrieve(subscriptionId, { expand: ['schedule'] });
        const { id, status, items, cancel_at: cancelAt } = found;
        const [item] = items.data;
        const known = STATUS[status];
        if (item === undefined || known === undefined)
          throw new Error(`the subscription ${id} is ${status} with ${items.data.length} items`);
        return {
          subscriptionId: id,
          status: known,
          tier: tierOf(item.price),
          cycleEndsAt: isoOf(item.current_period_end),
          cancelsAtCycleEnd:
            found.cancel_at_period_end || (cancelAt !== null && cancelAt <= item.current_period_end),
          next: nextOf(found),
        };
      }),
    checkout: (customer, order) =>
      asked(async () => {
        if (order.kind === 'PLAN') await requireMonthly(order.tier);
        const credits = order.kind === 'PLAN' ? {} : { iama_credits: String(order.credits) };
        const { url } = await stripe.checkout.sessions.create({
          customer,
          line_items: [lineOf(order, priceOf)],
          success_url: returnUrl,
          cancel_url: returnUrl,
          ...(order.kind === 'PLAN'
            ? { mode: 'subscription' }
            : { mode: 'payment', invoice_creation: { enabled: true, invoice_data: { metadata: credits } } }),
        });
        if (url === null) throw new Error('a checkout session has no page');
        return url;
      }),
    portal: (customer) =>
      asked(
        async () => (await stripe.billingPortal.sessions.create({ customer, return_url: returnUrl })).url,
      ),
  };
};
