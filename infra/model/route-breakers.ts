import type { Pool } from 'pg';
import type { Route } from '../../domain/operations/routes.ts';
import { isUnbuilt } from '../postgres/unbuilt.ts';
import { type Breaker, breakerOf, CALLS_LOOKED_AT, LOOKED_BACK_MS, type RouteCall } from './breaker.ts';

const COLUMNS = `gateway, model, coalesce(failure_class, '') = 'INFRA_FAILURE' as failed,
  (extract(epoch from booked_at) * 1000)::float8 as at, fault, retry_after_ms as "retryAfterMs"`;

/**
 * Recipes are no route to elsewhere: what fails there is the job's. A call that said nothing and did not fail was stopped by us, and one
 * that was lost died with us: both tell nothing of their route.
 */
const COUNTS = `booked_at > to_timestamp($1::float8 / 1000) and gateway <> 'recipe'
  and coalesce(failure_class, '') <> 'CALL_LOST' and (failure_class is not null or output_tokens > 0)`;

/** Read before each call: along the index of the time, until there are enough. */
const OF_ROUTE = `
  select ${COLUMNS} from read.usage_ledger
   where ${COUNTS} and gateway = $3 and model = $4 order by booked_at desc limit $2`;

const OF_ALL = `
  select * from (select ${COLUMNS}, row_number() over (partition by gateway, model order by booked_at desc) as nth
                   from read.usage_ledger where ${COUNTS}) as newest
   where nth <= $2 order by gateway, model, nth`;

type Row = Route & RouteCall;

/** The newest calls of each route, or of this one. */
const callsSince = async (
  pool: Pick<Pool, 'query'>,
  now: number,
  route: Route | null,
): Promise<readonly Row[]> => {
  const most = [now - LOOKED_BACK_MS, CALLS_LOOKED_AT];
  try {
    const { rows } =
      route === null
        ? await pool.query<Row>(OF_ALL, most)
        : await pool.query<Row>(OF_ROUTE, [...most, route.gateway, route.model]);
    return rows;
  } catch (error) {
    if (isUnbuilt(error)) return [];
    throw error;
  }
};

/** The calls of one route that count for its breaker, as all workers made them. `now`: milliseconds since 1970. */
export const callsOfRoute = (
  pool: Pick<Pool, 'query'>,
  route: Route,
  now: number,
): Promise<readonly RouteCall[]> => callsSince(pool, now, route);

/** Of each route that was asked lately, in order of their names. `now`: milliseconds since 1970. */
export const breakersNow = async (
  pool: Pick<Pool, 'query'>,
  now: number,
): Promise<readonly (Route & Breaker)[]> => {
  const rows = await callsSince(pool, now, null);
  const routes = Map.groupBy(rows, ({ gateway, model }) => JSON.stringify([gateway, model]));
  return [...routes.values()].flatMap((calls) =>
    calls.slice(0, 1).map(({ gateway, model }) => ({ gateway, model, ...breakerOf(calls, now) })),
  );
};

/** Keeps calls from routes that answer nobody at the moment (LLM-04). */
export interface RouteBreakers {
  /**
   * `waitMs`: the route is not to be asked for so long; 0: it is, and `leave` is called when the call is over.
   */
  enter(route: Route): Promise<Readonly<{ waitMs: number; leave: () => void }>>;
}

/** While one call of this process tries a route again, the others wait for what it tells. */
const TRIED_MS = 5_000;

const nothing = (): void => undefined;

/**
 * The breakers of all routes, from what `callsOf` tells of them: the state is that of the log, and so the same for all workers.
 * `now`: milliseconds since 1970.
 */
export const routeBreakers = (
  callsOf: (route: Route, now: number) => Promise<readonly RouteCall[]>,
  now: () => number,
): RouteBreakers => {
  const tried = new Set<string>();
  return {
    async enter(route) {
      if (route.gateway === 'recipe') return { waitMs: 0, leave: nothing };
      const at = now();
      const { state, waitMs } = breakerOf(await callsOf(route, at), at);
      if (state !== 'HALF_OPEN') return { waitMs, leave: nothing };
      const key = JSON.stringify([route.gateway, route.model]);
      if (tried.has(key)) return { waitMs: TRIED_MS, leave: nothing };
      tried.add(key);
      return { waitMs: 0, leave: () => void tried.delete(key) };
    },
  };
};
