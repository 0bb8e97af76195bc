import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TIERS } from '../kernel/tiers.ts';
import { UNHELD_LIMIT } from './budget.ts';
import { credits } from './credits.ts';
import { unaffordableCalls } from './unheld-calls.ts';

const FREE = { code: 'UNHELD_CALL_UNAFFORDABLE', tier: 'FREE', limit: UNHELD_LIMIT };

describe('the largest calls of a tier that draws no credits', () => {
  it('[BIL-03] [BIL-08] are named where a price makes them dearer than a job of it may be, with the sources that fit', () => {
    // 128,000 tokens in and 30,000 out: 38.4 and 45 credits.
    const large = { input: 300_000, cached: 30_000, output: 1_500_000 };
    const dearest = { input: 1_500_000, cached: 150_000, output: 7_500_000 };
    const small = { input: 25_000, cached: 2_500, output: 200_000 };
    expect(unaffordableCalls({ large, small, dearest }, TIERS)).toEqual([
      { ...FREE, model: 'large', atMost: 83_400_000, contextTokens: 16_666 },
      { ...FREE, model: 'dearest', atMost: credits(192 + 225), contextTokens: 0 },
    ]);
  });

  it('[BIL-03] are none where the tier has recipes only, and fit to the last micro-credit', () => {
    const models = { m: { input: 9e8, cached: 0, output: 9e8 } };
    const recipes = { ...TIERS, FREE: { ...TIERS.FREE, modelClasses: ['L0'] as const } };
    expect(unaffordableCalls(models, recipes)).toEqual([]);
    const output = (microCredits: number) => ({ m: { input: 0, cached: 0, output: microCredits / 30 } });
    expect(unaffordableCalls(output(UNHELD_LIMIT - 20), TIERS)).toEqual([]);
    expect(unaffordableCalls(output(UNHELD_LIMIT + 10), TIERS)).toMatchObject([{ contextTokens: 0 }]);
  });

  it('[BIL-08] whatever the price, a tier whose sources are capped at what is named is warned of no more', () => {
    const price = fc.integer({ min: 0, max: 5_000_000 });
    fc.assert(
      fc.property(price, price, (input, output) => {
        const models = { m: { input, cached: 0, output } };
        const [call] = unaffordableCalls(models, TIERS);
        if (call === undefined || call.contextTokens === 0) return;
        const capped = (contextCapTokens: number) =>
          unaffordableCalls(models, { ...TIERS, FREE: { ...TIERS.FREE, contextCapTokens } });
        expect(capped(call.contextTokens)).toEqual([]);
        expect(capped(call.contextTokens + 1)).toHaveLength(1);
      }),
    );
  });
});
