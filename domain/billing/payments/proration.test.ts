import { describe, expect, it } from 'vitest';
import { TIERS } from '../../kernel/tiers.ts';
import { credits } from '../credits.ts';
import { creditsOfInvoice, cycleCreditsOf } from './proration.ts';

const END = '2026-12-17T09:00:00.000Z';
const part = (tier: 'PLUS' | 'PRO', isCharged: boolean, from: string, to = END) => ({
  tier,
  isCharged,
  from,
  to,
});
const upgraded = (from: string, to = END) => ({
  charged: [],
  returned: [],
  topUpCredits: 0,
  cycleCredits: cycleCreditsOf(TIERS),
  prorated: [part('PLUS', false, from, to), part('PRO', true, from, to)],
});

describe('credits of an invoice', () => {
  it('[BIL-13] are, of a change within a cycle, the share of the difference that is left of the cycle', () => {
    // From 17 November to 17 December are 30 days.
    expect(creditsOfInvoice(upgraded('2026-11-17T09:00:00.000Z'))).toBe(credits(3_500));
    expect(creditsOfInvoice(upgraded('2026-12-02T09:00:00.000Z'))).toBe(credits(1_750));
    expect(creditsOfInvoice(upgraded('2026-12-16T09:00:00.000Z'))).toBe(116_666_666);
    expect(creditsOfInvoice(upgraded('2026-12-17T08:59:59.000Z'))).toBe(1_351);
    for (const from of [END, '2026-12-18T09:00:00.000Z']) expect(creditsOfInvoice(upgraded(from))).toBe(0);
  });

  it('[BIL-13] are those of a whole cycle beside what is left of the one before', () => {
    const late = { ...upgraded('2026-12-02T09:00:00.000Z'), charged: ['PRO' as const] };
    expect(creditsOfInvoice(late)).toBe(credits(1_750 + 5_000));
    const anew = { ...late, prorated: [part('PLUS', false, '2026-12-02T09:00:00.000Z')] };
    expect(creditsOfInvoice(anew)).toBe(credits(5_000 - 750));
    // Of a cycle that is over, nothing is left to take or to give.
    const over = { ...late, prorated: [part('PRO', true, '2026-12-18T09:00:00.000Z')] };
    expect(creditsOfInvoice(over)).toBe(credits(5_000));
  });

  it('[BIL-13] are none of a change to a cheaper plan, and never more than those of a cycle', () => {
    const down = { ...upgraded(END), prorated: [part('PRO', false, END), part('PLUS', true, END)] };
    expect(creditsOfInvoice(down)).toBe(0);
    expect(creditsOfInvoice({ ...down, topUpCredits: 7 })).toBe(credits(7));
    expect(creditsOfInvoice(upgraded('2025-01-01T00:00:00.000Z'))).toBe(credits(3_500));
  });

  it('[BIL-13] count a cycle that ends with a short month from the end of the month before', () => {
    const half = upgraded('2027-02-14T00:00:00.000Z', '2027-02-28T00:00:00.000Z');
    expect(creditsOfInvoice(half)).toBe(credits(1_750));
    // From 28 February to 31 March.
    const march = upgraded('2027-03-15T12:00:00.000Z', '2027-03-31T00:00:00.000Z');
    expect(creditsOfInvoice(march)).toBe(credits(1_750));
    // From 28 February to 30 March: there is no 30 February.
    const thirtieth = upgraded('2027-03-15T00:00:00.000Z', '2027-03-30T00:00:00.000Z');
    expect(creditsOfInvoice(thirtieth)).toBe(credits(1_750));
  });
});
