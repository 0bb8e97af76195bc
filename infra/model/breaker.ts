/** When a route is not asked, by the calls that it had (LLM-04, OPS-05). Nothing here reads a clock or a table. */

/** One call of a route: whether it came to no answer, and when that was known, milliseconds since 1970. */
export type RouteCall = Readonly<{ failed: boolean; at: number }>;

export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

/** `failures`: in a row, up to `CALLS_LOOKED_AT`. `waitMs`: until it is tried again; 0 unless it is open. */
export type Breaker = Readonly<{ state: BreakerState; failures: number; waitMs: number }>;

/** Calls in a row without an answer that open it: fewer are a bad moment. */
const FAILURES_TO_OPEN = 5;
/** The first wait; each further failure doubles it. */
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 300_000;
/** Failures beyond these make no wait longer. */
export const CALLS_LOOKED_AT = 10;
/** What was longer ago says nothing any more; longer than any wait. */
export const LOOKED_BACK_MS = 600_000;

const CLOSED = { state: 'CLOSED', waitMs: 0 } as const;

/**
 * CLOSED: asked as ever. OPEN: not asked. HALF_OPEN: the wait is over, and the next call tells; an answer closes it, a
 * failure opens it for longer. `calls`: of one route.
 */
export const breakerOf = (calls: readonly RouteCall[], now: number): Breaker => {
  const newest = calls
    .filter(({ at }) => at > now - LOOKED_BACK_MS)
    .toSorted((a, b) => b.at - a.at)
    .slice(0, CALLS_LOOKED_AT);
  const answered = newest.findIndex(({ failed }) => !failed);
  const failures = answered === -1 ? newest.length : answered;
  const [last] = newest;
  if (last === undefined || failures < FAILURES_TO_OPEN) return { ...CLOSED, failures };
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - FAILURES_TO_OPEN));
  const waitMs = Math.ceil(last.at + wait - now);
  return waitMs > 0 ? { state: 'OPEN', failures, waitMs } : { state: 'HALF_OPEN', failures, waitMs: 0 };
};
