/** What a model costs: integers, in micro-credits per 1,000 tokens (US$1 per million tokens is 100,000). */
export type ModelPrice = Readonly<{ input: number; cached: number; output: number }>;

/** Never edited once used: a change is a new version, which the entries name. */
export type PriceList = Readonly<{ version: string; models: Readonly<Record<string, ModelPrice>> }>;

/** What one call cost: integers in micro-credits; 1 credit is US$0.01 (BIL-05). */
export type Priced = Readonly<{ priceVersion: string; microCredits: number; isPriced: boolean }>;

/** Deterministic recipes run locally and cost nothing (JOB-08). */
const RECIPE_PRICE = 'recipe-1';

/** Where no list covers a route, its calls are recorded with their tokens and charged to nobody. */
export const NO_PRICES: PriceList = { version: 'unpriced', models: {} };

type Metered = Readonly<{
  gateway: string;
  model: string;
  /** All input tokens, the cached ones included. */
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
}>;

/** BIL-05: input, cached input and output at their prices, rounded down to whole micro-credits. */
export const priceOf = (call: Metered, list: PriceList): Priced => {
  if (call.gateway === 'recipe') return { priceVersion: RECIPE_PRICE, microCredits: 0, isPriced: true };
  const price = Object.hasOwn(list.models, call.model) ? list.models[call.model] : undefined;
  if (price === undefined) return { priceVersion: NO_PRICES.version, microCredits: 0, isPriced: false };
  const cached = Math.min(call.cachedTokens, call.inputTokens);
  const thousandfold =
    (call.inputTokens - cached) * price.input + cached * price.cached + call.outputTokens * price.output;
  return { priceVersion: list.version, microCredits: Math.floor(thousandfold / 1_000), isPriced: true };
};
