import { describe, expect, it } from 'vitest';
import { TIERS } from '../../kernel/tiers.ts';
import { credits } from '../credits.ts';
import { payments } from '../payments.ts';
import { planOf, reclaimOf } from './bookings.ts';
import { moneyPostingsOf } from './money.ts';
import type { InvoicePaid, PaymentNotice, Subscription } from './notice.ts';
import { cycleCreditsOf } from './proration.ts';
import {
  BEGUN,
  CYCLE_END,
  dispute,
  type News,
  OUR_CLOCK,
  PAYMENT,
  paid,
  refund,
  taking,
  told,
} from './testing/told-news.ts';

const NEXT_END = '2027-01-17T09:00:00.000Z';
const TOP_UP = paid({ subscriptionId: null, charged: [], topUpCredits: 700, cycleEndsAt: null });
const subscription = (changes: Partial<Subscription> = {}): Subscription => ({
  subscriptionId: 'sub1',
  status: 'ACTIVE',
  tier: 'PLUS',
  cycleEndsAt: CYCLE_END,
  cancelsAtCycleEnd: false,
  ...changes,
});
/** 12 of 30 days of PRO are given back. */
const DOWNGRADE = paid({
  invoiceId: 'in3',
  total: 0,
  tax: 0,
  charged: [],
  prorated: [{ tier: 'PRO', isCharged: false, from: '2026-12-05T09:00:00.000Z', to: CYCLE_END }],
});
const dueOf = (invoiceId: string, ...news: readonly News[]): number | undefined =>
  reclaimOf(taking(news).state, invoiceId)?.due;

describe('what follows from the news of the payment provider', () => {
  it('[BIL-12] [BIL-13] is, of an invoice of a plan, money and credits that end with its cycle', () => {
    const { events, commands } = taking([paid()]);
    const lot = { userId: 'u', lotId: 'invoice-in1', source: 'SUBSCRIPTION', microCredits: credits(1_500) };
    const money = { invoiceId: 'in1', amount: 1_500, tax: 250, currency: 'EUR', noticeId: 'evt0', lines: [] };
    const data = { ...lot, ...money, creditsEndAt: CYCLE_END, at: told(0) };
    expect(events.slice(1)).toEqual([{ type: 'PaymentReceived', data }]);
    const grant = { ...lot, expiresAt: CYCLE_END, period: '2026-12-17', reference: 'in1', at: OUR_CLOCK };
    expect(commands).toEqual([{ type: 'GrantCredits', data: grant }]);
  });

  it('[BIL-12] is, of an invoice of credits, a lot that does not end and is of no cycle', () => {
    const { events, commands } = taking([TOP_UP]);
    expect(events[1]?.data).toMatchObject({
      source: 'TOP_UP',
      microCredits: credits(700),
      creditsEndAt: null,
    });
    const lot = { userId: 'u', lotId: 'invoice-in1', source: 'TOP_UP', microCredits: credits(700) };
    const data = { ...lot, expiresAt: null, reference: 'in1', at: OUR_CLOCK };
    expect(commands).toEqual([{ type: 'GrantCredits', data }]);
  });

  it('[BIL-11] [BIL-16] is booked at the time of the provider: what began then, and what ended when that was told', () => {
    const times = (...news: readonly News[]) =>
      taking([paid(), PAYMENT, ...news]).events.flatMap(({ type, data }) =>
        type === 'NoticeTaken' || type === 'PaymentReceived' ? [] : [[type, data.at]],
      );
    expect(times(refund('PENDING'), refund('SUCCEEDED'), refund('FAILED'))).toEqual([
      ['PaymentRefunded', BEGUN],
      ['RefundReturned', told(4)],
    ]);
    for (const [status, type] of [
      ['WON', 'DisputeWon'],
      ['LOST', 'DisputeLost'],
    ] as const)
      expect(times(dispute('OPEN'), dispute(status))).toEqual([
        ['DisputeOpened', BEGUN],
        [type, told(3)],
      ]);
  });

  it('[BIL-12] [BIL-13] takes credits back for money that is back with the person, and for no other', () => {
    const due = (...news: readonly News[]) => dueOf('in1', paid(), PAYMENT, ...news);
    expect(due(refund('PENDING'))).toBe(0);
    expect(due(refund('SUCCEEDED'))).toBe(credits(600));
    expect(due(refund('SUCCEEDED'), refund('FAILED'))).toBe(0);
    expect(due(dispute('OPEN'))).toBe(0);
    expect(due(dispute('OPEN'), dispute('WON'))).toBe(0);
    expect(due(dispute('OPEN'), dispute('LOST'))).toBe(credits(1_500));
    expect(due(refund('SUCCEEDED'), dispute('LOST'))).toBe(credits(1_500));
  });

  it('[BIL-13] takes credits of a cheaper plan from the invoices of its cycle in turn, of none more than it brought', () => {
    const more = paid({ invoiceId: 'in2', charged: [], topUpCredits: 1_750 });
    // Its name comes first, and it is of the next cycle.
    const next = paid({ invoiceId: 'in0', charged: ['PRO'], cycleEndsAt: NEXT_END });
    const other = paid({ invoiceId: 'in00', subscriptionId: 'another', charged: ['PRO'] });
    const news = [paid(), PAYMENT, more, next, other, DOWNGRADE];
    const due = (...also: readonly News[]) =>
      ['in0', 'in00', 'in1', 'in2'].map((id) => dueOf(id, ...news, ...also));
    expect(due()).toEqual([0, 0, credits(1_500), credits(500)]);
    expect(due(refund('SUCCEEDED'))).toEqual([0, 0, credits(1_500), credits(500)]);
    const reversed = news.toReversed();
    expect(['in1', 'in2'].map((id) => dueOf(id, ...reversed))).toEqual([credits(1_500), credits(500)]);
  });

  it('[BIL-13] takes nothing from credits that belong to no plan, for a plan that somebody gave back by hand', () => {
    const byHand = { ...DOWNGRADE, subscriptionId: null, cycleEndsAt: null };
    expect(dueOf('in1', TOP_UP, byHand)).toBe(0);
  });

  it('[BIL-13] is no call for another card where the invoice was paid before its failure is told', () => {
    const failed: PaymentNotice = {
      kind: 'INVOICE_FAILED',
      invoiceId: 'in1',
      subscriptionId: 'sub',
      attempt: 1,
      nextAttemptAt: null,
    };
    const isPaid = (...news: readonly News[]) =>
      taking(news).events.flatMap((event) => (event.type === 'PaymentFailed' ? [event.data.isPaid] : []));
    expect(isPaid(paid(), failed)).toEqual([true]);
    expect(isPaid(failed, paid())).toEqual([false]);
    expect(isPaid(paid({ invoiceId: 'in2' }), failed)).toEqual([false]);
  });

  it('[BIL-12] is the same whichever of two tellings of one thing comes first', () => {
    const failed = { kind: 'INVOICE_FAILED', invoiceId: 'in1', subscriptionId: 'sub', attempt: 1 } as const;
    const pairs: readonly (readonly [News, News])[] = [
      [paid(), paid({ total: 1_499 })],
      [
        { ...failed, nextAttemptAt: null },
        { ...failed, nextAttemptAt: BEGUN },
      ],
      [refund('SUCCEEDED'), refund('SUCCEEDED')],
      [dispute('OPEN'), dispute('OPEN')],
      [dispute('LOST'), dispute('OPEN')],
      [refund('FAILED'), refund('SUCCEEDED')],
    ];
    const known = (news: readonly News[], times: readonly string[]) => {
      const { taken: _taken, booked: _booked, ...rest } = taking(news, times).state;
      return rest;
    };
    for (const [one, other] of pairs)
      expect(known([one, other], [told(1), told(2)])).toEqual(known([other, one], [told(2), told(1)]));
  });
});

describe('the payments of a person', () => {
  it('[BIL-12] take a webhook once, by its id', () => {
    const { state } = taking([paid()]);
    const again = { eventId: 'evt0', eventType: 'any', createdAt: told(5), at: OUR_CLOCK };
    const cycleCredits = cycleCreditsOf(TIERS);
    const data = {
      userId: 'u',
      customerId: 'c',
      notice: PAYMENT,
      subscription: null,
      cycleCredits,
      ...again,
    };
    expect(payments.decide({ type: 'TakeNotice', data }, state)).toEqual([]);
    expect(payments.decide({ type: 'TakeNotice', data: { ...data, eventId: 'evt1' } }, state)).toHaveLength(
      1,
    );
  });

  it('[BIL-12] are of one customer at the provider, and of no second one', () => {
    const link = (customerId: string) =>
      ({ type: 'LinkCustomer', data: { userId: 'u', customerId, at: OUR_CLOCK } }) as const;
    const linked = payments.decide(link('c'), payments.initialState());
    expect(linked).toEqual([{ type: 'CustomerLinked', data: link('c').data }]);
    const state = linked.reduce(payments.evolve, payments.initialState());
    expect(payments.decide(link('c'), state)).toEqual([]);
    expect(() => payments.decide(link('other'), state)).toThrow('another customer');
  });
});

describe('the plan that is paid for', () => {
  const plan = (...news: readonly News[]) => planOf(taking(news).state);

  it('[BIL-13] [BIL-01] is the best of several, whichever was read last', () => {
    const two = [subscription(), subscription({ subscriptionId: 'sub2', tier: 'PRO' })];
    for (const news of [two, two.toReversed()])
      expect(plan(...news)).toMatchObject({ tier: 'PRO', subscriptionId: 'sub2', status: 'ACTIVE' });
  });

  it('[BIL-12] [BIL-13] is the same of two alike, and of two that are over, whichever was read last', () => {
    const two = [subscription(), subscription({ subscriptionId: 'sub2', cycleEndsAt: NEXT_END })];
    const over = two.map((each): Subscription => ({ ...each, status: 'CANCELLED' }));
    for (const news of [two, two.toReversed()])
      expect(plan(...news)).toMatchObject({ subscriptionId: 'sub1', cycleEndsAt: CYCLE_END });
    for (const news of [over, over.toReversed()])
      expect(plan(...news)).toMatchObject({ subscriptionId: 'sub2', cycleEndsAt: NEXT_END });
  });

  it('[BIL-13] is over with the one that was cancelled, whatever is begun or told of it later', () => {
    const over = { tier: 'FREE', subscriptionId: 'sub1', status: 'ENDED' };
    const cancelled = subscription({ status: 'CANCELLED' });
    const begun = subscription({ subscriptionId: 'sub2', status: 'PENDING' });
    expect(plan(begun)).toBeNull();
    expect(plan(subscription(), cancelled, begun)).toMatchObject(over);
    expect(plan(cancelled, subscription())).toMatchObject(over);
  });
});

describe('the entry of what was paid', () => {
  it('[BIL-11] has no leg of nothing: of a payment without tax, and of one of nothing', () => {
    const legs = (changes: Partial<InvoicePaid>) =>
      taking([paid(changes)])
        .events.flatMap((event) => (event.type === 'PaymentReceived' ? moneyPostingsOf(event) : []))
        .map(({ account, amount }) => [account, amount]);
    expect(legs({ tax: 0 })).toEqual([
      ['money.provider', 1_500],
      ['money.revenue', -1_500],
    ]);
    expect(legs({ total: 0, tax: 0 })).toEqual([]);
  });
});
