/** When a route is not asked, by the calls that it had (LLM-04, OPS-05). Nothing here reads a clock or a table. */
import type { RouteFault } from '../../domain/refactoring/job/values.ts';

/**
 * One call of a route: whether it came to no answer, and when that was known, milliseconds since 1970. `fault`: of those that an operator
 * has to mend; null: none. `retryAfterMs`: how long the gateway asked to be left alone then; null: it did not.
 */
export type RouteCall = Readonly<{
  failed: boolean;
  at: number;
  fault: string | null;
  retryAfterMs: number | null;
}>;

export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

/**
 * `failures`: in a row, up to `CALLS_LOOKED_AT`. `waitMs`: until it is tried again; 0 unless it is open. `fault`: the newest of those
 * failures; null: nothing that an operator has to mend.
 */
export type Breaker = Readonly<{
  state: BreakerState;
  failures: number;
  waitMs: number;
  fault: string | null;
}>;

/** Calls in a row without an answer that open it: fewer are a bad moment. */
const FAILURES_TO_OPEN = 5;
/** The first wait; each further failure doubles it. */
export const FIRST_WAIT_MS = 30_000;
export const LONGEST_WAIT_MS = 300_000;
/** Failures beyond these make no wait longer. Five moments, after which it is the longest, of ten workers that each try the route once. */
export const CALLS_LOOKED_AT = 50;
/** What was longer ago says nothing any more. Holds many of the longest wait: a route that stays down would be taken for a new one. */
export const LOOKED_BACK_MS = 3_600_000;

/**
 * Faults that were known within the first wait of the oldest of them are one: they are of calls that were under way when it opened, which
 * another route of the key, or another process, had begun. Each is its newest. `calls`: newest first.
 */
const momentsOf = <Call extends RouteCall>(calls: readonly Call[]): readonly Call[] => {
  let began = Number.NEGATIVE_INFINITY;
  const moments: Call[] = [];
  for (const call of calls.toReversed())
    if (call.at < began + FIRST_WAIT_MS) moments[moments.length - 1] = call;
    else {
      began = call.at;
      moments.push(call);
    }
  return moments;
};

/** By failures alone: 0 before there are enough. A fault is no bad moment, so one is enough. */
const waitOf = (failures: number, faults: number): number => {
  if (failures < FAILURES_TO_OPEN && faults === 0) return 0;
  const doublings = Math.max(failures - FAILURES_TO_OPEN, faults - 1);
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** doublings);
};

/** The newest of these without an answer since, newest first. `calls`: of one route. */
const failuresOf = <Call extends RouteCall>(calls: readonly Call[], now: number): readonly Call[] => {
  const newest = calls
    .filter(({ at }) => at > now - LOOKED_BACK_MS)
    .toSorted((a, b) => b.at - a.at)
    .slice(0, CALLS_LOOKED_AT);
  const answered = newest.findIndex(({ failed }) => !failed);
  return answered === -1 ? newest : newest.slice(0, answered);
};

/**
 * CLOSED: asked as ever. OPEN: not asked. HALF_OPEN: the wait is over, and the next call tells; an answer closes it, a
 * failure opens it for longer. What only asked to be left alone is asked as ever after that. `calls`: of one route.
 */
export const breakerOf = (calls: readonly RouteCall[], now: number): Breaker => {
  // What the fast clock of another worker dates ahead was just now: it alone would keep the route for as long.
  const row = failuresOf(calls, now).map((call) => ({ ...call, at: Math.min(call.at, now) }));
  const failures = row.length;
  const faulty = row.filter((call) => call.fault !== null);
  const fault = faulty[0]?.fault ?? null;
  const faults = momentsOf(faulty).length;
  const wait = waitOf(failures - faulty.length + faults, faults);
  const until = Math.max(
    (row[0]?.at ?? 0) + wait,
    ...row.map(({ at, retryAfterMs }) => at + Math.min(LONGEST_WAIT_MS, retryAfterMs ?? 0)),
  );
  const waitMs = Math.ceil(until - now);
  if (waitMs > 0) return { state: 'OPEN', failures, waitMs, fault };
  return { state: wait > 0 ? 'HALF_OPEN' : 'CLOSED', failures, waitMs: 0, fault };
};

/** A call of one of the routes of a gateway. */
export type GatewayCall = RouteCall & Readonly<{ model: string }>;

/** What is at fault for every route of a gateway: they share its key and its account. */
const OF_THE_KEY: ReadonlySet<string> = new Set<RouteFault>([
  'GATEWAY_KEY_REJECTED',
  'GATEWAY_ACCOUNT_UNPAID',
]);

/**
 * What other routes of the gateway heard of the key that all of them share. A route that goes on to be refused where another one has
 * answered since it began to be is refused for its model alone: there are keys that may use one model and not another.
 */
const heardOfKey = (model: string, calls: readonly GatewayCall[], now: number): readonly RouteCall[] => {
  const answeredAt = Math.max(0, ...calls.flatMap(({ failed, at }) => (failed ? [] : [at])));
  const others = Map.groupBy(
    calls.filter((call) => call.model !== model),
    (call) => call.model,
  );
  const heard = [...others.values()].flatMap((ofRoute) => {
    const refused = failuresOf(ofRoute, now).filter(({ fault }) => fault !== null && OF_THE_KEY.has(fault));
    return (refused.at(-1)?.at ?? 0) > answeredAt ? refused : [];
  });
  // Of so many routes, those of one moment could be all that is looked at.
  return momentsOf(heard.toSorted((a, b) => b.at - a.at));
};

/** The breaker of one route of a gateway: its own, or that of the key where that is open for longer. `calls`: of all its routes. */
export const breakerWithin = (model: string, calls: readonly GatewayCall[], now: number): Breaker => {
  const own = breakerOf(
    calls.filter((call) => call.model === model),
    now,
  );
  const key = breakerOf(heardOfKey(model, calls, now), now);
  if (key.state === 'CLOSED') return own;
  const { state, waitMs } = own.waitMs >= key.waitMs && own.state !== 'CLOSED' ? own : key;
  return { state, waitMs, failures: own.failures, fault: own.fault ?? key.fault };
};
