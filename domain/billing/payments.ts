import type { Decider } from '../kernel/decider.ts';
import type { Command } from '../kernel/message.ts';
import { never } from '../kernel/never.ts';
import { Rejection } from '../kernel/rejection.ts';
import { bookingsDue, planOf } from './payments/bookings.ts';
import type { CustomerLinked, NoticeTaken, PaymentEvent } from './payments/events.ts';
import type { PaymentNotice } from './payments/notice.ts';
import { evolve, initialState, type PaymentsState, type Plan } from './payments/state.ts';

export type LinkCustomer = Command<'LinkCustomer', CustomerLinked['data']>;
export type TakeNotice = Command<'TakeNotice', NoticeTaken['data']>;
export type PaymentCommand = LinkCustomer | TakeNotice;

const planChanged = (userId: string, at: string, state: PaymentsState): PaymentEvent[] => {
  const plan = planOf(state);
  if (plan === null || JSON.stringify(plan) === JSON.stringify(state.plan)) return [];
  return [{ type: 'PlanChanged', data: { userId, ...plan, at } }];
};

/** The notice, and whatever can be said now that it is known: also of notices that came before it. */
const takeNotice = ({ data }: TakeNotice, state: PaymentsState): PaymentEvent[] => {
  const { eventId, userId, at } = data;
  if (Object.hasOwn(state.taken, eventId)) return [];
  const taken: PaymentEvent = { type: 'NoticeTaken', data };
  const known = evolve(state, taken);
  return [taken, ...planChanged(userId, at, known), ...bookingsDue({ userId, noticeId: eventId }, known)];
};

const linkCustomer = ({ data }: LinkCustomer, { customerId }: PaymentsState): PaymentEvent[] => {
  if (customerId === data.customerId) return [];
  if (customerId !== null)
    throw new Rejection('CUSTOMER_LINKED', 'The account has another customer at the payment provider.');
  return [{ type: 'CustomerLinked', data }];
};

/** What a person paid, got back and pays for, from the news of the payment provider in any order (BIL-12, BIL-13). */
export const payments: Decider<PaymentsState, PaymentCommand, PaymentEvent> = {
  initialState,
  evolve,
  decide: (command, state) => {
    switch (command.type) {
      case 'LinkCustomer':
        return linkCustomer(command, state);
      case 'TakeNotice':
        return takeNotice(command, state);
      default:
        return never(command);
    }
  },
};

/**
 * Which subscription must be read at the provider before the notice is taken; null: none. What changes there and back is
 * never believed from a notice, because notices come late and in any order, and some never.
 */
export const subscriptionToRead = (notice: PaymentNotice): string | null =>
  'subscriptionId' in notice ? notice.subscriptionId : null;

/** The plan that the provider charges for; null: there is none, or it is over. */
export const chargedPlanOf = ({ plan }: PaymentsState): Plan | null =>
  plan === null || plan.status === 'ENDED' ? null : plan;

export const paymentsStream = (userId: string): string => `payments-${userId}`;
export const customerStream = (customerId: string): string => `payment-customer-${customerId}`;
export const UNASSIGNED_STREAM = 'payments-unassigned';
