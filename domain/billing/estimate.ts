import type { ModelPrice } from './prices.ts';

/** Tokens that a job reads for each one of its context, over all its stages, in tenths (BIL-04). */
const TENTHS = 22;

/** Source text has about four bytes to a token. */
export const tokensOf = (bytes: number): number => Math.ceil(bytes / 4);

/** Micro-credits that a job may need, by its context and the price of its route; null: a route that costs nothing. */
export const estimateOf = (contextTokens: number, price: ModelPrice | null): number =>
  price === null ? 0 : Math.ceil((contextTokens * TENTHS * price.input) / 10_000);
