import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TIERS } from '../../kernel/tiers.ts';
import { credits } from '../credits.ts';
import { payments } from '../payments.ts';
import { reclaimOf } from './bookings.ts';
import type { PaymentEvent } from './events.ts';
import { moneyPostingsOf } from './money.ts';
import type { PaymentNotice } from './notice.ts';
import { cycleCreditsOf } from './proration.ts';

const AT = '2026-12-17T09:00:00.000Z';

/** A PLUS cycle of so many minor units, tax within, is paid; and then this is told. */
const after = (total: number, tax: number, news: readonly PaymentNotice[]) => {
  const paid: readonly PaymentNotice[] = [
    {
      kind: 'INVOICE_PAID',
      invoiceId: 'in1',
      subscriptionId: null,
      total,
      tax,
      currency: 'USD',
      lines: [
        { lineId: 'il1', amount: total - tax - 1, from: AT, to: AT },
        { lineId: 'il2', amount: 1, from: AT, to: AT },
      ],
      charged: ['PLUS'],
      returned: [],
      topUpCredits: 0,
      cycleEndsAt: AT,
    },
    { kind: 'INVOICE_PAYMENT', invoiceId: 'in1', paymentId: 'pay' },
  ];
  let state = payments.initialState();
  const events: PaymentEvent[] = [];
  for (const [index, notice] of [...paid, ...news].entries()) {
    const cycleCredits = cycleCreditsOf(TIERS);
    const told = { eventId: `evt${index}`, eventType: 'any', createdAt: AT, at: AT, cycleCredits };
    const data = { userId: 'u', customerId: 'c', notice, subscription: null, ...told };
    for (const event of payments.decide({ type: 'TakeNotice', data }, state)) {
      state = payments.evolve(state, event);
      events.push(event);
    }
  }
  return { state, events };
};

const refund = (
  amount: number,
  index: number,
  status: 'SUCCEEDED' | 'FAILED' = 'SUCCEEDED',
): PaymentNotice => ({
  kind: 'REFUND',
  refundId: `re${index}`,
  paymentId: 'pay',
  amount,
  status,
  begunAt: AT,
});
const lost = (amount: number): PaymentNotice => ({
  kind: 'DISPUTE',
  disputeId: 'dp',
  paymentId: 'pay',
  amount,
  status: 'LOST',
  begunAt: AT,
});

/** Micro-credits that are due back of it, of which these parts were refunded. */
const dueOf = (total: number, parts: readonly number[]): number | undefined =>
  reclaimOf(
    after(
      total,
      0,
      parts.map((amount, index) => refund(amount, index)),
    ).state,
    'in1',
  )?.due;

/** The tax that is left of it, in minor units, as posted. */
const taxLeft = (total: number, tax: number, news: readonly PaymentNotice[]): number =>
  after(total, tax, news)
    .events.flatMap((event) => {
      switch (event.type) {
        case 'PaymentReceived':
        case 'PaymentRefunded':
        case 'RefundReturned':
        case 'DisputeLost':
          return moneyPostingsOf(event);
        default:
          return [];
      }
    })
    .reduce((sum, leg) => sum - (leg.account === 'money.tax' ? leg.amount : 0), 0);

const someParts = fc.array(fc.integer({ min: 1, max: 997 }), { minLength: 1, maxLength: 8 });
const sumOf = (parts: readonly number[]): number => parts.reduce((all, part) => all + part, 0);

describe('refunds of an invoice in parts', () => {
  it('[BIL-12] [BIL-11] take back what one refund of their sum would, and all of it where everything went back', () => {
    expect(dueOf(700, [100, 100, 100, 100, 100, 100, 100])).toBe(credits(1_500));
    fc.assert(
      fc.property(someParts, fc.nat(997), (parts, rest) => {
        const sum = sumOf(parts);
        expect(dueOf(sum + rest, parts)).toBe(dueOf(sum + rest, [sum]));
        expect(dueOf(sum, parts)).toBe(credits(1_500));
      }),
    );
  });

  it('[BIL-11] [BIL-14] give back the tax that one refund of their sum would, and all of it where everything went back', () => {
    const sevenths = Array.from({ length: 7 }, (_, index) => refund(100, index));
    expect(taxLeft(700, 111, sevenths)).toBe(0);
    const whole = fc.record({ parts: someParts, rest: fc.nat(997), of: fc.nat(997), failed: fc.nat(997) });
    fc.assert(
      fc.property(whole, fc.infiniteStream(fc.boolean()), ({ parts, rest, of, failed }, fails) => {
        const [gone, total] = [sumOf(parts), sumOf(parts) + rest + 2];
        const tax = Math.floor((total * of) / 1_000);
        const [first = 0, ...others] = parts;
        const told = [lost(first), ...others.map((amount, index) => refund(amount, index))];
        // What did not reach the person changes nothing, whenever it is told.
        const mixed = told.flatMap((news, index) =>
          fails.next().value === true ? [refund(failed, 100 + index, 'FAILED'), news] : [news],
        );
        const once = taxLeft(total, tax, [refund(gone, 0)]);
        expect(taxLeft(total, tax, mixed)).toBe(once);
        expect(taxLeft(total, tax, mixed.toReversed())).toBe(once);
        expect(once).toBe(tax - Math.floor((tax * gone) / total));
      }),
    );
  });

  it('[BIL-11] give back no more tax than there was, though more than the whole went back', () => {
    expect(taxLeft(600, 100, [refund(600, 0), lost(500)])).toBe(0);
  });
});
