import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPORT_FORMATS, type ExportFormat } from '../../domain/billing/periods.ts';
import { EXPORT_COLUMNS, type ExportRow } from './export-rows.ts';
import { parquetRows } from './parquet-rows.ts';
import { rowEncoder } from './row-encoder.ts';

const EMPTY = Object.fromEntries(EXPORT_COLUMNS.map((name) => [name, ''])) as ExportRow;

const rowAt = (index: number): ExportRow => ({
  ...EMPTY,
  entry_id: `e${Math.floor(index / 2)}`,
  position: String(1 + Math.floor(index / 2)),
  line: String(index % 2),
  kind: 'CreditsGranted',
  user_id: `u${index % 97}`,
  account: index % 2 === 0 ? 'source.granted' : 'customer.available',
  amount: String(index % 2 === 0 ? -9_007_199_254_740_993n : 9_007_199_254_740_993n),
  currency: 'MICRO_CREDIT',
  tax: index % 3 === 0 ? '166' : '',
});
const rows = (count: number): ExportRow[] => Array.from({ length: count }, (_, index) => rowAt(index));

/** As the rows come from the database: so many at a time. */
const fileOf = (format: ExportFormat, all: readonly ExportRow[], batch: number): Buffer => {
  const encoder = rowEncoder(format);
  const parts = [encoder.begin()];
  for (let at = 0; at < all.length; at += batch) parts.push(encoder.add(all.slice(at, at + batch)));
  return Buffer.concat([...parts, encoder.end()]);
};

const collected = async (source: AsyncIterable<ExportRow>): Promise<ExportRow[]> => {
  const all: ExportRow[] = [];
  for await (const row of source) all.push(row);
  return all;
};

describe('files of rows', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iama-rows-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const readBack = async (bytes: Uint8Array): Promise<ExportRow[]> => {
    const path = join(folder, 'rows.parquet');
    await writeFile(path, bytes);
    return collected(parquetRows(path));
  };

  it('[BIL-14] are the same bytes however the rows came', () => {
    const all = rows(24_000);
    for (const format of EXPORT_FORMATS)
      expect(fileOf(format, all, 2_000).equals(fileOf(format, all, 1_700))).toBe(true);
  });

  it('[BIL-14] hold in Parquet what was put in, whole numbers of 64 bits as such, in groups', async () => {
    for (const count of [0, 1, 10_000, 20_001]) {
      const all = rows(count);
      expect(await readBack(fileOf('parquet', all, 2_000))).toEqual(all);
    }
  });

  it('[BIL-14] are in Parquet the bytes that they have been since the rows were of this form: what was given out keeps its hash', () => {
    const sha256 = createHash('sha256')
      .update(fileOf('parquet', rows(12_345), 2_000))
      .digest('hex');
    expect(sha256).toBe('4439b1daa87a3dc43bc619bfa6e87cfbaa6c49b3ce8729c2e20dc6cace98c4ef');
  });

  it('[BIL-14] are not written with a value that could be taken for two', () => {
    const comma = rows(1).map((row) => ({ ...row, kind: 'a,b' }));
    for (const format of EXPORT_FORMATS) expect(() => fileOf(format, comma, 1)).toThrow('"a,b"');
  });

  it('[BIL-14] are refused where they are no Parquet, or not whole', async () => {
    const code = 'ROW_UNREADABLE';
    await expect(readBack(Buffer.from('PAR1'))).rejects.toMatchObject({ code });
    const whole = fileOf('parquet', rows(10), 10);
    await expect(readBack(whole.subarray(0, whole.length - 9))).rejects.toMatchObject({ code });
    await expect(readBack(Buffer.from(whole).fill(0, 8, 200))).rejects.toMatchObject({ code });
    await expect(collected(parquetRows(join(folder, 'none')))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
