import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usageLedger } from '../../projections/billing/usage-ledger.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, type World } from '../runtime/testing/world.ts';
import { CALLS_LOOKED_AT } from './breaker.ts';
import { callsOfGateway } from './route-breakers.ts';

const BUSY = 30_000;
const IDLE = 90_000;

type Plan = Readonly<{
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}>;

/** Rows that all steps of a plan have met, also those that they left out. */
const metBy = ({ Plans: steps = [], ...plan }: Plan): number =>
  (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'] +
  steps.reduce((sum, step) => sum + metBy(step), 0);

describe('what is read before each call', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
    await world.run({ projections: [usageLedger] });
    await world.caughtUp(projectionSubscriptionId(usageLedger));
    const entries = (prefix: string, count: number, gateway: string, model: string, at: string) =>
      world.pool.query(
        `insert into read.usage_ledger (entry_key, user_id, job_id, model_class, attempt, ordinal, stage, gateway, model, price_version,
           input_tokens, cached_tokens, output_tokens, micro_credits, billable, booked_at, event_id)
         select $1::text || n, 'u', 'j', 'L1', 0, 0, 'PATCH', $3, $4, 'v', 1, 0, 1, 1, true, now() - n * interval '1 ms' - $5::interval, 'e'
           from generate_series(1, $2::int) as n`,
        [prefix, count, gateway, model, at],
      );
    await entries('a', BUSY, 'g', 'busy', '0');
    await entries('b', BUSY, 'another', 'busy', '0');
    await entries('c', IDLE, 'g', 'idle', '2 hours');
    await entries('d', 3, 'g', 'rare', '50 minutes');
  });
  afterAll(() => world.close());

  it('[LLM-04] is a few entries of each model of the gateway, however often others were asked and however long one is idle', async () => {
    const models = (await callsOfGateway(world.pool, 'g', Date.now())).map(({ model }) => model);
    const counted = Object.fromEntries(
      [...Map.groupBy(models, (model) => model)].map(([model, all]) => [model, all.length]),
    );
    expect(counted).toEqual({ busy: CALLS_LOOKED_AT, rare: 3 });
    for (const analysed of [false, true]) {
      if (analysed) await world.pool.query('analyze read.usage_ledger');
      let met = 0;
      const explaining = {
        query: async (text: string, values: unknown[]) => {
          const { rows } = await world.pool.query(`explain (analyze, format json) ${text}`, values);
          met = metBy(rows[0]['QUERY PLAN'][0].Plan);
          return { rows: [] };
        },
      };
      await callsOfGateway(explaining as unknown as Pick<Pool, 'query'>, 'g', Date.now());
      expect(met).toBeGreaterThan(CALLS_LOOKED_AT);
      expect(met).toBeLessThan(200);
    }
  });
});
