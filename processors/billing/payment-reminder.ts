import type { PaymentFailed } from '../../domain/billing/payments/events.ts';
import type { Effect, ProcessManager } from '../../domain/kernel/process-manager.ts';

/** A mail to a person whose payment failed. `nextAttemptAt` null: it is not tried again. */
export type SendPaymentReminder = Effect<
  'SendPaymentReminder',
  { userId: string; invoiceId: string; attempt: number; nextAttemptAt: string | null }
>;

/** Asks for one mail a failed attempt, unless the invoice has been paid since (BIL-13). */
export const paymentReminder: ProcessManager<null, PaymentFailed, never, SendPaymentReminder> = {
  name: 'payment-reminder',
  revision: 1,
  handles: ['PaymentFailed'],
  correlate: (event) => event.data.userId,
  initialState: () => null,
  evolve: () => null,
  react({ data: { userId, invoiceId, attempt, nextAttemptAt, isPaid } }) {
    if (isPaid) return [];
    const data = { userId, invoiceId, attempt, nextAttemptAt };
    return [
      { kind: 'effect', key: `${invoiceId}-${attempt}`, effect: { type: 'SendPaymentReminder', data } },
    ];
  },
};
