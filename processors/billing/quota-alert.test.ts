import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import type { QuotaAlertRaised } from '../../domain/billing/account/events.ts';
import { recorded } from '../../domain/kernel/history.ts';
import { processManagerSpecification } from '../../domain/kernel/process-manager.ts';
import { firstAttempt } from '../../domain/kernel/reactor-context.ts';
import { quotaAlert, type SendQuotaAlert } from './quota-alert.ts';
import { sendQuotaAlertReactor } from './send-quota-alert.reactor.ts';

const data = {
  userId: 'u',
  period: '2026-11',
  threshold: 80,
  used: 1_234_567_890,
  limit: 1_500_000_000,
} as const;
const raised: QuotaAlertRaised = {
  type: 'QuotaAlertRaised',
  data: { ...data, at: '2026-11-20T10:00:00.000Z' },
};
const effect: SendQuotaAlert = { type: 'SendQuotaAlert', data };

describe('alerts of used credits', () => {
  it('[BIL-10] ask for one mail a period and threshold', () => {
    processManagerSpecification(quotaAlert, deepStrictEqual)()
      .when(recorded(raised))
      .then({ kind: 'effect', key: '2026-11-80', effect });
  });

  it('[BIL-10] tell in whole credits what is used', async () => {
    const sent: unknown[] = [];
    const reactor = sendQuotaAlertReactor({
      send: async (userId, mail) => {
        sent.push([userId, mail]);
      },
    });
    expect(await reactor.run(effect, firstAttempt())).toEqual([]);
    expect(sent).toEqual([
      [
        'u',
        {
          subject: '80 % of your IAMA credits of this month are used',
          text: 'You have used 1234 of 1500 credits of 2026-11. A larger plan or more credits keep your jobs going.\n',
        },
      ],
    ]);
  });
});
