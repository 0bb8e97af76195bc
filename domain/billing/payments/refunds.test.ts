import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credits } from '../credits.ts';
import { reclaimOf } from './bookings.ts';
import { moneyPostingsOf } from './money.ts';
import type { PaymentNotice } from './notice.ts';
import { PAYMENT, paid, taking } from './testing/told-news.ts';

const AT = '2026-12-17T09:00:00.000Z';

/** A PLUS cycle of so many minor units, tax within, is paid; and then this is told. */
const after = (total: number, tax: number, news: readonly PaymentNotice[]) => {
  // Of a plan, of another one that was given back, and of what is less than a unit of a small refund.
  const lines = [700, -300, 500, 3].map((amount, line) => ({
    lineId: `il${line}`,
    amount,
    from: AT,
    to: AT,
  }));
  const all = [paid({ subscriptionId: null, total, tax, lines, cycleEndsAt: AT }), PAYMENT, ...news];
  return taking(
    all,
    all.map(() => AT),
  );
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

/** What is posted of it, entry by entry; none of what moves nothing but the provider's own. */
const entriesOf = (total: number, tax: number, news: readonly PaymentNotice[]) =>
  after(total, tax, news).events.flatMap((event) => {
    switch (event.type) {
      case 'PaymentReceived':
      case 'PaymentRefunded':
      case 'RefundReturned':
      case 'DisputeLost':
        return [moneyPostingsOf(event)];
      default:
        return [];
    }
  });

/** The tax that is left of it, in minor units, as posted. */
const taxLeft = (total: number, tax: number, news: readonly PaymentNotice[]): number =>
  entriesOf(total, tax, news)
    .flat()
    .reduce((sum, leg) => sum - (leg.account === 'money.tax' ? leg.amount : 0), 0);

/** The revenue that is left of each of its lines, in minor units, as posted; none where nothing is. */
const linesLeft = (total: number, tax: number, news: readonly PaymentNotice[]): Record<string, number> => {
  const left = new Map<string, number>();
  for (const { account, amount, line } of entriesOf(total, tax, news).flat())
    if (account === 'money.revenue')
      left.set(line?.lineId ?? '', (left.get(line?.lineId ?? '') ?? 0) - amount);
  return Object.fromEntries([...left].filter(([, amount]) => amount !== 0).toSorted());
};

const invoiceInParts = fc.record({
  parts: fc.array(fc.integer({ min: 1, max: 997 }), { minLength: 1, maxLength: 8 }),
  rest: fc.nat(997),
  of: fc.nat(1_000),
  failed: fc.nat(997),
});

const someParts = fc.array(fc.integer({ min: 1, max: 997 }), { minLength: 1, maxLength: 8 });
const sumOf = (parts: readonly number[]): number => parts.reduce((all, part) => all + part, 0);

/** With refunds that do not reach the person between them: these change nothing, whenever they are told. */
const withFailures = (
  told: readonly PaymentNotice[],
  failed: number,
  fails: Iterator<boolean>,
): readonly PaymentNotice[] =>
  told.flatMap((news, index) =>
    fails.next().value === true ? [refund(failed, 100 + index, 'FAILED'), news] : [news],
  );

describe('a refund that never left our balance', () => {
  it('[BIL-11] [BIL-12] is no entry where it fails, and an entry each way where it had left', () => {
    const types = (...news: readonly PaymentNotice[]) =>
      after(700, 100, news).events.flatMap(({ type }) => (type.startsWith('Refund') ? [type] : []));
    const unmoved = { ...refund(100, 0, 'FAILED'), hasMoved: false } as const;
    const pending = { ...refund(100, 0), status: 'PENDING' } as PaymentNotice;
    expect(entriesOf(700, 100, [pending, unmoved])).toEqual(entriesOf(700, 100, []));
    expect(types(pending, refund(100, 0, 'FAILED'))).toEqual(['RefundReturned']);
    // Whatever it says, what was booked is given back.
    expect(types(refund(100, 0), unmoved)).toEqual(['RefundReturned']);
  });
});

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
    fc.assert(
      fc.property(invoiceInParts, fc.infiniteStream(fc.boolean()), ({ parts, rest, of, failed }, fails) => {
        const [gone, total] = [sumOf(parts), sumOf(parts) + rest + 2];
        const tax = Math.floor((total * of) / 1_000);
        const [first = 0, ...others] = parts;
        const told = [lost(first), ...others.map((amount, index) => refund(amount, index))];
        const mixed = withFailures(told, failed, fails);
        const once = taxLeft(total, tax, [refund(gone, 0)]);
        expect(taxLeft(total, tax, mixed)).toBe(once);
        expect(taxLeft(total, tax, mixed.toReversed())).toBe(once);
        expect(once).toBe(tax - Math.floor((tax * gone) / total));
      }),
    );
  });

  it('[BIL-11] [BIL-14] give back of each line what one refund of their sum would, and all of it where everything went back', () => {
    const sevenths = Array.from({ length: 7 }, (_, index) => refund(129, index));
    expect(linesLeft(903, 0, sevenths)).toEqual({});
    fc.assert(
      fc.property(invoiceInParts, fc.infiniteStream(fc.boolean()), ({ parts, rest, of, failed }, fails) => {
        const gone = sumOf(parts);
        const tax = Math.floor(((gone + rest) * of) / 1_000);
        const [first = 0, ...others] = parts;
        const told = [lost(first), ...others.map((amount, index) => refund(amount, index))];
        const mixed = withFailures(told, failed, fails);
        for (const entry of entriesOf(gone + rest, tax, mixed))
          expect(entry.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
        const once = linesLeft(gone + rest, tax, [refund(gone, 0)]);
        expect(linesLeft(gone + rest, tax, mixed)).toEqual(once);
        expect(linesLeft(gone + rest, tax, mixed.toReversed())).toEqual(once);
        if (rest === 0) expect(once).toEqual({});
      }),
    );
  });

  it('[BIL-11] give back no more tax than there was, though more than the whole went back', () => {
    expect(taxLeft(600, 100, [refund(600, 0), lost(500)])).toBe(0);
  });
});
