import { describe, expect, it } from 'vitest';
import type { Exchange } from './exchange.ts';
import { Tally } from './tally.ts';

const made = (shown: string, ...wrong: readonly string[]): Exchange => ({
  operation: 'GetJob',
  answer: null,
  wrong,
  shown,
});

describe('what the fuzzer counts', () => {
  it('[SEC-09] names a fault once, with the smallest request of those that had least beside them', () => {
    const tally = new Tally();
    const key = 'status 500 boom';
    expect(tally.add([made('long', 'status 500'), made('other')], 'boom')).toEqual([key]);
    expect(tally.add([made('x', 'status 500'), made('other'), made('third')], 'boom')).toEqual([]);
    expect(tally.findings.get(key)).toMatchObject({ request: 'long', beside: ['other'], times: 2 });
    tally.add([made('much longer', 'status 500')], 'boom');
    tally.add([made('longest of them all', 'status 500')], 'boom');
    expect(tally.findings.get(key)).toMatchObject({ request: 'much longer', beside: [], times: 4 });
    expect(tally.requests).toBe(7);
    expect(tally.findings.size).toBe(1);
  });

  it('[SEC-09] tells two faults apart by what the server logged', () => {
    const tally = new Tally();
    tally.add([made('a', 'status 500')], 'boom');
    expect(tally.add([made('a', 'status 500')], 'bang')).toEqual(['status 500 bang']);
  });
});
