/** Credits are kept as integers in micro-credits; 1 credit is US$0.01 (BIL-05). */
export const MICRO = 1_000_000;

/** BIL-03, BIL-04: what must be available for a start, and the least that is held, in micro-credits. */
export const LEAST_HOLD = 10 * MICRO;

/** The least that is sold at once, in whole credits. */
export const LEAST_ADD_ON = 100;

/** Micro-credits of whole credits. */
export const credits = (whole: number): number => whole * MICRO;

/** A movement is a positive integer that arithmetic keeps exact. */
export const isMovement = (value: number): boolean => Number.isSafeInteger(value) && value > 0;

/** RFC 3339 in UTC; `deadline` null: never. */
export const isDue = (deadline: string | null, at: string): boolean =>
  deadline !== null && Date.parse(at) >= Date.parse(deadline);

/** The UTC calendar month of an instant, `YYYY-MM`: the period of monthly credits. */
export const periodOf = (at: string): string => at.slice(0, 7);

/** The first instant after the period of `at`, RFC 3339. */
export const periodEnd = (at: string): string => {
  const instant = new Date(at);
  return new Date(Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth() + 1, 1)).toISOString();
};
