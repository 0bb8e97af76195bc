import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credits } from '../credits.ts';
import { reclaimOf } from './bookings.ts';
import { MONEY_MOVEMENTS, moneyPostingsOf } from './money.ts';
import type { Dispute, PaymentNotice } from './notice.ts';
import { dispute, PAYMENT, paid, refund, taking } from './testing/told-news.ts';

/** The card's bank asks for dollars back, of a payment of 15 euros. */
const foreign = (status: Dispute['status'], withdrawn?: Dispute['withdrawn']): Dispute => ({
  ...dispute(status),
  amount: 1_700,
  currency: 'USD',
  ...(withdrawn === undefined ? {} : { withdrawn }),
});
const EUROS = { amount: 1_540, currency: 'EUR' };

/** What all entries come to by account and currency, without what comes to nothing. */
const sums = (news: readonly PaymentNotice[]): Record<string, number> => {
  const all = news.map(() => '2026-12-02T00:00:00.000Z');
  const legs = taking(news, all).events.flatMap((event) =>
    MONEY_MOVEMENTS.some((type) => type === event.type)
      ? moneyPostingsOf(event as Parameters<typeof moneyPostingsOf>[0])
      : [],
  );
  const found = new Map<string, number>();
  for (const { account, unit, amount } of legs)
    found.set(`${account} ${unit}`, (found.get(`${account} ${unit}`) ?? 0) + amount);
  return Object.fromEntries([...found].filter(([, amount]) => amount !== 0).toSorted());
};
const dueOf = (...news: readonly PaymentNotice[]) => reclaimOf(taking(news).state, 'in1')?.due;

describe('a dispute in another currency than the payment', () => {
  it('[BIL-11] [BIL-12] is booked as what the provider took for it, not as its number in the currency of the invoice', () => {
    expect(sums([paid(), PAYMENT, foreign('OPEN', EUROS)])).toEqual({
      'money.disputed EUR': 1_540,
      'money.provider EUR': 1_500 - 1_540,
      'money.revenue EUR': -1_250,
      'money.tax EUR': -250,
    });
    expect(sums([paid(), PAYMENT, foreign('OPEN', EUROS), foreign('WON', EUROS)])).toEqual(
      sums([paid(), PAYMENT]),
    );
    expect(sums([paid(), PAYMENT, foreign('LOST', EUROS)])).toEqual({
      'money.provider EUR': 1_500 - 1_540,
      'money.revenue EUR': 1_540 - 1_500,
    });
    expect(dueOf(paid(), PAYMENT, foreign('LOST', EUROS))).toBe(credits(1_500));
  });

  it('[BIL-11] [BIL-12] is booked in the currency that the money was taken in, where that is another one still, with all of the credits and no tax', () => {
    const pounds = { amount: 1_300, currency: 'GBP' };
    const lines = [{ lineId: 'il', amount: 1_250, from: 'a', to: 'b' }];
    const whole = sums([paid({ lines }), PAYMENT]);
    const lost = [paid({ lines }), PAYMENT, foreign('LOST', pounds)];
    const taken = { 'money.provider GBP': -1_300, 'money.revenue GBP': 1_300 };
    expect(sums(lost)).toEqual({ ...whole, ...taken });
    expect(dueOf(...lost)).toBe(credits(1_500));
    // And takes nothing of the tax that a refund gives back.
    const both = sums([...lost, refund('SUCCEEDED', 1_500)]);
    expect(both).toEqual(taken);
  });

  it('[BIL-11] [BIL-12] waits until it is told what was taken, and moves nothing where nothing was', () => {
    const nothing = sums([paid(), PAYMENT]);
    expect(sums([paid(), PAYMENT, foreign('OPEN')])).toEqual(nothing);
    expect(sums([paid(), PAYMENT, foreign('OPEN'), foreign('LOST')])).toEqual(nothing);
    expect(dueOf(paid(), PAYMENT, foreign('LOST'))).toBe(0);
    expect(sums([paid(), PAYMENT, { ...foreign('OPEN'), currency: 'EUR' }])).toMatchObject({
      'money.disputed EUR': 1_700,
    });
  });

  it('[BIL-12] comes to the same in every order of its news', () => {
    const news = [paid(), PAYMENT, foreign('OPEN'), foreign('OPEN', EUROS), foreign('LOST')];
    const ordered = sums(news);
    expect(ordered).toEqual(sums([paid(), PAYMENT, foreign('LOST', EUROS)]));
    fc.assert(
      fc.property(fc.shuffledSubarray(news, { minLength: news.length }), (shuffled) => {
        expect(sums(shuffled)).toEqual(ordered);
        expect(dueOf(...shuffled)).toBe(credits(1_500));
      }),
    );
  });
});
