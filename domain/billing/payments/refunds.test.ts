import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TIERS } from '../../kernel/tiers.ts';
import { credits } from '../credits.ts';
import { payments } from '../payments.ts';
import { reclaimOf } from './bookings.ts';
import type { PaymentNotice } from './notice.ts';
import { cycleCreditsOf } from './proration.ts';

const AT = '2026-12-17T09:00:00.000Z';

/** Micro-credits that are due back of a PLUS cycle of so many minor units, of which these went back. */
const dueOf = (total: number, parts: readonly number[]): number | undefined => {
  const paid: readonly PaymentNotice[] = [
    {
      kind: 'INVOICE_PAID',
      invoiceId: 'in1',
      subscriptionId: null,
      total,
      tax: 0,
      currency: 'USD',
      charged: ['PLUS'],
      returned: [],
      topUpCredits: 0,
      cycleEndsAt: AT,
    },
    { kind: 'INVOICE_PAYMENT', invoiceId: 'in1', paymentId: 'pay' },
  ];
  const refunds = parts.map(
    (amount, index): PaymentNotice => ({
      kind: 'REFUND',
      refundId: `re${index}`,
      paymentId: 'pay',
      amount,
      status: 'SUCCEEDED',
      begunAt: AT,
    }),
  );
  let state = payments.initialState();
  for (const [index, notice] of [...paid, ...refunds].entries()) {
    const cycleCredits = cycleCreditsOf(TIERS);
    const told = { eventId: `evt${index}`, eventType: 'any', createdAt: AT, at: AT, cycleCredits };
    const data = { userId: 'u', customerId: 'c', notice, subscription: null, ...told };
    state = payments.decide({ type: 'TakeNotice', data }, state).reduce(payments.evolve, state);
  }
  return reclaimOf(state, 'in1')?.due;
};

describe('refunds of an invoice in parts', () => {
  it('[BIL-12] [BIL-11] take back what one refund of their sum would, and all of it where everything went back', () => {
    expect(dueOf(700, [100, 100, 100, 100, 100, 100, 100])).toBe(credits(1_500));
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 997 }), { minLength: 1, maxLength: 8 }),
        fc.nat(997),
        (parts, rest) => {
          const sum = parts.reduce((all, part) => all + part, 0);
          expect(dueOf(sum + rest, parts)).toBe(dueOf(sum + rest, [sum]));
          expect(dueOf(sum, parts)).toBe(credits(1_500));
        },
      ),
    );
  });
});
