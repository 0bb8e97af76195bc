import type { Pool } from 'pg';
import type { Route } from '../../domain/operations/routes.ts';
import { isUnbuilt } from '../postgres/unbuilt.ts';
import { type Breaker, breakerWithin, CALLS_LOOKED_AT, type GatewayCall, LOOKED_BACK_MS } from './breaker.ts';

const COLUMNS = `gateway, model, coalesce(failure_class, '') = 'INFRA_FAILURE' as failed,
  (extract(epoch from booked_at) * 1000)::float8 as at, fault, retry_after_ms as "retryAfterMs"`;

/**
 * Recipes are no route to elsewhere: what fails there is the job's. A call that said nothing and did not fail was stopped by us, and one
 * that was lost died with us: both tell nothing of their route.
 */
const COUNTS = `booked_at > to_timestamp($1::float8 / 1000) and gateway <> 'recipe'
  and coalesce(failure_class, '') <> 'CALL_LOST' and (failure_class is not null or output_tokens > 0)`;

/**
 * Read before each call: a few entries of each model that the gateway was ever asked for, along the index of gateway, model and time. The
 * models are found by steps from one to the next, whatever they were used for. A list of one and the order by it keep the planner from the
 * index of the time alone, along which a model that was busy once and is idle now is looked for in everything of the last hour.
 */
const OF_GATEWAY = `
  with recursive models(name) as (
    (select model from read.usage_ledger where gateway = $3 order by model limit 1)
    union all
    select (select model from read.usage_ledger where gateway = $3 and model > models.name order by model limit 1)
      from models where models.name is not null)
  select calls.* from models cross join lateral (
    select ${COLUMNS} from read.usage_ledger
     where ${COUNTS} and gateway = any(array[$3::text]) and model = models.name
     order by gateway, booked_at desc limit $2) as calls
   where models.name is not null`;

const OF_ALL = `
  select * from (select ${COLUMNS}, row_number() over (partition by gateway, model order by booked_at desc) as nth
                   from read.usage_ledger where ${COUNTS}) as newest
   where nth <= $2 order by gateway, model, nth`;

type Row = Route & GatewayCall;

/** The newest calls of each route, or of those of this gateway. */
const callsSince = async (
  pool: Pick<Pool, 'query'>,
  now: number,
  gateway: string | null,
): Promise<readonly Row[]> => {
  const most = [now - LOOKED_BACK_MS, CALLS_LOOKED_AT];
  try {
    const { rows } =
      gateway === null
        ? await pool.query<Row>(OF_ALL, most)
        : await pool.query<Row>(OF_GATEWAY, [...most, gateway]);
    return rows;
  } catch (error) {
    if (isUnbuilt(error)) return [];
    throw error;
  }
};

/** The calls of the routes of one gateway that count for their breakers, as all workers made them. `now`: milliseconds since 1970. */
export const callsOfGateway = (
  pool: Pick<Pool, 'query'>,
  gateway: string,
  now: number,
): Promise<readonly GatewayCall[]> => callsSince(pool, now, gateway);

/** Of each route that was asked lately, in order of their names. `now`: milliseconds since 1970. */
export const breakersNow = async (
  pool: Pick<Pool, 'query'>,
  now: number,
): Promise<readonly (Route & Breaker)[]> => {
  const rows = await callsSince(pool, now, null);
  return [...Map.groupBy(rows, ({ gateway }) => gateway)].flatMap(([gateway, calls]) =>
    [...new Set(calls.map(({ model }) => model))].map((model) => ({
      gateway,
      model,
      ...breakerWithin(model, calls, now),
    })),
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
  callsOf: (gateway: string, now: number) => Promise<readonly GatewayCall[]>,
  now: () => number,
): RouteBreakers => {
  const tried = new Set<string>();
  return {
    async enter(route) {
      if (route.gateway === 'recipe') return { waitMs: 0, leave: nothing };
      const at = now();
      const calls = await callsOf(route.gateway, at);
      const { state, waitMs } = breakerWithin(route.model, calls, at);
      if (state !== 'HALF_OPEN') return { waitMs, leave: nothing };
      const key = JSON.stringify([route.gateway, route.model]);
      if (tried.has(key)) return { waitMs: TRIED_MS, leave: nothing };
      tried.add(key);
      return { waitMs: 0, leave: () => void tried.delete(key) };
    },
  };
};
