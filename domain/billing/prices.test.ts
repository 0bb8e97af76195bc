import { describe, expect, it } from 'vitest';
import { callPrice, type PriceList, priceOf } from './prices.ts';

/** US$3 per million tokens in, US$0.30 cached, US$15 out. */
const list: PriceList = {
  version: 'prices-7',
  models: { large: { input: 300_000, cached: 30_000, output: 1_500_000 } },
};
const price = { version: 'prices-7', input: 300_000, cached: 30_000, output: 1_500_000 };
const call = { gateway: 'openai', inputTokens: 1_000_000, cachedTokens: 400_000, outputTokens: 100_000 };

describe('prices', () => {
  it('[BIL-05] are those of the list for its models, and none for others', () => {
    expect(callPrice('large', list)).toEqual(price);
    expect(callPrice('small', list)).toBeNull();
    expect(callPrice('toString', list)).toBeNull();
  });

  it('[BIL-05] charge input, cached input and output each at its own price', () => {
    // US$1.80 + US$0.12 + US$1.50 is 342 credits.
    expect(priceOf({ ...call, price })).toEqual({
      priceVersion: 'prices-7',
      microCredits: 342_000_000,
      isPriced: true,
    });
  });

  it('[BIL-05] count no more cached tokens than there were: the rest would be taken off the charge', () => {
    const used = { ...call, inputTokens: 100_000, outputTokens: 0 };
    expect(priceOf({ ...used, price }).microCredits).toBe(3_000_000);
  });

  it('[BIL-05] round down to whole micro-credits', () => {
    const tiny = { version: 'p', input: 1, cached: 1, output: 1 };
    const used = { ...call, inputTokens: 1_998, cachedTokens: 0, outputTokens: 1 };
    expect(priceOf({ ...used, price: tiny }).microCredits).toBe(1);
  });

  it('[BIL-05] charge nobody for a model without a price, nor for a recipe', () => {
    expect(priceOf(call)).toEqual({ priceVersion: 'unpriced', microCredits: 0, isPriced: false });
    expect(priceOf({ ...call, gateway: 'recipe', price })).toEqual({
      priceVersion: 'recipe-1',
      microCredits: 0,
      isPriced: true,
    });
  });
});
