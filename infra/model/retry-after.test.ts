import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpDate, LONGEST_RETRY_MS, retryAfterMs } from './retry-after.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const told = (retryAfter: string, date?: string): number | null =>
  retryAfterMs(new Headers({ 'retry-after': retryAfter, ...(date === undefined ? {} : { date }) }), NOW);

describe('Retry-After', () => {
  it('[LLM-04] says nothing where it is missing or in no form of HTTP', () => {
    expect(retryAfterMs(new Headers(), NOW)).toBeNull();
    for (const none of [
      '',
      '-1',
      '1.5',
      '5s',
      'soon 5',
      '1e3',
      '2026-11-22T10:01:00Z',
      'Sun, 22 Nov 2026 10:01:00',
      'Sun, 22 Nov 2026 10:01:00 CET',
      'Sun, 31 Feb 2027 10:01:00 GMT',
      'Sun, 22 Nov 2026 24:01:00 GMT',
    ])
      expect([none, told(none)]).toEqual([none, null]);
  });

  it('[LLM-04] is seconds, at least one and at most five minutes', () => {
    expect(told('20')).toBe(20_000);
    expect(told(' 120 ')).toBe(120_000);
    expect(told('0')).toBe(1_000);
    expect(told('301')).toBe(LONGEST_RETRY_MS);
    expect(told('9'.repeat(400))).toBe(LONGEST_RETRY_MS);
  });

  it('[LLM-04] is a date in any of the three forms of HTTP, by the clock of who says it', () => {
    for (const date of [
      'Sun, 22 Nov 2026 10:01:30 GMT',
      'Sunday, 22-Nov-26 10:01:30 GMT',
      'Sun Nov 22 10:01:30 2026',
    ]) {
      expect([date, told(date)]).toEqual([date, 90_000]);
      expect(told(date, 'Sun, 22 Nov 2026 10:01:00 GMT')).toBe(30_000);
      expect(told(date, 'no date')).toBe(90_000);
    }
    expect(told('Sun, 22 Nov 2026 09:00:00 GMT')).toBe(1_000);
    expect(told('Fri, 31 Dec 9999 23:59:59 GMT')).toBe(LONGEST_RETRY_MS);
    expect(httpDate('Sun Nov  6 08:49:37 1994', NOW)).toBe(Date.parse('1994-11-06T08:49:37Z'));
    expect(httpDate('Sunday, 06-Nov-94 08:49:37 GMT', NOW)).toBe(Date.parse('1994-11-06T08:49:37Z'));
  });

  it('[LLM-04] reads back every second of four digits of years, and takes any text for what it is', () => {
    const range = { min: Date.parse('0001-01-01T00:00:00Z') / 1_000, max: Date.parse('9999-12-31') / 1_000 };
    fc.assert(
      fc.property(fc.integer(range), (seconds) => {
        const at = seconds * 1_000;
        expect(httpDate(new Date(at).toUTCString(), NOW)).toBe(at);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]*$/), (text) => {
        const ms = told(text);
        expect(ms === null || (ms >= 1_000 && ms <= LONGEST_RETRY_MS)).toBe(true);
      }),
    );
  });
});
