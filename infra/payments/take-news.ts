import type Stripe from 'stripe';
import { z } from 'zod';
import type { PaymentServices } from '../../commands/billing/payment-services.ts';
import { type TakeWebhook, takeWebhook } from '../../commands/billing/take-webhook.ts';
import type { TierServices } from '../../commands/billing/tier-services.ts';
import { execute } from '../../commands/kernel/execute.ts';
import { IdempotencyKeyReused, type StreamStore } from '../../domain/kernel/event-store.ts';
import type { MessageContext } from '../../domain/kernel/message.ts';
import { isRejection } from '../../domain/kernel/rejection.ts';
import { idempotencyOf } from '../commands/command-bus.ts';
import { withAllLines } from './invoice-lines.ts';
import type { PaymentSettings } from './settings.ts';
import { webhookOf } from './stripe-notice.ts';

/** The one way of an event of Stripe into the log, whether Stripe told it or was asked for it (BIL-12). */

export type Shop = Pick<PaymentSettings, 'prices'> & Readonly<{ stripe: Stripe }>;

/** What an event tells, whole. Throws as `webhookOf` and `withAllLines` do. */
export const readNews = async (
  event: unknown,
  { stripe, prices }: Shop,
  at: string,
): Promise<TakeWebhook> => ({
  type: 'TakeWebhook',
  data: webhookOf(await withAllLines(event, stripe), prices, at),
});

/** It is for us to mend what cannot be read, or what is configured; that Stripe does not answer passes. */
export const isUnreadable = (error: unknown): boolean =>
  error instanceof z.ZodError || (isRejection(error) && error.code !== 'PAYMENT_UNAVAILABLE');

export type Inbox = Readonly<{ store: StreamStore; services: PaymentServices & TierServices }>;

/** Stores it with all that follows from it, once by its id: what was read otherwise then, by another release or prices, is taken too. */
export const takeNews = async (
  command: TakeWebhook,
  { store, services }: Inbox,
  context: MessageContext,
): Promise<void> => {
  try {
    await execute(takeWebhook, command, store, services, {
      context,
      ...idempotencyOf(takeWebhook, command, undefined),
    });
  } catch (error) {
    if (!(error instanceof IdempotencyKeyReused)) throw error;
  }
};
