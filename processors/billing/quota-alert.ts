import type { AlertThreshold, QuotaAlertRaised } from '../../domain/billing/account/events.ts';
import type { Effect, ProcessManager } from '../../domain/kernel/process-manager.ts';

/** A mail to the person of an account. Amounts in micro-credits. */
export type SendQuotaAlert = Effect<
  'SendQuotaAlert',
  { userId: string; period: string; threshold: AlertThreshold; used: number; limit: number }
>;

/** Asks for one mail a period and threshold, as the account raises them once (BIL-10). */
export const quotaAlert: ProcessManager<null, QuotaAlertRaised, never, SendQuotaAlert> = {
  name: 'quota-alert',
  revision: 1,
  handles: ['QuotaAlertRaised'],
  correlate: (event) => event.data.userId,
  initialState: () => null,
  evolve: () => null,
  react: ({ data: { userId, period, threshold, used, limit } }) => [
    {
      kind: 'effect',
      key: `${period}-${threshold}`,
      effect: { type: 'SendQuotaAlert', data: { userId, period, threshold, used, limit } },
    },
  ],
};
