import { TIERS } from '../../../kernel/tiers.ts';
import type { AccountCommand } from '../../account/commands.ts';
import { payments } from '../../payments.ts';
import { accountCommandsOf } from '../effects.ts';
import type { PaymentEvent } from '../events.ts';
import { MONEY_MOVEMENTS, type MoneyPosting, moneyPostingsOf } from '../money.ts';
import type { Dispute, InvoicePaid, PaymentNotice, Refund, Subscription } from '../notice.ts';
import { cycleCreditsOf } from '../proration.ts';

export const OUR_CLOCK = '2026-12-30T00:00:00.000Z';
export const CYCLE_END = '2026-12-17T09:00:00.000Z';
export const BEGUN = '2026-12-01T08:00:00.000Z';
/** When the provider tells the news of this place. */
export const told = (index: number): string => `2026-12-02T00:00:0${index}.000Z`;

export type News = PaymentNotice | Subscription;

const isRead = (news: News): news is Subscription => !('kind' in news);

/** What is decided of each, and what the account is told of it. Each is told at the time of its place, or at its own. */
export const taking = (
  news: readonly News[],
  times: readonly string[] = news.map((_each, index) => told(index)),
) => {
  let state = payments.initialState();
  const events: PaymentEvent[] = [];
  const commands: AccountCommand[] = [];
  for (const [index, each] of news.entries()) {
    const subscription = isRead(each) ? each : null;
    const notice: PaymentNotice = isRead(each)
      ? { kind: 'SUBSCRIPTION', subscriptionId: each.subscriptionId }
      : each;
    const event = { eventId: `evt${index}`, eventType: 'any', createdAt: times[index] ?? '', at: OUR_CLOCK };
    const cycleCredits = cycleCreditsOf(TIERS);
    const data = { userId: 'u', customerId: 'c', notice, subscription, cycleCredits, ...event };
    const decided = payments.decide({ type: 'TakeNotice', data }, state);
    state = decided.reduce(payments.evolve, state);
    events.push(...decided);
    commands.push(...decided.flatMap((one) => accountCommandsOf(one, state, OUR_CLOCK)));
  }
  return { state, events, commands };
};

export const paid = (changes: Partial<InvoicePaid> = {}): InvoicePaid => ({
  kind: 'INVOICE_PAID',
  invoiceId: 'in1',
  subscriptionId: 'sub',
  total: 1_500,
  tax: 250,
  currency: 'EUR',
  charged: ['PLUS'],
  returned: [],
  topUpCredits: 0,
  cycleEndsAt: CYCLE_END,
  ...changes,
});
export const PAYMENT: PaymentNotice = { kind: 'INVOICE_PAYMENT', invoiceId: 'in1', paymentId: 'pay' };
export const refund = (status: Refund['status'], amount = 600): Refund => ({
  kind: 'REFUND',
  refundId: 're',
  paymentId: 'pay',
  amount,
  status,
  begunAt: BEGUN,
});
export const dispute = (status: Dispute['status']): Dispute => ({
  kind: 'DISPUTE',
  disputeId: 'dp',
  paymentId: 'pay',
  amount: 1_500,
  status,
  begunAt: BEGUN,
});

/** The entries of these events, leg by leg. */
export const legsOf = (events: readonly PaymentEvent[]): readonly MoneyPosting[] =>
  events.flatMap((event) =>
    MONEY_MOVEMENTS.some((type) => type === event.type)
      ? moneyPostingsOf(event as Parameters<typeof moneyPostingsOf>[0])
      : [],
  );

/** What they come to by account and currency, without what comes to nothing. */
export const sumsOf = (events: readonly PaymentEvent[]): Readonly<Record<string, number>> => {
  const found = new Map<string, number>();
  for (const { account, unit, amount } of legsOf(events))
    found.set(`${account} ${unit}`, (found.get(`${account} ${unit}`) ?? 0) + amount);
  return Object.fromEntries([...found].filter(([, amount]) => amount !== 0).toSorted());
};

export const sums = (
  news: readonly PaymentNotice[],
  times = news.map(() => '2026-12-02T00:00:00.000Z'),
): Readonly<Record<string, number>> => sumsOf(taking(news, times).events);
