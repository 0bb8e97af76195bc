import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { TakeWebhook } from '../../../commands/billing/take-webhook.ts';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import { type PaymentSettings, secretFiles } from '../../payments/settings.ts';
import { stripeClient } from '../../payments/stripe-provider.ts';
import { isUnreadable, readNews, type Shop, takeNews } from '../../payments/take-news.ts';
import { expectSignature, expectSigned, webhookSecrets } from '../../payments/webhook-signature.ts';
import { countedBody } from '../counted-body.ts';
import type { RouteDeps } from '../deps.ts';
import { parseJson, takeBytes } from '../json-body.ts';
import { clientNetwork } from '../limits/client-network.ts';
import { contextOf } from '../message-context.ts';
import { headerOf } from '../route-request.ts';

const BODY_LIMIT = 1024 * 1024;

/** Signed by Stripe, so that it is for us to mend what cannot be read: that is logged, and Stripe sends it again. */
const signedWebhook = async (
  body: Buffer,
  shop: Shop,
  at: string,
  log: FastifyBaseLogger,
): Promise<TakeWebhook> => {
  try {
    return await readNews(parseJson(body.toString('utf8')), shop, at);
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
  const inbox = { store: deps.log, services: deps.commandServices };
  await app.register(async (scope) => {
    takeBytes(scope);
    scope.post(
      '/webhooks/payment',
      {
        bodyLimit: BODY_LIMIT,
        config: { access: 'PUBLIC' },
        schema: { hide: true },
        // Who it comes from is known only when it is there; what is signed by nobody need not be.
        onRequest: async (request) => {
          if (shop === null) throw new Rejection('PAYMENT_NOT_CONFIGURED', 'Nothing is sold here.');
          expectSignature(headerOf(request, 'stripe-signature'));
        },
        preParsing: async (request, reply, payload) =>
          countedBody(payload, reply, deps.limits.webhooks.of(clientNetwork(request.ip), reply.raw)),
      },
      async (request, reply) => {
        if (shop === null) throw new Rejection('PAYMENT_NOT_CONFIGURED', 'Nothing is sold here.');
        const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
        const { webhookSecretFiles } = await secretFiles(shop);
        const secrets = await webhookSecrets(webhookSecretFiles);
        const now = new Date();
        expectSigned(body, headerOf(request, 'stripe-signature'), secrets, now);
        const command = await signedWebhook(body, shop, now.toISOString(), request.log);
        const context = contextOf(request, { type: 'system', id: 'payment-webhook' }, command);
        await takeNews(command, inbox, context);
        return reply.code(204).send();
      },
    );
  });
};
