import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientConfig, createPool } from './pool.ts';
import { RowBytes } from './row-bytes.ts';
import { takeRows } from './row-taking.ts';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  // One session: what one question leaves behind, the next one meets.
  pool = createPool({ connectionString: database.directUrl, max: 1 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** All rows of a statement, each read by `read`. */
const taken = async <T>(text: string, values: unknown[], read: (row: RowBytes) => T): Promise<T[]> => {
  const row = new RowBytes();
  const found: T[] = [];
  await takeRows(pool, { text, values }, (bytes, at) => {
    row.begin(bytes, at);
    found.push(read(row));
  });
  return found;
};

const texts = async (): Promise<unknown> => (await pool.query(`select 'as ever' as text`)).rows;

describe('rows taken as bytes', () => {
  it('[ES-04] fail with what taking a row threw, and the session answers what is asked next', async () => {
    let seen = 0;
    const asked = takeRows(pool, { text: 'select generate_series(1, 100)' }, () => {
      seen += 1;
      throw new RangeError('not this one');
    });
    await expect(asked).rejects.toThrow(new RangeError('not this one'));
    expect(seen).toBe(1);
    expect(await texts()).toEqual([{ text: 'as ever' }]);
  });

  it('[ES-04] fail with what the server says, and the pool answers what is asked next', async () => {
    // The first row is on its way when the second one fails.
    const asked = taken('select 1 / (2 - n) from generate_series(1, 3) n', [], (row) => row.int4());
    await expect(asked).rejects.toMatchObject({ code: '22012' });
    expect(await texts()).toEqual([{ text: 'as ever' }]);
    expect(await taken('select 7', [], (row) => row.int4())).toEqual([7]);
  });

  it('[ES-04] fail when the session ends, and the pool answers what is asked next', async () => {
    await expect(
      taken('select pg_terminate_backend(pg_backend_pid())', [], () => null),
    ).rejects.toBeInstanceOf(Error);
    expect(await texts()).toEqual([{ text: 'as ever' }]);
  });

  it('[ES-04] are refused to a pool whose sessions cannot give them', async () => {
    const plain = new pg.Pool({ ...clientConfig({ connectionString: database.directUrl }), max: 1 });
    try {
      await expect(takeRows(plain, { text: 'select 1' }, () => undefined)).rejects.toThrow(/no rows can be/);
    } finally {
      await plain.end();
    }
  });

  it('[ES-04] hold what the server shows as text', async () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', ''));
    const micros = fc.bigInt({ min: 946_684_800_000_000n, max: 9_940_000_000_000_000n });
    const at = micros.map(
      (each) =>
        `${new Date(Number(each / 1_000n)).toISOString().slice(0, -1)}${String(each % 1_000n).padStart(3, '0')}Z`,
    );
    const line = fc.record({
      big: fc.oneof(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.bigInt({ min: 0n, max: 2n ** 54n }),
      ),
      small: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      text: anyText,
      kind: fc.constantFrom('', 'one', 'two', 'öne', 'ones'),
      json: fc.jsonValue().filter((value) => !JSON.stringify(value).includes('\\u0000')),
      at,
      none: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
        const rows = lines.map((each) => ({ ...each, big: String(each.big) }));
        const from = `select (l->>'big')::int8, (l->>'small')::int4, l->>'text', l->>'kind', l->'json',
            (l->>'at')::timestamptz, case when not (l->>'none')::boolean then 1 end
          from json_array_elements($1::json) l`;
        const found = await taken(from, [JSON.stringify(rows)], (row) => ({
          big: row.int8(),
          small: row.int4(),
          text: row.text(),
          kind: row.sameText(),
          json: row.json(),
          at: row.timestamp(),
          none: row.isNull(),
        }));
        expect(found).toEqual(
          lines.map((each) => ({ ...each, json: JSON.parse(JSON.stringify(each.json)) })),
        );
      }),
    );
  });

  it('[ES-04] are whole where they are larger than what arrives at once', async () => {
    const sizes = [1, 70_000, 0, 3_000_000, 65_536, 5];
    const found = await taken('select repeat($2, n) from unnest($1::int[]) n', [sizes, 'ö'], (row) =>
      row.text(),
    );
    expect(found).toEqual(sizes.map((size) => 'ö'.repeat(size)));
    expect(await texts()).toEqual([{ text: 'as ever' }]);
  });
});
