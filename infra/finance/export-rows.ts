import { Rejection } from '../../domain/kernel/rejection.ts';

/**
 * Columns of an export (BIL-14). All values are texts without commas, quotes and line breaks; `''`: none. `amount` is a
 * signed integer in minor units of `currency`; what flows in is positive. `service_period` is a month, or days as
 * `2026-11-20--2026-12-20`, the last excluded. The query of `ledger-rows.ts` selects them in this order.
 */
export const EXPORT_COLUMNS = [
  'entry_id',
  'position',
  'line',
  'kind',
  'user_id',
  'account',
  'amount',
  'currency',
  'booked_at',
  'effective_at',
  'service_period',
  'source_event_id',
  'job_id',
  'invoice',
  'invoice_line',
  'provider_id',
  'tax',
  'charge_class',
  'corrects_entry_id',
] as const;
export type ExportRow = Readonly<Record<(typeof EXPORT_COLUMNS)[number], string>>;

/** The bytes of a file of rows, as they come: all rows are never in memory at once (BIL-17). */
export type RowEncoder = Readonly<{
  begin(): Uint8Array;
  add(rows: readonly ExportRow[]): Uint8Array;
  end(): Uint8Array;
}>;

/** Formats of one row a line. */
export type LineFormat = 'csv' | 'jsonl';

export const ROW_SCHEMA = 'iama.finance-rows/2';

/** Neither a comma nor a quote, a line break or the beginning of a formula that could do anything. */
export const SAFE_VALUE = /^[\w.:+-]*$/;
const INTEGER = /^-?\d+$/;

const unreadable = (line: string): Rejection =>
  new Rejection('ROW_UNREADABLE', `This is no row of an export: ${line.slice(0, 200)}`);

/** The first line of a file; null: it begins with its rows. */
export const headerOf = (format: LineFormat): string | null =>
  format === 'csv' ? EXPORT_COLUMNS.join(',') : null;

/** In the order of the columns. Throws where a value could be taken for two. */
export const safeValues = (row: ExportRow): readonly string[] => {
  const values = EXPORT_COLUMNS.map((column) => row[column]);
  const unsafe = values.find((value) => !SAFE_VALUE.test(value));
  if (unsafe !== undefined) throw new Error(`a row of the ledger holds ${JSON.stringify(unsafe)}`);
  return values;
};

/** One line without its end. */
export const encodeRow = (row: ExportRow, format: LineFormat): string => {
  const values = safeValues(row);
  return format === 'csv'
    ? values.join(',')
    : JSON.stringify(Object.fromEntries(EXPORT_COLUMNS.map((column) => [column, row[column]])));
};

const valuesOf = (line: string, format: LineFormat): readonly unknown[] => {
  if (format === 'csv') return line.split(',');
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable(line);
    throw error;
  }
  if (typeof parsed !== 'object' || parsed === null) throw unreadable(line);
  const fields = new Map<string, unknown>(Object.entries(parsed));
  return fields.size === EXPORT_COLUMNS.length ? EXPORT_COLUMNS.map((column) => fields.get(column)) : [];
};

/** Values in the order of the columns. Throws `Rejection` ROW_UNREADABLE, which names `found`. */
export const rowOf = (values: readonly unknown[], found: string): ExportRow => {
  if (values.length !== EXPORT_COLUMNS.length) throw unreadable(found);
  const text = (index: number): string => {
    const value = values[index];
    if (typeof value !== 'string' || !SAFE_VALUE.test(value)) throw unreadable(found);
    return value;
  };
  const row = Object.fromEntries(EXPORT_COLUMNS.map((column, index) => [column, text(index)])) as ExportRow;
  if (!INTEGER.test(row.amount) || !INTEGER.test(row.position) || !INTEGER.test(row.line))
    throw unreadable(found);
  return row;
};

/** Throws `Rejection` ROW_UNREADABLE. */
export const decodeRow = (line: string, format: LineFormat): ExportRow => rowOf(valuesOf(line, format), line);
