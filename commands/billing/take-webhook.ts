import { accountStream, accountUnder } from '../../domain/billing/account.ts';
import { accountCommandsOf } from '../../domain/billing/payments/effects.ts';
import type {
  CustomerKnown,
  CustomerLinked,
  NoticeKept,
  NoticeTaken,
  PaymentEvent,
} from '../../domain/billing/payments/events.ts';
import { cycleCreditsOf } from '../../domain/billing/payments/proration.ts';
import {
  customerStream,
  payments,
  paymentsStream,
  subscriptionToRead,
  UNASSIGNED_STREAM,
} from '../../domain/billing/payments.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { StreamAppend, StreamStore } from '../../domain/kernel/event-store.ts';
import { foldStream } from '../../domain/kernel/fold-stream.ts';
import type { Command } from '../../domain/kernel/message.ts';
import type { Tiers } from '../../domain/kernel/tiers.ts';
import type { CommandFile } from '../kernel/command.ts';
import type { PaymentProvider, PaymentServices } from './payment-services.ts';
import { soldHere } from './sold-here.ts';
import type { TierServices } from './tier-services.ts';

/** A webhook whose signature was found good. `customerId` null: it names none. */
export type TakeWebhook = Command<'TakeWebhook', NoticeKept['data']>;

/** Under which the event store knows for ever that it was taken. */
export const webhookKey = (eventId: string): string => `payment-webhook:${eventId}`;

type Owner = Readonly<{ userId: string; customerId: string; link: readonly StreamAppend[] }>;

/** Who the news is about; null: nobody whom we know. */
const ownerOf = async (
  { data: { customerId: named, notice, at } }: TakeWebhook,
  store: StreamStore,
  provider: PaymentProvider,
): Promise<Owner | null> => {
  const customerId =
    named ?? ('paymentId' in notice ? await provider.customerOfPayment(notice.paymentId) : null);
  if (customerId === null) return null;
  const streamName = customerStream(customerId);
  const [known] = (await store.read<CustomerKnown>(streamName, { maxCount: 1 })).events;
  if (known !== undefined) return { userId: known.data.userId, customerId, link: [] };
  const userId = await provider.userOf(customerId);
  if (userId === null) return null;
  const event: CustomerKnown = { type: 'CustomerKnown', data: { userId, customerId, at } };
  return {
    userId,
    customerId,
    link: [{ streamName, events: [event], expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' }],
  };
};

/** What the news means for tier and credits, decided on the account as it stands. */
const effects = async (
  { store, tiers }: Readonly<{ store: StreamStore; tiers: Tiers }>,
  userId: string,
  at: string,
  decided: readonly PaymentEvent[],
  state: ReturnType<typeof payments.initialState>,
): Promise<readonly StreamAppend[]> => {
  const commands = decided.flatMap((event) => accountCommandsOf(event, state, at));
  if (commands.length === 0) return [];
  const streamName = accountStream(userId);
  const account = accountUnder(tiers);
  const { state: before, version } = await foldStream(store, account, streamName);
  let owner = before;
  const moved = commands.flatMap((command) => {
    const next = account.decide(command, owner);
    owner = next.reduce(account.evolve, owner);
    return next;
  });
  return [{ streamName, events: moved, expectedStreamVersion: version }];
};

/**
 * Stores a webhook once by its id, with all that follows from it, in one append (BIL-12): there is no moment at which only a
 * part is there. What changes there and back is read at the provider after the stream was read, so that the append fails
 * where another one has read something newer meanwhile.
 */
export const takeWebhook: CommandFile<TakeWebhook, PaymentServices & TierServices> = {
  type: 'TakeWebhook',
  access: 'SYSTEM',
  route: null,
  naturalKey: ({ data }) => webhookKey(data.eventId),
  async decide(command, { store, services }) {
    const provider = soldHere(services);
    const { notice, at } = command.data;
    const owner = await ownerOf(command, store, provider);
    if (owner === null) {
      const kept: NoticeKept = { type: 'NoticeKept', data: command.data };
      const expectedStreamVersion = 'NO_CONCURRENCY_CHECK';
      return {
        appends: [{ streamName: UNASSIGNED_STREAM, events: [kept], expectedStreamVersion }],
        answer: null,
      };
    }
    const { userId, customerId, link } = owner;
    const streamName = paymentsStream(userId);
    const { events, currentStreamVersion } = await store.read<PaymentEvent>(streamName);
    const before = fold(payments, events);
    const wanted = subscriptionToRead(notice);
    const subscription = wanted === null ? null : await provider.subscription(wanted);
    const linked: CustomerLinked = { type: 'CustomerLinked', data: { userId, customerId, at } };
    const first = before.customerId === null ? [linked] : [];
    const tiers = await services.tiers();
    const cycleCredits = cycleCreditsOf(tiers);
    const data: NoticeTaken['data'] = { ...command.data, userId, customerId, subscription, cycleCredits };
    const taken = payments.decide({ type: 'TakeNotice', data }, first.reduce(payments.evolve, before));
    const decided = [...first, ...taken];
    const after = decided.reduce(payments.evolve, before);
    return {
      appends: [
        ...link,
        { streamName, events: decided, expectedStreamVersion: currentStreamVersion },
        ...(await effects({ store, tiers }, userId, at, taken, after)),
      ],
      answer: null,
    };
  },
};
