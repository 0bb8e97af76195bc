import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type Stripe from 'stripe';
import { z } from 'zod';
import { type TakeWebhook, takeWebhook } from '../../../commands/billing/take-webhook.ts';
import { execute } from '../../../commands/kernel/execute.ts';
import { isRejection, Rejection } from '../../../domain/kernel/rejection.ts';
import { idempotencyOf } from '../../commands/command-bus.ts';
import { withAllLines } from '../../payments/invoice-lines.ts';
import type { PaymentSettings } from '../../payments/settings.ts';
import { webhookOf } from '../../payments/stripe-notice.ts';
import { stripeClient } from '../../payments/stripe-provider.ts';
import { expectSigned, webhookSecrets } from '../../payments/webhook-signature.ts';
import type { RouteDeps } from '../deps.ts';
import { parseJson, takeBytes } from '../json-body.ts';
import { contextOf } from '../message-context.ts';
import { headerOf } from '../route-request.ts';

const BODY_LIMIT = 1024 * 1024;

type Shop = PaymentSettings & Readonly<{ stripe: Stripe }>;

const isUnreadable = (error: unknown): boolean =>
  error instanceof z.ZodError || (isRejection(error) && error.code !== 'PAYMENT_UNAVAILABLE');

/** Signed by Stripe, so that it is for us to mend what cannot be read: that is logged, and Stripe sends it again. */
const signedWebhook = async (
  body: Buffer,
  { stripe, prices }: Shop,
  at: string,
  log: FastifyBaseLogger,
): Promise<TakeWebhook['data']> => {
  try {
    const whole = await withAllLines(parseJson(body.toString('utf8')), stripe);
    return webhookOf(whole, prices, at);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    log.error({ err: error }, 'a signed webhook cannot be read');
    throw new Rejection('WEBHOOK_UNREADABLE', 'This is signed, and nothing that can be booked here.');
  }
};

/**
 * BIL-12: the bytes as they were signed. 204 says that the webhook is stored with all that follows from it; anything else
 * makes Stripe send it again. Not limited by address: a few addresses send them all, and what is unsigned costs one hash.
 */
export const webhookRoute = async (
  app: FastifyInstance,
  deps: RouteDeps,
  settings: PaymentSettings | null,
): Promise<void> => {
  const shop = settings === null ? null : { ...settings, stripe: stripeClient(settings) };
  await app.register(async (scope) => {
    takeBytes(scope);
    scope.post(
      '/webhooks/payment',
      { bodyLimit: BODY_LIMIT, config: { access: 'PUBLIC' }, schema: { hide: true } },
      async (request, reply) => {
        if (shop === null) throw new Rejection('PAYMENT_NOT_CONFIGURED', 'Nothing is sold here.');
        const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
        const secrets = await webhookSecrets(shop.webhookSecretFiles);
        const now = new Date();
        expectSigned(body, headerOf(request, 'stripe-signature'), secrets, now);
        const data = await signedWebhook(body, shop, now.toISOString(), request.log);
        const command = { type: 'TakeWebhook', data } as const;
        await execute(takeWebhook, command, deps.log, deps.commandServices, {
          context: contextOf(request, { type: 'system', id: 'payment-webhook' }, command),
          ...idempotencyOf(takeWebhook, command, undefined),
        });
        return reply.code(204).send();
      },
    );
  });
};
