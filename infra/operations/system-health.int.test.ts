import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresEventLog, type PostgresEventLog } from '../event-store/postgres/postgres-event-log.ts';
import { createPool } from '../postgres/pool.ts';
import { createTestDatabase, type TestDatabase } from '../postgres/testing/database.ts';
import { systemHealth } from './system-health.ts';

let database: TestDatabase;
let pool: Pool;
let log: PostgresEventLog;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ connectionString: database.appUrl });
  log = openPostgresEventLog({ pool });
  await pool.query('create table read.refactor_jobs (status text, updated_at timestamptz)');
  await pool.query(
    'create table read.usage_ledger (model_class text, gateway text, model text, failure_class text, booked_at timestamptz, output_tokens bigint default 1, fault text, retry_after_ms int)',
  );
});
afterAll(async () => {
  await log.close();
  await pool.end();
  await database.drop();
});

const healthNow = () => systemHealth(pool, log, async () => []);

const append = (): Promise<unknown> => {
  const id = randomUUID();
  return log.append(
    [
      {
        streamName: `notes-${id}`,
        events: [{ type: 'Noted', data: {} }],
        expectedStreamVersion: 'STREAM_DOES_NOT_EXIST',
      },
    ],
    { context: { commandId: id, correlationId: id, causationId: id, actor: { type: 'system', id: 'test' } } },
  );
};

describe('the health of the system', () => {
  it('[OPS-05] shows events that nobody numbers, and none once somebody does', async () => {
    expect((await healthNow()).unnumbered).toEqual({ events: 0, oldestSeconds: 0 });
    await append();
    await sleep(50);
    await append();
    const { head, unnumbered } = await healthNow();
    expect([head, unnumbered.events]).toEqual([0, 2]);
    expect(unnumbered.oldestSeconds).toBeGreaterThan(0.04);
    log.startSequencer();
    for (let health = await healthNow(); health.head < 2; health = await healthNow()) await sleep(20);
    expect((await healthNow()).unnumbered).toEqual({ events: 0, oldestSeconds: 0 });
  });

  it('[OPS-05] shows how long the oldest transaction is open', async () => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      await client.query('select pg_current_xact_id()');
      await sleep(300);
      expect((await healthNow()).oldestTransactionSeconds).toBeGreaterThan(0.25);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('[OPS-05] counts the calls of models of a day by their route and what they came to', async () => {
    await pool.query(`insert into read.usage_ledger values
      ('L0', 'recipe', 'recipes', 'SUCCESS', clock_timestamp()),
      ('L0', 'recipe', 'recipes', 'SUCCESS', clock_timestamp()),
      ('L1', 'g', 'm', null, clock_timestamp()), ('L1', 'g', 'm', 'INFRA_FAILURE', clock_timestamp()),
      ('L1', 'g', 'm', 'INFRA_FAILURE', clock_timestamp() - interval '2 days')`);
    const { modelCalls } = await healthNow();
    expect(modelCalls.map((call) => Object.values(call))).toEqual([
      ['L0', 'recipe', 'recipes', 'SUCCESS', 2],
      ['L1', 'g', 'm', 'INFRA_FAILURE', 1],
      ['L1', 'g', 'm', 'UNDECIDED', 1],
    ]);
  });

  it('[OPS-05] [LLM-04] shows the breaker of each route that was asked lately, and none of recipes', async () => {
    await pool.query(`insert into read.usage_ledger
      select 'L1', route, 'm', outcome, clock_timestamp() - make_interval(secs => ago), tokens, fault, rest
        from (values ('down', 'INFRA_FAILURE', 1, 0, null, null::int), ('down', 'INFRA_FAILURE', 2, 0, null, null),
                     ('down', null, 2, 0, null, null), ('down', 'INFRA_FAILURE', 3, 0, null, null),
                     ('down', 'INFRA_FAILURE', 4, 0, null, null), ('down', 'INFRA_FAILURE', 5, 0, null, null),
                     ('up', null, 1, 7, null, null), ('up', 'INFRA_FAILURE', 2, 0, null, null),
                     ('up', 'SCHEMA_VIOLATION', 3, 7, null, null),
                     ('busy', 'INFRA_FAILURE', 1, 0, null, 90000), ('unpaid', 'INFRA_FAILURE', 1, 0, 'GATEWAY_ACCOUNT_UNPAID', null),
                     ('long ago', 'INFRA_FAILURE', 4000, 0, null, null)) as calls (route, outcome, ago, tokens, fault, rest)
      union all
      select 'L0', 'recipe', 'recipes', 'INFRA_FAILURE', clock_timestamp(), 0, null, null from generate_series(1, 6)`);
    const { breakers } = await healthNow();
    const open = { model: 'm', state: 'OPEN', waitMs: expect.any(Number), fault: null };
    expect(breakers.filter(({ gateway }) => gateway !== 'g')).toEqual([
      { ...open, gateway: 'busy', failures: 1 },
      { ...open, gateway: 'down', failures: 5 },
      { ...open, gateway: 'unpaid', failures: 1, fault: 'GATEWAY_ACCOUNT_UNPAID' },
      { gateway: 'up', model: 'm', state: 'CLOSED', failures: 0, waitMs: 0, fault: null },
    ]);
    for (const { gateway, waitMs } of breakers) {
      expect(waitMs > 0).toBe(['busy', 'down', 'unpaid'].includes(gateway));
      expect(Number.isInteger(waitMs)).toBe(true);
    }
  });

  it('[OPS-05] counts the jobs of a day by their status', async () => {
    await pool.query(`insert into read.refactor_jobs values
      ('DELIVERED', clock_timestamp()), ('DELIVERED', clock_timestamp()), ('FAILED', clock_timestamp()),
      ('FAILED', clock_timestamp() - interval '2 days')`);
    expect((await healthNow()).jobs).toEqual([
      { status: 'DELIVERED', count: 2 },
      { status: 'FAILED', count: 1 },
    ]);
  });
});
