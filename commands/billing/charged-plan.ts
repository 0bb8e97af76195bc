import type { PaymentEvent } from '../../domain/billing/payments/events.ts';
import { chargedPlanOf, payments, paymentsStream } from '../../domain/billing/payments.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';

/** The plan that the person is charged for; null: none. */
export const chargedPlan = async (
  store: Pick<StreamStore, 'read'>,
  userId: string,
): Promise<ReturnType<typeof chargedPlanOf>> => {
  const { events } = await store.read<PaymentEvent>(paymentsStream(userId));
  return chargedPlanOf(fold(payments, events));
};
