import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { Rejection } from '../../domain/kernel/rejection.ts';
import {
  EXPORT_COLUMNS,
  type ExportRow,
  ROW_SCHEMA,
  type RowEncoder,
  rowOf,
  safeValues,
} from './export-rows.ts';

type Column = (typeof EXPORT_COLUMNS)[number];

/** Whole numbers of 64 bits; all other columns are texts. */
const NUMBERS: ReadonlySet<Column> = new Set(['position', 'line', 'amount', 'tax']);

const elementOf = (name: Column): SchemaElement =>
  NUMBERS.has(name)
    ? { name, type: 'INT64', repetition_type: 'OPTIONAL' }
    : { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' };

const SCHEMA: SchemaElement[] = [
  { name: 'root', num_children: EXPORT_COLUMNS.length },
  ...EXPORT_COLUMNS.map(elementOf),
];

/** Rows of a group, all of which are in memory at once. Part of the format: another number makes other bytes. */
const GROUP = 10_000;

const cellOf = (name: Column, text: string): string | bigint | null => {
  if (text === '') return null;
  return NUMBERS.has(name) ? BigInt(text) : text;
};

/** What is none is null. The same rows make the same bytes, as long as the package is the same: it is pinned. */
export const parquetEncoder = (): RowEncoder => {
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema: SCHEMA, createdBy: ROW_SCHEMA });
  let waiting: ExportRow[] = [];
  /** What was written since the last time. */
  const taken = (): Uint8Array => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  };
  const writeGroup = (rows: readonly ExportRow[]): void => {
    const values = rows.map(safeValues);
    const columnData = EXPORT_COLUMNS.map((name, index) => ({
      name,
      data: values.map((row) => cellOf(name, row[index] ?? '')),
    }));
    file.write({ columnData, rowGroupSize: GROUP });
  };
  return {
    begin: taken,
    add(rows) {
      waiting.push(...rows);
      for (; waiting.length >= GROUP; waiting = waiting.slice(GROUP)) writeGroup(waiting.slice(0, GROUP));
      return taken();
    },
    end() {
      if (waiting.length > 0) writeGroup(waiting);
      file.finish();
      return taken();
    },
  };
};

const unreadable = (path: string): Rejection =>
  new Rejection('ROW_UNREADABLE', `${path} is no Parquet file of an export.`);

/** Errors of the system are passed on; whatever else the package stumbles over is in the file. */
const reading = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw error;
    throw unreadable(path);
  }
};

/** The rows of a file, a group at a time. Throws `Rejection` ROW_UNREADABLE. */
export async function* parquetRows(path: string): AsyncGenerator<ExportRow> {
  const file = await asyncBufferFromFile(path);
  const metadata = await reading(path, () => parquetMetadataAsync(file));
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const rows = await reading(path, () => parquetReadObjects({ file, metadata, rowStart, rowEnd }));
    for (const row of rows)
      yield rowOf(
        EXPORT_COLUMNS.map((name) => {
          const value: unknown = row[name] ?? '';
          return typeof value === 'bigint' ? String(value) : value;
        }),
        path,
      );
    rowStart = rowEnd;
  }
}
