import { type TierName, type Tiers, usesCredits } from '../kernel/tiers.ts';
import { UNHELD_LIMIT } from './budget.ts';
import { type ModelPrice, type PriceList, priceOf } from './prices.ts';

/** Tokens that an answer of a class has at most (LLM-07). */
const OUTPUT_CAPS = { L0: 0, L1: 30_000, L2: 5_000, L3: 5_000 } as const;

/**
 * A tier of which nothing is held could meet a call of this model that costs more than its jobs may spend. `atMost` and `limit`:
 * micro-credits. `contextTokens`: of sources, with which a call fits.
 */
export type UnaffordableCall = Readonly<{
  code: 'UNHELD_CALL_UNAFFORDABLE';
  tier: TierName;
  model: string;
  atMost: number;
  limit: number;
  contextTokens: number;
}>;

/** The largest call that the tier may come to, as far as settings know it: gateways add what they say around the sources. */
const largest = (price: ModelPrice, contextTokens: number, outputTokens: number): number =>
  priceOf({
    gateway: '',
    inputTokens: contextTokens,
    cachedTokens: 0,
    outputTokens,
    price: { ...price, version: '' },
  }).microCredits;

/**
 * Models of a list that are too dear for the largest calls of a tier that draws no credits, wherever it is routed to them. Such calls
 * are refused when they come up (`infra/model/unheld-call.ts`); this says so beforehand.
 */
export const unaffordableCalls = (models: PriceList['models'], tiers: Tiers): readonly UnaffordableCall[] =>
  Object.values(tiers)
    .filter(({ tier }) => !usesCredits(tier))
    .flatMap(({ tier, modelClasses, contextCapTokens }) =>
      Object.entries(models).flatMap(([model, price]): readonly UnaffordableCall[] => {
        const outputTokens = Math.max(0, ...modelClasses.map((each) => OUTPUT_CAPS[each]));
        const atMost = largest(price, contextCapTokens, outputTokens);
        if (outputTokens === 0 || atMost <= UNHELD_LIMIT) return [];
        const left = UNHELD_LIMIT - largest(price, 0, outputTokens);
        const contextTokens = left < 0 ? 0 : Math.floor((left * 1_000) / price.input);
        return [
          { code: 'UNHELD_CALL_UNAFFORDABLE', tier, model, atMost, limit: UNHELD_LIMIT, contextTokens },
        ];
      }),
    );
