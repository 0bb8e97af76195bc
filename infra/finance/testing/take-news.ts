import type { PaymentEvent } from '../../../domain/billing/payments/events.ts';
import { cycleCreditsOf } from '../../../domain/billing/payments/proration.ts';
import { payments, paymentsStream } from '../../../domain/billing/payments.ts';
import { fold } from '../../../domain/kernel/decider.ts';
import { TIERS } from '../../../domain/kernel/tiers.ts';
import { webhookOf } from '../../payments/stripe-notice.ts';
import type { StripeEvent } from '../../payments/testing/stripe-books.ts';
import type { StripeDouble } from '../../payments/testing/stripe-double.ts';
import type { World } from '../../runtime/testing/world.ts';

type Customer = Readonly<{ userId: string; customerId: string }>;

/** Decides on each event of Stripe for the customer, without subscriptions, and appends what follows at once: nothing of one that was taken. */
export const takeNews = async (
  { log, append }: Pick<World, 'log' | 'append'>,
  { settings }: Pick<StripeDouble, 'settings'>,
  { userId, customerId }: Customer,
  events: readonly StripeEvent[],
): Promise<void> => {
  const stream = paymentsStream(userId);
  let state = fold(payments, (await log.read<PaymentEvent>(stream)).events);
  const taken: PaymentEvent[] = [];
  for (const event of events) {
    const news = webhookOf(event, settings.prices, new Date(event.created * 1_000).toISOString());
    const of = { userId, customerId, subscription: null, cycleCredits: cycleCreditsOf(TIERS) };
    const decided = payments.decide({ type: 'TakeNotice', data: { ...news, ...of } }, state);
    state = decided.reduce(payments.evolve, state);
    taken.push(...decided);
  }
  if (taken.length > 0) await append(stream, ...taken);
};
