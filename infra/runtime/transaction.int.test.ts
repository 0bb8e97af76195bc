import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool } from '../postgres/pool.ts';
import { createTestDatabase, type TestDatabase } from '../postgres/testing/database.ts';
import { eventually } from './testing/world.ts';
import { inTransaction } from './transaction.ts';

describe('a transaction of the runtime', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('[ES-12] that is silent for too long loses its session, and neither the process nor the pool ends by it', async () => {
    const pool = createPool({ connectionString: database.directUrl, max: 1 });
    const others = createPool({ connectionString: database.directUrl, max: 1 });
    const isThere = async (pid: number): Promise<boolean> =>
      (await others.query('select from pg_stat_activity where pid = $1', [pid])).rowCount === 1;
    const silent = inTransaction(pool, 100, async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      await eventually(async () => !(await isThere(rows[0]?.pid ?? 0)));
      await client.query('select 1');
    });
    await expect(silent).rejects.toThrow(/idle-in-transaction|terminated|not queryable/);
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await Promise.all([pool.end(), others.end()]);
  });

  it('[ES-12] that failed is rolled back, and its session is kept', async () => {
    const pool = createPool({ connectionString: database.directUrl, max: 1 });
    const pidOf = async (): Promise<unknown> => (await pool.query('select pg_backend_pid()')).rows;
    const before = await pidOf();
    const failing = inTransaction(pool, 10_000, async (client) => {
      await client.query('create temporary table left_over ()');
      throw new Error('of the work');
    });
    await expect(failing).rejects.toThrow('of the work');
    expect(await pidOf()).toEqual(before);
    await expect(pool.query('select from left_over')).rejects.toMatchObject({ code: '42P01' });
    await pool.end();
  });
});
