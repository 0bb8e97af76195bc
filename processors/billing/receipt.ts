import type { PaymentReceived } from '../../domain/billing/payments/events.ts';
import type { Effect, ProcessManager } from '../../domain/kernel/process-manager.ts';

/** A mail about money that was received. Amounts in minor units of `currency`. */
export type SendReceipt = Effect<'SendReceipt', PaymentReceived['data']>;

/** Asks for one mail a paid invoice (OPS-09); that it is paid is told once, however often the provider tells it. */
export const receipt: ProcessManager<null, PaymentReceived, never, SendReceipt> = {
  name: 'receipt',
  revision: 1,
  handles: ['PaymentReceived'],
  correlate: (event) => event.data.userId,
  initialState: () => null,
  evolve: () => null,
  react: ({ data }) => [{ kind: 'effect', key: data.invoiceId, effect: { type: 'SendReceipt', data } }],
};
