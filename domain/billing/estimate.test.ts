import { describe, expect, it } from 'vitest';
import { estimateOf, tokensOf } from './estimate.ts';

describe('estimate of a job', () => {
  it('[BIL-04] is 2.2 times the tokens of the context at the price of the route, rounded up', () => {
    const price = { input: 300_000, cached: 30_000, output: 1_500_000 };
    // 100,000 tokens at US$3 per million, 2.2 times: US$0.66.
    expect(estimateOf(100_000, price)).toBe(66_000_000);
    expect(estimateOf(1, { input: 1, cached: 1, output: 1 })).toBe(1);
    expect(estimateOf(100_000, null)).toBe(0);
  });

  it('[BIL-04] counts a token for every four bytes begun', () => {
    expect([0, 1, 4, 5].map(tokensOf)).toEqual([0, 1, 1, 2]);
  });
});
