import { randomUUID } from 'node:crypto';
import { lastSweep, recordSweep } from '../../commands/billing/record-sweep.ts';
import { webhookKey } from '../../commands/billing/take-webhook.ts';
import { execute } from '../../commands/kernel/execute.ts';
import type { RecordSweep } from '../../domain/billing/payments/sweeps.ts';
import { IdempotencyKeyReused, type StreamStore } from '../../domain/kernel/event-store.ts';
import type { MessageContext } from '../../domain/kernel/message.ts';
import { isRejection } from '../../domain/kernel/rejection.ts';
import { isoOf, secondsOf } from './stripe-values.ts';
import { type Inbox, readNews, type Shop, takeNews } from './take-news.ts';

/** The types that have an effect; the endpoint is made for the same (docs/how-to/sell-plans.md). Stripe filters by at most 20. */
export const NEWS_TYPES = [
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice_payment.paid',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.closed',
  'charge.dispute.funds_reinstated',
];

/** Seconds that are listed again each time: an event may show up a little later than it says that it was created. */
const OVERLAP = 3_600;

export type Sweep = Shop &
  Inbox &
  Readonly<{
    now: () => Date;
    /** One event could not be taken; it is tried again at each sweep while Stripe lists it, which is for 30 days. */
    onLeft: (eventId: string, error: unknown) => void;
  }>;

const NO_BODY = '0'.repeat(64);

/** Whether the inbox has it, however it was read then: prices and their plans may have changed since. */
const isTaken = async (store: StreamStore, eventId: string): Promise<boolean> => {
  try {
    return (await store.findIdempotent(webhookKey(eventId), NO_BODY)) !== null;
  } catch (error) {
    if (error instanceof IdempotencyKeyReused) return true;
    throw error;
  }
};

const sweepContext = (): MessageContext => {
  const commandId = randomUUID();
  const actor = { type: 'system', id: 'payment-sweep' } as const;
  return { commandId, correlationId: commandId, causationId: commandId, actor };
};

type Listed = Readonly<{ id: string; created: number }>;

/** Takes the event unless the inbox has it. */
const takeListed = async (event: Listed, sweep: Sweep): Promise<'KNOWN' | 'TAKEN' | 'LEFT'> => {
  if (await isTaken(sweep.store, event.id)) return 'KNOWN';
  try {
    await takeNews(await readNews(event, sweep, sweep.now().toISOString()), sweep, sweepContext());
    return 'TAKEN';
  } catch (error) {
    // Without Stripe none of the others can be taken either.
    if (isRejection(error) && error.code === 'PAYMENT_UNAVAILABLE') throw error;
    sweep.onLeft(event.id, error);
    return 'LEFT';
  }
};

/**
 * Takes what Stripe lists and no webhook has brought, the newest first, from where the last sweep came to. Answers how much it
 * was. Whatever breaks it off, the next one begins at the same place; two at once take nothing twice.
 */
export const sweepNews = async (sweep: Sweep, signal: AbortSignal): Promise<number> => {
  const { stripe, store, now } = sweep;
  const { through } = await lastSweep(store);
  const since = through === null ? {} : { created: { gte: secondsOf(through) } };
  let taken = 0;
  let next = through === null ? 0 : secondsOf(through);
  let left = Number.POSITIVE_INFINITY;
  for await (const event of stripe.events.list({ types: NEWS_TYPES, limit: 100, ...since })) {
    if (signal.aborted) return taken;
    const { created } = event;
    const what = await takeListed(event, sweep);
    if (what === 'TAKEN') taken += 1;
    if (what === 'LEFT') left = Math.min(left, created);
    next = Math.max(next, created - OVERLAP);
  }
  if (next === 0) return taken;
  const data = { through: isoOf(Math.min(next, left)), taken, at: now().toISOString() };
  const command: RecordSweep = { type: 'RecordSweep', data };
  await execute(recordSweep, command, store, {}, { context: sweepContext() });
  return taken;
};
