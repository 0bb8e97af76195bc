import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credits } from '../credits.ts';
import { reclaimOf } from './bookings.ts';
import type { Dispute, PaymentNotice } from './notice.ts';
import { dispute, PAYMENT, paid, refund, sums, taking } from './testing/told-news.ts';

describe('a dispute that is decided more than once', () => {
  const at = (second: number): string => `2026-12-02T00:00:${String(second).padStart(2, '0')}.000Z`;
  const typesOf = (news: readonly PaymentNotice[], times: readonly string[]) =>
    taking(news, times).events.flatMap(({ type }) => (/^Dispute/.test(type) ? [type] : []));
  const [open, won, lost] = [dispute('OPEN'), dispute('WON'), dispute('LOST')];
  const first = [paid({ lines: [{ lineId: 'il', amount: 1_250, from: 'a', to: 'b' }] }), PAYMENT];
  const whole = sums(first);

  it('[BIL-12] [BIL-15] is what was decided last, also where that was lost and then won on appeal', () => {
    const news = [...first, open, lost, won];
    const times = [at(0), at(0), at(1), at(2), at(3)];
    expect(typesOf(news, times)).toEqual(['DisputeOpened', 'DisputeLost', 'DisputeReopened', 'DisputeWon']);
    expect(sums(news, times)).toEqual(whole);
    expect(reclaimOf(taking(news, times).state, 'in1')?.due).toBe(0);
    // A decision that is told late is none any more.
    expect(typesOf([...first, won, lost], [at(0), at(0), at(3), at(2)])).toEqual([
      'DisputeOpened',
      'DisputeWon',
    ]);
    for (const both of [
      [won, lost],
      [lost, won],
    ])
      expect(sums([...first, ...both], [at(0), at(0), at(2), at(2)])).toEqual({});
    // And an appeal that was begun takes no decision back.
    expect(typesOf([...first, lost, open], [at(0), at(0), at(2), at(3)])).toEqual([
      'DisputeOpened',
      'DisputeLost',
    ]);
  });

  it('[BIL-12] [BIL-11] leaves nothing disputed where it was won and then lost', () => {
    const news = [...first, open, won, lost];
    const times = [at(0), at(0), at(1), at(2), at(3)];
    expect(sums(news, times)).toEqual({});
    expect(reclaimOf(taking(news, times).state, 'in1')?.due).toBe(credits(1_500));
  });

  it('[BIL-12] [BIL-15] is lost without the part that is back, because it had been refunded', () => {
    const back = {
      withdrawn: { amount: 1_500, currency: 'EUR' },
      returned: { amount: 600, currency: 'EUR' },
    };
    const news = [...first, refund('SUCCEEDED'), open, lost, { ...lost, ...back }];
    const times = [0, 0, 1, 2, 3, 4].map(at);
    expect(sums(news, times)).toEqual({});
    expect(sums(news.toReversed(), times.toReversed())).toEqual({});
    const unrefunded = [...first, open, { ...lost, ...back }];
    expect(sums(unrefunded, [0, 0, 1, 2].map(at))).toMatchObject({ 'money.provider EUR': 600 });
    expect(reclaimOf(taking(unrefunded).state, 'in1')?.due).toBe(credits(900));
  });

  it('[BIL-11] [BIL-15] is won with what came back of it, where that is not all that was taken', () => {
    const withdrawn = { amount: 1_500, currency: 'EUR' };
    const less = { ...won, withdrawn, returned: { amount: 1_480, currency: 'EUR' } };
    const expected = { ...whole, 'money.exchange EUR': 20, 'money.provider EUR': 1_480 };
    const news = [...first, open, won, less];
    const times = [0, 0, 1, 2, 3].map(at);
    expect(sums(news, times)).toEqual(expected);
    expect(sums(news.toReversed(), times.toReversed())).toEqual(expected);
    // Taken again before anybody decided anew: what is gone is not at the provider.
    const gone = { ...open, withdrawn, further: [{ amount: -10, currency: 'EUR' }] };
    expect(sums([...news, gone], [...times, at(4)])).toMatchObject({ 'money.provider EUR': -10 });
  });

  it('[BIL-11] [BIL-15] is won with all that was taken where the provider took another amount, and gave that back', () => {
    const part = { amount: 1_000, currency: 'EUR' };
    const pounds = { amount: 1_300, currency: 'GBP' };
    const wonWith = (withdrawn: Dispute['withdrawn'], returned: Dispute['returned']) =>
      sums([
        ...first,
        { ...open, ...(withdrawn && { withdrawn }) },
        { ...won, ...(withdrawn && { withdrawn }), ...(returned && { returned }) },
      ]);
    expect(wonWith(part, part)).toEqual(whole);
    expect(wonWith(pounds, pounds)).toEqual(whole);
    const less = { amount: 1_280, currency: 'GBP' };
    expect(wonWith(pounds, less)).toEqual({ ...whole, 'money.exchange GBP': 20, 'money.provider GBP': -20 });
    expect(wonWith(part, { amount: 990, currency: 'EUR' })).toEqual({
      ...whole,
      'money.exchange EUR': 10,
      'money.provider EUR': 1_490,
    });
  });

  it('[BIL-12] [BIL-15] believes the news with more movements, of two within one second', () => {
    const withdrawn = { amount: 1_500, currency: 'EUR' };
    const back = { ...won, withdrawn, returned: { amount: 1_480, currency: 'EUR' }, movements: 2 };
    const gone = { ...lost, withdrawn, further: [{ amount: -30, currency: 'EUR' }], movements: 3 };
    for (const both of [
      [back, gone],
      [gone, back],
    ])
      expect(sums([...first, ...both], [0, 0, 2, 2].map(at))).toMatchObject({ 'money.provider EUR': -30 });
  });

  it('[BIL-12] [BIL-11] comes to the same in every order, whatever was decided how often', () => {
    const told = fc.record({
      status: fc.constantFrom<Dispute['status']>('OPEN', 'WON', 'LOST'),
      second: fc.nat(30),
      back: fc.option(fc.integer({ min: 1, max: 1_600 }), { nil: undefined }),
      gone: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
      of: fc.constantFrom('dp', 'dp2'),
    });
    const life = fc.uniqueArray(told, {
      minLength: 1,
      maxLength: 8,
      selector: ({ of, second }) => `${of} ${second}`,
    });
    type Told = Readonly<{ notice: PaymentNotice; time: string }>;
    const begun: readonly Told[] = [...first, refund('SUCCEEDED', 77)].map((notice) => ({
      notice,
      time: at(0),
    }));
    const lives = life
      .map((all): readonly Told[] => [
        ...begun,
        ...all.map(({ status, second, back, gone, of: disputeId }) => {
          const returned = back === undefined ? {} : { returned: { amount: back, currency: 'EUR' } };
          const further = gone === undefined ? {} : { further: [{ amount: -gone, currency: 'USD' }] };
          const withdrawn = { amount: 1_500, currency: 'EUR' };
          const amount = disputeId === 'dp' ? 1_500 : 700;
          return {
            notice: { ...dispute(status), disputeId, amount, withdrawn, ...returned, ...further },
            time: at(second),
          };
        }),
      ])
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length })));
    const outcome = (all: readonly Told[]) => {
      const [news, times] = [all.map(({ notice }) => notice), all.map(({ time }) => time)];
      const { taken: _taken, ...state } = taking(news, times).state;
      return [sums(news, times), state, reclaimOf(taking(news, times).state, 'in1')];
    };
    fc.assert(
      fc.property(lives, ([inOrder, shuffled]) => {
        expect(outcome(shuffled)).toEqual(outcome(inOrder));
      }),
      { numRuns: 500 },
    );
  });
});
