import type { ExportFormat } from '../../domain/billing/periods.ts';
import { type ExportRow, encodeRow, headerOf, type LineFormat } from './export-rows.ts';
import { parquetEncoder } from './parquet-rows.ts';

/** The bytes of a file of rows, as they come: all rows are never in memory at once (BIL-17). */
export type RowEncoder = Readonly<{
  begin(): Uint8Array;
  add(rows: readonly ExportRow[]): Uint8Array;
  end(): Uint8Array;
}>;

const bytesOf = (lines: readonly string[]): Uint8Array =>
  Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');

const lineEncoder = (format: LineFormat): RowEncoder => {
  const header = headerOf(format);
  return {
    begin: () => bytesOf(header === null ? [] : [header]),
    add: (rows) => bytesOf(rows.map((row) => encodeRow(row, format))),
    end: () => bytesOf([]),
  };
};

export const rowEncoder = (format: ExportFormat): RowEncoder =>
  format === 'parquet' ? parquetEncoder() : lineEncoder(format);
