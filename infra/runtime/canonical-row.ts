import type { AnyProjection, Column, ColumnBase, ColumnValue, Row } from '../../domain/kernel/projection.ts';

/** A column of a projection, parsed. */
export type ColumnSpec = Readonly<{ name: string; base: ColumnBase; nullable: boolean }>;

const INT8_MAX = 9_223_372_036_854_775_807n;
const CANONICAL_TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

const parseColumn = ([name, column]: readonly [string, Column]): ColumnSpec => {
  const nullable = column.endsWith('?');
  return { name, base: (nullable ? column.slice(0, -1) : column) as ColumnBase, nullable };
};

/** In order of their declaration. */
export const columnsOf = (projection: Pick<AnyProjection, 'columns'>): readonly ColumnSpec[] =>
  Object.entries(projection.columns).map(parseColumn);

const wrong = (column: ColumnSpec, value: unknown): never => {
  throw new TypeError(
    `column ${column.name} (${column.base}) cannot hold ${typeof value} ${String(value).slice(0, 80)}`,
  );
};

/** Postgres text holds neither U+0000 nor lone surrogates; both become U+FFFD here, so that all paths agree. */
export const canonicalText = (value: string): string => {
  const formed = value.isWellFormed() ? value : value.toWellFormed();
  return formed.includes('\0') ? formed.replaceAll('\0', '\uFFFD') : formed;
};

const canonicalTimestamp = (column: ColumnSpec, value: string): string => {
  if (value.length === 27 && CANONICAL_TIMESTAMP.test(value)) return value;
  const match = TIMESTAMP.exec(value);
  const instant = Date.parse(value);
  if (match === null || Number.isNaN(instant)) return wrong(column, value);
  // Date keeps milliseconds; the rest of the fraction is taken from the text.
  const micros = `${match[2] ?? ''}000000`.slice(3, 6);
  return `${new Date(instant).toISOString().slice(0, 23)}${micros}Z`;
};

const canonicalNumber = (column: ColumnSpec, value: number): number => {
  if (!Number.isFinite(value)) return wrong(column, value);
  if (column.base === 'int' && (value | 0) !== value) return wrong(column, value);
  return value === 0 ? 0 : value;
};

const canonicalValue = (column: ColumnSpec, value: ColumnValue | undefined): ColumnValue => {
  if (value === null) return column.nullable ? null : wrong(column, value);
  if (value === undefined) return wrong(column, value);
  switch (column.base) {
    case 'text':
      return typeof value === 'string' ? canonicalText(value) : wrong(column, value);
    case 'timestamptz':
      return typeof value === 'string' ? canonicalTimestamp(column, value) : wrong(column, value);
    case 'bigint':
      return typeof value === 'bigint' && value <= INT8_MAX && value >= -INT8_MAX - 1n
        ? value
        : wrong(column, value);
    case 'int':
    case 'double':
      return typeof value === 'number' ? canonicalNumber(column, value) : wrong(column, value);
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong(column, value);
    case 'json':
      return typeof value === 'bigint' ? wrong(column, value) : value;
  }
};

/**
 * The row as the database would give it back, so that folding in memory and folding through the table agree to the byte.
 * Throws `TypeError` on a value that its column cannot hold.
 */
export const canonicalRow = (
  columns: readonly ColumnSpec[],
  key: string,
  keyColumn: string,
  row: Row,
): Row => {
  const own = row[keyColumn];
  if (own !== key && (typeof own !== 'string' || canonicalText(own) !== key))
    throw new TypeError(`row of key ${key} carries ${keyColumn} = ${String(row[keyColumn])}`);
  let changed: Record<string, ColumnValue> | null = null;
  for (const column of columns) {
    const value = row[column.name];
    const canonical = canonicalValue(column, value);
    if (Object.is(canonical, value)) continue;
    changed ??= { ...row };
    changed[column.name] = canonical;
  }
  return changed ?? row;
};

/** Text form for a query parameter. */
export const toParameter = (column: ColumnSpec, value: ColumnValue | undefined): string | null => {
  if (value === null || value === undefined) return null;
  return column.base === 'json' ? JSON.stringify(value) : String(value);
};

/** From the text form that `selectRows` asks for. */
export const fromText = (column: ColumnSpec, text: string | null): ColumnValue => {
  if (text === null) return null;
  switch (column.base) {
    case 'text':
    case 'timestamptz':
      return text;
    case 'bigint':
      return BigInt(text);
    case 'int':
    case 'double':
      return Number(text);
    case 'boolean':
      return text === 'true';
    case 'json':
      return JSON.parse(text);
  }
};
