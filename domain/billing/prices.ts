/** What a model costs: integers, in micro-credits per 1,000 tokens (US$1 per million tokens is 100,000). */
export type ModelPrice = Readonly<{ input: number; cached: number; output: number }>;

/** Never edited once used: a change is a new version, which the entries name. */
export type PriceList = Readonly<{ version: string; models: Readonly<Record<string, ModelPrice>> }>;

/** What a call was dispatched at, whatever is published later. */
export type CallPrice = ModelPrice & Readonly<{ version: string }>;

/** What one call cost: integers in micro-credits; 1 credit is US$0.01 (BIL-05). */
export type Priced = Readonly<{ priceVersion: string; microCredits: number; isPriced: boolean }>;

/** Deterministic recipes run locally and cost nothing (JOB-08). */
const RECIPE_PRICE = 'recipe-1';

/** Where no list covers a route, its calls are recorded with their tokens and charged to nobody. */
const UNPRICED = 'unpriced';

type Metered = Readonly<{
  gateway: string;
  /** All input tokens, the cached ones included. */
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  /** Absent: the call had none. */
  price?: CallPrice;
}>;

/** Of a model in a list; null: the list does not cover it. */
export const callPrice = (model: string, { version, models }: PriceList): CallPrice | null => {
  const price = Object.hasOwn(models, model) ? models[model] : undefined;
  return price === undefined ? null : { version, ...price };
};

/** BIL-05: input, cached input and output at their prices, rounded down to whole micro-credits. */
export const priceOf = ({ gateway, price, ...used }: Metered): Priced => {
  if (gateway === 'recipe') return { priceVersion: RECIPE_PRICE, microCredits: 0, isPriced: true };
  if (price === undefined) return { priceVersion: UNPRICED, microCredits: 0, isPriced: false };
  const cached = Math.min(used.cachedTokens, used.inputTokens);
  const thousandfold =
    (used.inputTokens - cached) * price.input + cached * price.cached + used.outputTokens * price.output;
  return { priceVersion: price.version, microCredits: Math.floor(thousandfold / 1_000), isPriced: true };
};
