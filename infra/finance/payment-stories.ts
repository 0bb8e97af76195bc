import { reclaimOf } from '../../domain/billing/payments/bookings.ts';
import type { MoneyEvent, PaymentEvent } from '../../domain/billing/payments/events.ts';
import { MONEY_MOVEMENTS, moneyPostingsOf } from '../../domain/billing/payments/money.ts';
import { payments, paymentsStream } from '../../domain/billing/payments.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Recorded } from '../../domain/kernel/message.ts';

/** What the log tells of one person's payments. */
export type PaymentStory = Readonly<{
  /** Micro-credits that were sold in a lot, and how many of them must be taken back; null: nobody paid for it. */
  sale(lotId: string): Readonly<{ sold: number; due: number }> | null;
  /** What the event moved at the provider, in minor units of `currency`; 0: it is none of these. */
  movedBy(eventId: string, currency: string): number;
  /** What each of its events moved at the provider for a dispute, but for those that moved nothing; as `movedBy`. */
  movedFor(disputeId: string, currency: string): ReadonlyMap<string, number>;
  /** The payments of an invoice, more than one where it was paid in parts; none: they are not known. */
  paymentsOf(invoiceId: string): readonly string[];
}>;

const isMoney = (event: Recorded<PaymentEvent>): event is Recorded<MoneyEvent> =>
  MONEY_MOVEMENTS.some((type) => type === event.type);

export const paymentStory = async (
  store: Pick<StreamStore, 'read'>,
  userId: string,
): Promise<PaymentStory> => {
  const { events } = await store.read<PaymentEvent>(paymentsStream(userId));
  const state = fold(payments, events);
  const money = events.filter(isMoney);
  const moved = new Map(
    money.map((event) => {
      const legs = moneyPostingsOf(event).filter(({ account }) => account === 'money.provider');
      return [event.metadata.messageId, legs];
    }),
  );
  const movedBy = (eventId: string, currency: string): number =>
    (moved.get(eventId) ?? [])
      .filter(({ unit }) => unit === currency)
      .reduce((sum, { amount }) => sum + amount, 0);
  const lots = new Map(
    money.flatMap(({ type, data }) => (type === 'PaymentReceived' ? [[data.lotId, data] as const] : [])),
  );
  const paidBy = Map.groupBy(Object.keys(state.payments), (payment) => state.payments[payment]);
  return {
    sale: (lotId) => {
      const bought = lots.get(lotId);
      if (bought === undefined) return null;
      return { sold: bought.microCredits, due: reclaimOf(state, bought.invoiceId)?.due ?? 0 };
    },
    movedBy,
    movedFor: (disputeId, currency) =>
      new Map(
        money
          .filter(({ data }) => 'disputeId' in data && data.disputeId === disputeId)
          .map(({ metadata: { messageId } }) => [messageId, movedBy(messageId, currency)] as const)
          .filter(([, amount]) => amount !== 0),
      ),
    paymentsOf: (invoiceId) => paidBy.get(invoiceId) ?? [],
  };
};

/** Reads person after person; asked twice in a row for the same one, it reads once. */
export const paymentStories = (store: Pick<StreamStore, 'read'>) => {
  let known: Readonly<{ userId: string; story: PaymentStory }> | null = null;
  return async (userId: string): Promise<PaymentStory> => {
    if (known?.userId !== userId) known = { userId, story: await paymentStory(store, userId) };
    return known.story;
  };
};
