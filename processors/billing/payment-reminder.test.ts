import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import type { PaymentFailed } from '../../domain/billing/payments/events.ts';
import { recorded } from '../../domain/kernel/history.ts';
import { processManagerSpecification } from '../../domain/kernel/process-manager.ts';
import { firstAttempt } from '../../domain/kernel/reactor-context.ts';
import { paymentReminder, type SendPaymentReminder } from './payment-reminder.ts';
import { sendPaymentReminderReactor } from './send-payment-reminder.reactor.ts';

const data = { userId: 'u', invoiceId: 'in1', attempt: 2, nextAttemptAt: '2026-12-19T09:00:00.000Z' };
const failed = (isPaid: boolean): PaymentFailed => ({
  type: 'PaymentFailed',
  data: { ...data, isPaid, at: '2026-12-17T09:00:00.000Z' },
});

describe('reminders of failed payments', () => {
  const given = processManagerSpecification(paymentReminder, deepStrictEqual);

  it('[BIL-13] are not asked for an invoice that is paid', () => {
    given()
      .when(recorded(failed(true)))
      .thenNothing();
  });

  it('[BIL-13] are asked for once an attempt', () => {
    given()
      .when(recorded(failed(false)))
      .then({ kind: 'effect', key: 'in1-2', effect: { type: 'SendPaymentReminder', data } });
  });

  it('[BIL-13] say whether it is tried again', async () => {
    const texts: string[] = [];
    const reactor = sendPaymentReminderReactor({
      send: async (_userId, { text }) => {
        texts.push(text);
      },
    });
    for (const nextAttemptAt of [data.nextAttemptAt, null]) {
      const effect: SendPaymentReminder = { type: 'SendPaymentReminder', data: { ...data, nextAttemptAt } };
      expect(await reactor.run(effect, firstAttempt())).toEqual([]);
    }
    expect(texts).toEqual([
      expect.stringContaining('tried again on 2026-12-19'),
      expect.stringContaining('your plan ends'),
    ]);
  });
});
