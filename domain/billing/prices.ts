/** What one call cost: integers in micro-credits; 1 credit is US$0.01 (BIL-05). */
export type Priced = Readonly<{ priceVersion: string; microCredits: number; isPriced: boolean }>;

/** Deterministic recipes run locally and cost nothing (JOB-08). */
const RECIPE_PRICE = 'recipe-1';

/** No price list covers model routes yet: such a call is recorded with its tokens and charged to nobody. */
const UNPRICED = 'unpriced';

export const priceOf = (call: Readonly<{ gateway: string }>): Priced =>
  call.gateway === 'recipe'
    ? { priceVersion: RECIPE_PRICE, microCredits: 0, isPriced: true }
    : { priceVersion: UNPRICED, microCredits: 0, isPriced: false };
