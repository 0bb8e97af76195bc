import type { ExportFormat } from '../../domain/billing/periods.ts';
import { encodeRow, headerOf, type LineFormat, type RowEncoder } from './export-rows.ts';
import { parquetEncoder } from './parquet-rows.ts';

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
