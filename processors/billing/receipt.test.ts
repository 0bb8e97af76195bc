import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import type { PaymentReceived } from '../../domain/billing/payments/events.ts';
import { recorded } from '../../domain/kernel/history.ts';
import { processManagerSpecification } from '../../domain/kernel/process-manager.ts';
import { firstAttempt } from '../../domain/kernel/reactor-context.ts';
import { moneyText } from './money-text.ts';
import { receipt } from './receipt.ts';
import { sendReceiptReactor } from './send-receipt.reactor.ts';

const data: PaymentReceived['data'] = {
  userId: 'u',
  invoiceId: 'in1',
  amount: 123_450,
  tax: 20_575,
  currency: 'USD',
  lines: [],
  noticeId: null,
  source: 'SUBSCRIPTION',
  lotId: 'l',
  microCredits: 1_500_000_000,
  creditsEndAt: '2026-12-17T09:00:00.000Z',
  at: '2026-11-17T09:00:00.000Z',
};

const sentOf = async (paid: PaymentReceived['data'], moment = '2026-11-17T09:00:05.000Z') => {
  const sent: (readonly [string, string])[] = [];
  const mails = {
    send: async (userId: string, { text }: Readonly<{ text: string }>) => {
      sent.push([userId, text]);
    },
  };
  const reactor = sendReceiptReactor(mails, () => new Date(moment));
  expect(await reactor.run({ type: 'SendReceipt', data: paid }, firstAttempt())).toEqual([]);
  return sent;
};

describe('receipts', () => {
  it('[OPS-09] are asked for once an invoice', () => {
    processManagerSpecification(receipt, deepStrictEqual)()
      .when(recorded<PaymentReceived>({ type: 'PaymentReceived', data }))
      .then({ kind: 'effect', key: 'in1', effect: { type: 'SendReceipt', data } });
  });

  it('[OPS-09] say what was paid, what of it is tax, and what it brings', async () => {
    expect(await sentOf(data)).toEqual([
      [
        'u',
        'We have received USD 1,234.50 for your plan, of which USD 205.75 is tax.\n' +
          'It brings 1,500 credits. They are good until 2026-12-17.\n' +
          'Invoice in1, paid on 2026-11-17. The invoice itself is on the page where your invoices are kept.\n',
      ],
    ]);
    const bought = { ...data, source: 'TOP_UP', creditsEndAt: null } as const;
    expect((await sentOf(bought))[0]?.[1]).toMatch(/ for more credits, .*\n.* They do not end\.\n/);
    expect((await sentOf({ ...data, microCredits: 0 }))[0]?.[1]).not.toContain('credits');
  });

  it('[OPS-09] [BIL-13] are sent of a change to a cheaper plan, whose invoice takes nothing and gives tax back', async () => {
    const [[, text] = []] = await sentOf({ ...data, amount: 0, tax: -50, microCredits: 0 });
    expect(text).toMatch(/^We have received USD 0\.00 for your plan, of which USD -0\.50 is tax\.\n/);
  });

  it('[OPS-09] are not sent of payments from long ago', async () => {
    expect(await sentOf(data, '2026-12-18T09:00:00.001Z')).toEqual([]);
    expect(await sentOf(data, '2026-12-18T09:00:00.000Z')).toHaveLength(1);
  });

  it('[OPS-09] show minor units as each currency has them, exact at any size', () => {
    expect(moneyText(0, 'USD')).toBe('USD 0.00');
    expect(moneyText(5, 'USD')).toBe('USD 0.05');
    expect(moneyText(-5, 'USD')).toBe('USD -0.05');
    expect(moneyText(-1_500, 'JPY')).toBe('JPY -1,500');
    expect(moneyText(1_500, 'jpy')).toBe('JPY 1,500');
    expect(moneyText(1_234_567, 'KWD')).toBe('KWD 1,234.567');
    expect(moneyText(Number.MAX_SAFE_INTEGER, 'EUR')).toBe('EUR 90,071,992,547,409.91');
  });
});
