import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { fold } from '../kernel/decider.ts';
import { specificationFor } from '../kernel/specification.ts';
import { perTier, TIERS, type TierTerms } from '../kernel/tiers.ts';
import type { AccountEvent } from './account/events.ts';
import { account, accountUnder } from './account.ts';
import { credits } from './credits.ts';
import { accountCommandsOf } from './payments/effects.ts';
import type { PaymentNotice } from './payments/notice.ts';
import { cycleCreditsOf } from './payments/proration.ts';
import { payments } from './payments.ts';
import { usageSummary } from './summary.ts';
import {
  assign,
  assigned,
  at,
  claim,
  claimed,
  held,
  monthly,
  monthlyBeyond,
  posted,
  settle,
  three,
} from './testing/account-story.ts';

const changed = (terms: Partial<TierTerms>) => ({
  ...perTier((tier) => ({ ...TIERS[tier], ...terms })),
  FREE: { ...TIERS.FREE, ...terms, monthlyCredits: 0 },
});
const givenUnder = (terms: Partial<TierTerms>) =>
  specificationFor(accountUnder(changed(terms)), deepStrictEqual);
const onPlus = [assigned('PLUS'), monthly(1_500, 'PLUS')];

describe('an account whose tier operators have changed', () => {
  it('[OPS-03] [BIL-03] starts as many jobs a day as the tier has now', () => {
    givenUnder({ jobsPerDay: 2 })(...three)
      .when(claim('d'))
      .thenRejected('DAILY_JOB_LIMIT', { tier: 'FREE', limit: 2, used: 3, upgrade_to: 'PLUS' });
    const fourth = claimed('d', 4);
    givenUnder({ jobsPerDay: 4 })(...three)
      .when(claim('d'))
      .then({ ...fourth, data: { ...fourth.data, limit: 4 } } as AccountEvent);
    expect(usageSummary(changed({ jobsPerDay: 6 }), fold(account, three), at)).toMatchObject({
      percentUsed: 50,
      typicalRefactorsLeft: 3,
    });
  });

  it('[OPS-03] [BIL-02] loses nothing that was granted, and keeps what a running job holds', () => {
    const less = givenUnder({ monthlyCredits: 10 });
    less(...onPlus, held('a', 100))
      .when({ type: 'RefreshAccount', data: { userId: 'u', at } })
      .thenNothing();
    less(...onPlus, held('a', 100))
      .when(settle('a', 100))
      .then(posted('a', 100));
  });

  it('[OPS-03] [BIL-11] gets what the tier gives more within the month as a lot of its own', () => {
    const beyond = monthlyBeyond(1_500, 500, 'PLUS');
    const raised = givenUnder({ monthlyCredits: 2_000 });
    const refresh = { type: 'RefreshAccount', data: { userId: 'u', at } } as const;
    raised(...onPlus)
      .when(refresh)
      .then(beyond);
    raised(...onPlus, beyond)
      .when(refresh)
      .thenNothing();
    raised().when(assign('PLUS')).then(assigned('PLUS'), monthly(2_000, 'PLUS'));
  });
});

describe('an invoice', () => {
  const invoice: PaymentNotice = {
    kind: 'INVOICE_PAID',
    invoiceId: 'in',
    subscriptionId: 's',
    total: 1_500,
    tax: 250,
    currency: 'USD',
    charged: ['PLUS'],
    returned: [],
    topUpCredits: 0,
    cycleEndsAt: '2026-12-20T00:00:00.000Z',
  };
  const paid: PaymentNotice = { kind: 'INVOICE_PAYMENT', invoiceId: 'in', paymentId: 'p' };
  const refund: PaymentNotice = {
    kind: 'REFUND',
    refundId: 'r',
    paymentId: 'p',
    amount: 1_500,
    status: 'SUCCEEDED',
    begunAt: at,
  };

  /** What the account is told of each notice; each comes while PLUS brings so many credits. */
  const moves = (...told: readonly (readonly [PaymentNotice, plus: number])[]) => {
    let state = payments.initialState();
    return told.flatMap(([notice, plus], index) => {
      const cycleCredits = cycleCreditsOf(changed({ monthlyCredits: plus }));
      const named = {
        userId: 'u',
        customerId: 'c',
        eventId: `e${index}`,
        eventType: 'any',
        subscription: null,
      };
      // News that is told later may be older.
      const createdAt = `2026-11-20T00:00:0${9 - index}.000Z`;
      const data = { ...named, notice, createdAt, cycleCredits, at };
      const events = payments.decide({ type: 'TakeNotice', data }, state);
      state = events.reduce(payments.evolve, state);
      return events
        .flatMap((event) => accountCommandsOf(event, state, at))
        .map(({ type, data: of }) => [type, 'due' in of ? of.due : 'microCredits' in of && of.microCredits]);
    });
  };

  it('[OPS-03] [BIL-13] brings what its plan brings when it is heard of, and a refund takes that back', () => {
    const granted = ['GrantCredits', credits(1_500)];
    const reclaimed = ['ReclaimCredits', credits(1_500)];
    expect(moves([invoice, 1_500], [invoice, 9], [paid, 9], [refund, 9])).toEqual([granted, reclaimed]);
    expect(moves([invoice, 2_000])).toEqual([['GrantCredits', credits(2_000)]]);
  });
});
