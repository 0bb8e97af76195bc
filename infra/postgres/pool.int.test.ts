import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool, withTransaction } from './pool.ts';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** What one session has prepared by name, after a statement with a name. */
const preparedBy = async (search: string): Promise<readonly string[]> => {
  const url = new URL(database.directUrl);
  url.search = search;
  const pool = createPool({ connectionString: url.toString(), max: 1 });
  try {
    const { rows } = await pool.query<{ n: number }>({
      name: 'one',
      text: 'select $1::int as n',
      values: [1],
    });
    expect(rows).toEqual([{ n: 1 }]);
    return (await pool.query<{ name: string }>('select name from pg_prepared_statements')).rows.map(
      ({ name }) => name,
    );
  } finally {
    await pool.end();
  }
};

describe('a pool', () => {
  it('[ES-02] prepares statements by name, and none where its address says that they are not kept', async () => {
    expect(await preparedBy('')).toEqual(['one']);
    expect(await preparedBy('prepared=off')).toEqual([]);
  });

  it.each(['', 'prepared=off'])(
    '[ES-02] takes statements in every form that pg does (%s)',
    async (search) => {
      const url = new URL(database.directUrl);
      url.search = search;
      const pool = createPool({ connectionString: url.toString(), max: 1 });
      const named = { name: 'sum', text: 'select $1::int + 1 as n', values: [1] };
      const client = await pool.connect();
      expect((await client.query(named)).rows).toEqual([{ n: 2 }]);
      expect((await client.query('select $1::int as n', [3])).rows).toEqual([{ n: 3 }]);
      client.release();
      expect((await pool.query(named, [4])).rows).toEqual([{ n: 5 }]);
      expect((await pool.query({ ...named, rowMode: 'array' as const })).rows).toEqual([[2]]);
      expect((await pool.query({ text: 'select 6 as n' })).rows).toEqual([{ n: 6 }]);
      expect((await pool.query({ ...named, types: { getTypeParser: () => () => 'own' } })).rows).toEqual([
        { n: 'own' },
      ]);
      await expect(pool.query({ ...named, values: ['x'] })).rejects.toMatchObject({ code: '22P02' });
      expect(named).toEqual({ name: 'sum', text: 'select $1::int + 1 as n', values: [1] });
      await pool.end();
    },
  );

  it('[ES-15] [SEC-05] tells whoever holds a session that it was lost between two statements; the process goes on', async () => {
    const pool = createPool({ connectionString: database.directUrl, max: 1 });
    const lost = withTransaction(pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      const gone = new Promise((resolve) => client.once('end', resolve));
      const other = createPool({ connectionString: database.ownerUrl, max: 1 });
      await other.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await other.end();
      await gone;
      await client.query('select 1');
    });
    await expect(lost).rejects.toThrow();
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });
});
