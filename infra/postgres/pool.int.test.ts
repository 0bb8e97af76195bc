import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool } from './pool.ts';
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
});
