import { z } from 'zod';
import { account, accountStream } from '../../domain/billing/account.ts';
import { LEAST_ADD_ON } from '../../domain/billing/credits.ts';
import type { CustomerKnown, PaymentEvent } from '../../domain/billing/payments/events.ts';
import {
  customerStream,
  type LinkCustomer,
  payments,
  paymentsStream,
} from '../../domain/billing/payments.ts';
import { fold } from '../../domain/kernel/decider.ts';
import { foldStream } from '../../domain/kernel/fold-stream.ts';
import type { Command } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { TIER_NAMES, usesCredits } from '../../domain/kernel/tiers.ts';
import { type CommandFile, type Route, route } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import { chargedPlan } from './charged-plan.ts';
import type { Order, PaymentServices } from './payment-services.ts';
import { soldHere } from './sold-here.ts';

type Asked = Readonly<{ userId: string; customerId: string; at: string }>;
export type OpenCheckout = Command<'OpenCheckout', Asked & { order: Order }>;
export type OpenPortal = Command<'OpenPortal', Asked>;

export type PageServices = PaymentServices &
  Readonly<{ store: Pick<Parameters<typeof decideOn>[0], 'read' | 'snapshots'> }>;

const page = z.object({ url: z.url().describe('At the payment provider') });
const MOST_CREDITS = 1_000_000;

/** The customer that the person is at the provider, made there when there is none: the same one for every attempt. */
const customerOf = async (userId: string, { store, ...services }: PageServices): Promise<string> => {
  const { events } = await store.read<PaymentEvent>(paymentsStream(userId));
  return fold(payments, events).customerId ?? soldHere(services).createCustomer(userId);
};

/** The link is written before the page is opened, so that whatever is paid there finds the person. */
const linking: Pick<CommandFile<OpenCheckout | OpenPortal, PageServices>, 'decide'> = {
  async decide({ data: { userId, customerId, at } }, { store }) {
    const link: LinkCustomer = { type: 'LinkCustomer', data: { userId, customerId, at } };
    const { append } = await decideOn(store, payments, paymentsStream(userId), link);
    const streamName = customerStream(customerId);
    const { streamExists } = await store.read(streamName, { maxCount: 1 });
    const known: CustomerKnown = { type: 'CustomerKnown', data: link.data };
    const index = streamExists
      ? []
      : [{ streamName, events: [known], expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' as const }];
    return { appends: [append, ...index], answer: null };
  },
};

const orderOf = (
  {
    tier,
    credits,
  }: Readonly<{ tier?: (typeof TIER_NAMES)[number] | undefined; credits?: number | undefined }>,
  services: PaymentServices,
): Order => {
  const provider = soldHere(services);
  if (credits !== undefined) return { kind: 'CREDITS', credits };
  if (tier === undefined || !provider.sells(tier))
    throw new Rejection('PLAN_NOT_SOLD', 'This plan cannot be bought here.');
  return { kind: 'PLAN', tier };
};

/**
 * Throws `Rejection` for what would be paid in vain: a second plan beside the first, and credits that the tier cannot draw.
 * Asked anew for each page, also for a repeated request.
 */
const expectOfUse = async (order: Order, userId: string, { store }: PageServices): Promise<void> => {
  if (order.kind === 'PLAN') {
    if ((await chargedPlan(store, userId)) !== null)
      throw new Rejection('PLAN_PAID_ALREADY', 'A plan is paid for already. Change it in the portal.');
    return;
  }
  const { tier } = (await foldStream(store, account, accountStream(userId))).state;
  if (!usesCredits(tier))
    throw new Rejection('CREDITS_OF_NO_USE', `The ${tier} tier cannot use credits. Choose a plan first.`, {
      tier,
    });
};

const checkoutRoute: Route<OpenCheckout, PageServices> = route({
  method: 'POST',
  path: '/billing/checkout',
  summary: 'Open the page where a plan or credits are paid',
  status: 200,
  body: z
    .strictObject({
      tier: z.enum(TIER_NAMES).optional(),
      credits: z.int().min(LEAST_ADD_ON).max(MOST_CREDITS).optional().describe('US$0.01 each'),
    })
    .refine(({ tier, credits }) => (tier === undefined) !== (credits === undefined), 'a tier or credits'),
  answer: page,
  command: async ({ body, userId, at }, services): Promise<OpenCheckout> => {
    const order = orderOf(body, services);
    await expectOfUse(order, userId, services);
    return {
      type: 'OpenCheckout',
      data: { userId, customerId: await customerOf(userId, services), order, at },
    };
  },
});

export const openCheckout: CommandFile<OpenCheckout, PageServices> = {
  type: 'OpenCheckout',
  access: 'USER',
  route: checkoutRoute,
  ...linking,
  present: async (_answer, { data: { customerId, order } }, { services }) => ({
    url: await soldHere(services).checkout(customerId, order),
  }),
};

export const openPortal: CommandFile<OpenPortal, PageServices> = {
  type: 'OpenPortal',
  access: 'USER',
  route: route({
    method: 'POST',
    path: '/billing/portal',
    summary: 'Open the page where plan, cards and invoices are kept',
    status: 200,
    body: z.unknown(),
    answer: page,
    command: async ({ userId, at }, services): Promise<OpenPortal> => ({
      type: 'OpenPortal',
      data: { userId, customerId: await customerOf(userId, services), at },
    }),
  }),
  ...linking,
  present: async (_answer, { data: { customerId } }, { services }) => ({
    url: await soldHere(services).portal(customerId),
  }),
};
