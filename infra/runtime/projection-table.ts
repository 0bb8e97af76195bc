import type { ClientBase } from 'pg';
import type { AnyProjection, Row } from '../../domain/kernel/projection.ts';
import { textArray } from '../postgres/binary-array.ts';
import { type ColumnSpec, columnsOf, fromText, toParameter } from './canonical-row.ts';

type Queryable = Pick<ClientBase, 'query'>;

const IDENTIFIER = /^[a-z][a-z0-9_]{0,47}$/;

const TIMESTAMP_TEXT = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;

const identifier = (name: string): string => {
  if (!IDENTIFIER.test(name))
    throw new Error(`${name} is not a snake_case identifier of at most 48 characters`);
  return `"${name}"`;
};

const sqlType = (column: ColumnSpec): string => {
  if (column.base === 'int') return 'int4';
  if (column.base === 'double') return 'float8';
  // "C": keys sort by bytes on every machine, whatever the locale of the server.
  return column.base === 'text' ? 'text collate "C"' : column.base;
};

const asText = (column: ColumnSpec): string => {
  const name = identifier(column.name);
  return column.base === 'timestamptz'
    ? `to_char(${name} at time zone 'UTC', ${TIMESTAMP_TEXT})`
    : `${name}::text`;
};

/** The SQL of one projection's table under a given name: derived from its columns, nothing is written by hand. */
export class ProjectionTable {
  /** Qualified and quoted, ready for SQL. */
  readonly qualified: string;
  readonly columns: readonly ColumnSpec[];
  readonly key: string;
  readonly #projection: AnyProjection;
  readonly #select: string;
  readonly #insert: string;
  readonly #upsert: string;

  constructor(
    projection: AnyProjection,
    options: Readonly<{ name?: string; schema?: 'read' | 'pg_temp' }> = {},
  ) {
    this.#projection = projection;
    this.columns = columnsOf(projection);
    this.key = projection.key;
    this.qualified = `${options.schema ?? 'read'}.${identifier(options.name ?? projection.table)}`;
    const keyColumn = this.columns.find(({ name }) => name === projection.key);
    if (keyColumn?.base !== 'text' || keyColumn.nullable)
      throw new Error(`the key of projection ${projection.name} must be a text column`);
    const names = this.columns.map(({ name }) => identifier(name));
    const others = names.filter((name) => name !== identifier(projection.key));
    const update =
      others.length === 0
        ? 'nothing'
        : `update set ${others.map((name) => `${name} = excluded.${name}`).join(', ')}`;
    this.#select = `select ${this.columns.map(asText).join(', ')} from ${this.qualified}
      where ${identifier(projection.key)} = any($1::text[])`;
    this.#insert = `insert into ${this.qualified} (${names.join(', ')})
      select ${this.columns.map(({ base }, index) => `c${index}::${base === 'double' ? 'float8' : base}`).join(', ')}
      from unnest(${this.columns.map((_, index) => `$${index + 1}::text[]`).join(', ')})
        as given (${this.columns.map((_, index) => `c${index}`).join(', ')})`;
    this.#upsert = `${this.#insert} on conflict (${identifier(projection.key)}) do ${update}`;
  }

  /** Without secondary indexes: they are cheaper built at the end of a bulk load. */
  async create(db: Queryable): Promise<void> {
    const columns = this.columns.map(
      (column) => `${identifier(column.name)} ${sqlType(column)}${column.nullable ? '' : ' not null'}`,
    );
    await db.query(
      `create table ${this.qualified} (${columns.join(', ')}, primary key (${identifier(this.key)}))`,
    );
  }

  async createIndexes(db: Queryable): Promise<void> {
    for (const index of this.#projection.indexes ?? []) {
      const columns = index.map((name) =>
        name.startsWith('-') ? `${identifier(name.slice(1))} desc` : identifier(name),
      );
      await db.query(`create index on ${this.qualified} (${columns.join(', ')})`);
    }
  }

  /** Makes the database refuse unbalanced entries from here on, and looks at those that are there already. */
  async createGuard(db: Queryable): Promise<void> {
    const { balanced } = this.#projection;
    if (balanced === undefined) return;
    const { entry, amount, unit } = balanced;
    await db.query(
      `create constraint trigger balanced after insert or update or delete on ${this.qualified}
       deferrable initially deferred for each row
       execute function public.refuse_unbalanced_entry('${entry}', '${amount}', '${unit}')`,
    );
    const { rows } = await db.query<{ entry: string }>(
      `select ${identifier(entry)} as entry from ${this.qualified}
       group by ${identifier(entry)}, ${identifier(unit)} having sum(${identifier(amount)}) <> 0 limit 1`,
    );
    if (rows[0] !== undefined)
      throw new Error(`entry ${rows[0].entry} of projection ${this.#projection.name} does not balance`);
  }

  async drop(db: Queryable): Promise<void> {
    await db.query(`drop table if exists ${this.qualified}`);
  }

  /** Rows by key; locked, since an event set aside earlier may be applied from another partition. */
  async select(db: Queryable, keys: readonly string[], lock = true): Promise<Map<string, Row>> {
    const { rows } = await db.query<(string | null)[]>({
      text: lock ? `${this.#select} order by 1 for update` : this.#select,
      values: [textArray(keys)],
      rowMode: 'array',
    });
    const found = new Map<string, Row>();
    for (const values of rows) {
      const row = Object.fromEntries(
        this.columns.map((column, index) => [column.name, fromText(column, values[index] ?? null)]),
      );
      found.set(String(row[this.key]), row);
    }
    return found;
  }

  /** Rows that the table does not have: 23505 otherwise. */
  insert(db: Queryable, rows: readonly Row[]): Promise<void> {
    return this.#store(db, this.#insert, rows);
  }

  upsert(db: Queryable, rows: readonly Row[]): Promise<void> {
    return this.#store(db, this.#upsert, rows);
  }

  async #store(db: Queryable, text: string, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const values = this.columns.map((column) =>
      textArray(rows.map((row) => toParameter(column, row[column.name]))),
    );
    await db.query(text, values);
  }

  async delete(db: Queryable, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await db.query(`delete from ${this.qualified} where ${identifier(this.key)} = any($1::text[])`, [
      textArray(keys),
    ]);
  }
}
