import { describe, expect, it } from 'vitest';
import { TIERS } from '../../kernel/tiers.ts';
import { payments } from '../payments.ts';
import type { InvoicePaid, Subscription } from './notice.ts';
import { cycleCreditsOf } from './proration.ts';

const CYCLE_END = '2026-12-17T09:00:00.000Z';
const NEXT_END = '2027-01-17T09:00:00.000Z';
const [FIRST_GRACE, NEXT_GRACE] = ['2026-12-31T09:00:00.000Z', '2027-01-31T09:00:00.000Z'];

const paid = (invoiceId: string, cycleEndsAt: string, subscriptionId = 'sub'): InvoicePaid => ({
  kind: 'INVOICE_PAID',
  invoiceId,
  subscriptionId,
  total: 5_000,
  tax: 0,
  currency: 'USD',
  charged: ['PRO'],
  returned: [],
  topUpCredits: 0,
  cycleEndsAt,
});

/** What the plan comes to by itself, once it is read as this, after these invoices. */
const termOf = (changes: Partial<Subscription>, ...invoices: readonly InvoicePaid[]) => {
  const subscription: Subscription = {
    subscriptionId: 'sub',
    status: 'ACTIVE',
    tier: 'PRO',
    cycleEndsAt: CYCLE_END,
    cancelsAtCycleEnd: false,
    next: null,
    ...changes,
  };
  let state = payments.initialState();
  for (const notice of [...invoices, { kind: 'SUBSCRIPTION', subscriptionId: 'sub' } as const]) {
    const eventId = 'invoiceId' in notice ? notice.invoiceId : 'last';
    const told = {
      eventId,
      eventType: 'any',
      createdAt: CYCLE_END,
      at: CYCLE_END,
      cycleCredits: cycleCreditsOf(TIERS),
    };
    const data = { userId: 'u', customerId: 'c', notice, subscription, ...told };
    state = payments.decide({ type: 'TakeNotice', data }, state).reduce(payments.evolve, state);
  }
  return state.plan?.then;
};

describe('the term of a plan', () => {
  it('[BIL-13] is the cycle where it was cancelled for its end, and a grace more where it is to be paid on', () => {
    expect(termOf({})).toEqual([{ tier: 'FREE', at: FIRST_GRACE }]);
    expect(termOf({ cancelsAtCycleEnd: true })).toEqual([{ tier: 'FREE', at: CYCLE_END }]);
    expect(termOf({ status: 'CANCELLED' })).toBeUndefined();
  });

  it('[BIL-13] counts the grace of one past due from what is paid, not from the cycle that is not', () => {
    const due = { status: 'PAST_DUE', cycleEndsAt: NEXT_END } as const;
    expect(termOf(due, paid('in1', CYCLE_END))).toEqual([{ tier: 'FREE', at: FIRST_GRACE }]);
    expect(termOf(due, paid('in2', NEXT_END), paid('in1', CYCLE_END))).toEqual([
      { tier: 'FREE', at: NEXT_GRACE },
    ]);
    // Nothing is known to be paid of it: what the provider says is all there is.
    expect(termOf(due, paid('in1', CYCLE_END, 'another'))).toEqual([{ tier: 'FREE', at: NEXT_GRACE }]);
    const cancelled = { ...due, cancelsAtCycleEnd: true };
    expect(termOf(cancelled, paid('in1', CYCLE_END))).toEqual([{ tier: 'FREE', at: FIRST_GRACE }]);
  });

  it('[BIL-13] has the plan that was agreed for later, unless it is over before', () => {
    const next = { tier: 'PLUS', at: CYCLE_END } as const;
    expect(termOf({ next })).toEqual([next, { tier: 'FREE', at: FIRST_GRACE }]);
    expect(termOf({ next, cancelsAtCycleEnd: true })).toEqual([{ tier: 'FREE', at: CYCLE_END }]);
  });
});
