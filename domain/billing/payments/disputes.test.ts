import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credits } from '../credits.ts';
import { reclaimOf } from './bookings.ts';
import type { Dispute, PaymentNotice } from './notice.ts';
import { dispute, PAYMENT, paid, refund, sums, taking } from './testing/told-news.ts';

/** The card's bank asks for dollars back, of a payment of 15 euros. */
const foreign = (
  status: Dispute['status'],
  withdrawn?: Dispute['withdrawn'],
  returned?: Dispute['returned'],
): Dispute => ({
  ...dispute(status),
  amount: 1_700,
  currency: 'USD',
  ...(withdrawn === undefined ? {} : { withdrawn }),
  ...(returned === undefined ? {} : { returned }),
});
const EUROS = { amount: 1_540, currency: 'EUR' };

const dueOf = (...news: readonly PaymentNotice[]) => reclaimOf(taking(news).state, 'in1')?.due;

describe('a dispute in another currency than the payment', () => {
  it('[BIL-11] [BIL-12] is booked as what the provider took for it, not as its number in the currency of the invoice', () => {
    expect(sums([paid(), PAYMENT, foreign('OPEN', EUROS)])).toEqual({
      'money.disputed EUR': 1_540,
      'money.provider EUR': 1_500 - 1_540,
      'money.revenue EUR': -1_250,
      'money.tax EUR': -250,
    });
    expect(sums([paid(), PAYMENT, foreign('OPEN', EUROS), foreign('WON', EUROS, EUROS)])).toEqual(
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

  it('[BIL-11] [BIL-15] is won back at the rate of another day, and the difference has a leg of its own', () => {
    const won = (returned: Dispute['returned']) => sums([paid(), PAYMENT, foreign('WON', EUROS, returned)]);
    const before = sums([paid(), PAYMENT]);
    expect(won({ amount: 1_500, currency: 'EUR' })).toEqual({
      ...before,
      'money.provider EUR': 1_460,
      'money.exchange EUR': 40,
    });
    expect(won({ amount: 1_600, currency: 'EUR' })).toMatchObject({ 'money.exchange EUR': -60 });
    expect(won({ amount: 1_690, currency: 'USD' })).toEqual({
      ...before,
      'money.provider EUR': 1_500 - 1_540,
      'money.provider USD': 1_690,
      'money.exchange EUR': 1_540,
      'money.exchange USD': -1_690,
    });
    // What came back is not told yet.
    expect(won(undefined)).toMatchObject({ 'money.disputed EUR': 1_540 });
  });

  it('[BIL-11] [BIL-15] is won back by all that came back, also what is told after a part of it was back', () => {
    const part = { amount: 300, currency: 'EUR' };
    const all = { amount: 1_530, currency: 'EUR' };
    const news = [paid(), PAYMENT, foreign('LOST', EUROS, part), foreign('WON', EUROS, part)];
    const times = [2, 2, 3, 4, 5].map((day) => `2026-12-0${day}T00:00:00.000Z`);
    expect(sums([...news, foreign('WON', EUROS, all)], times)).toEqual({
      ...sums([paid(), PAYMENT]),
      'money.exchange EUR': 10,
      'money.provider EUR': 1_490,
    });
  });

  it('[BIL-11] [BIL-15] that is won and then lost with more than had come back has the difference as a leg of its own', () => {
    const times = [1, 1, 2, 3, 4].map((day) => `2026-12-0${day}T00:00:00.000Z`);
    const back = { amount: 1_510, currency: 'EUR' };
    const won = foreign('WON', EUROS, back);
    const lost: Dispute = { ...foreign('LOST', EUROS), further: [{ amount: -20, currency: 'EUR' }] };
    const expected = {
      'money.exchange EUR': 20,
      'money.provider EUR': 1_500 - 1_540 - 20,
      'money.revenue EUR': 1_540 - 1_500,
    };
    const all = [paid(), PAYMENT, foreign('OPEN', EUROS), won, lost];
    expect(sums(all, times)).toEqual(expected);
    expect(sums(all.toReversed(), times.toReversed())).toEqual(expected);
    // And is won again, by what all of it comes to.
    const again = foreign('WON', EUROS, { amount: 1_490, currency: 'EUR' });
    expect(sums([...all, again], [...times, '2026-12-05T00:00:00.000Z'])).toEqual({
      ...sums([paid(), PAYMENT]),
      'money.exchange EUR': 50,
      'money.provider EUR': 1_450,
    });
  });

  it('[BIL-11] [BIL-15] that is lost keeps nothing unbooked of what came back in a further currency, or beyond what was taken', () => {
    const dollars = { amount: 300, currency: 'USD' };
    expect(sums([paid(), PAYMENT, foreign('LOST', EUROS, dollars)])).toMatchObject({
      'money.provider EUR': 1_500 - 1_540,
      'money.provider USD': 300,
      'money.exchange USD': -300,
    });
    const more = { amount: 1_600, currency: 'EUR' };
    expect(sums([paid(), PAYMENT, foreign('LOST', EUROS, more)])).toEqual({
      ...sums([paid(), PAYMENT]),
      'money.provider EUR': 1_560,
      'money.exchange EUR': -60,
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
