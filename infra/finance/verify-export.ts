import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportFormat } from '../../domain/billing/periods.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { HeadKeys } from '../audit/head-key.ts';
import { isMissing } from '../postgres/embedded-files.ts';
import { decodeRow, type ExportRow, headerOf, type LineFormat } from './export-rows.ts';
import { checkManifest, MANIFEST_FILE, type Manifest, manifestSchema, manifestSha256 } from './manifest.ts';
import { parquetRows } from './parquet-rows.ts';
import { Totals } from './totals.ts';

/** Longer than any row can be: what has no line break by then is none of our files. */
const LONGEST_LINE = 10_000;

const readManifest = async (folder: string): Promise<Manifest> => {
  const path = join(folder, MANIFEST_FILE);
  const unreadable = (what: string): Rejection => new Rejection('MANIFEST_UNREADABLE', what);
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    if (parsed.success) return parsed.data;
  } catch (error) {
    if (isMissing(error)) throw unreadable(`There is no ${path}: this is not the folder of an export.`);
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw unreadable(`${path} holds no manifest that this version knows.`);
};

/** Lines of a file as they are read; the last one must be ended, too. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder('utf-8');
  for await (const part of createReadStream(path)) {
    const lines = (rest + decoder.decode(Buffer.from(part), { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE)
      throw new Rejection('ROW_UNREADABLE', `${path} has a line without an end.`);
    yield* lines;
  }
  if (rest !== '') throw new Rejection('ROW_UNREADABLE', `${path} ends within a line.`);
}

async function* lineRows(path: string, format: LineFormat): AsyncGenerator<ExportRow> {
  let header = headerOf(format);
  for await (const line of linesOf(path)) {
    if (header === null) yield decodeRow(line, format);
    else if (line !== header) throw new Rejection('ROW_UNREADABLE', `${path} has other columns.`);
    header = null;
  }
}

const rowsOf = (path: string, format: ExportFormat): AsyncGenerator<ExportRow> =>
  format === 'parquet' ? parquetRows(path) : lineRows(path, format);

/** Throws `Rejection` FILE_MISSING or FILE_CHANGED. Before any row is read: what was not signed is not looked into. */
const checkFile = async (path: string, { name, bytes, sha256 }: Manifest['files'][number]): Promise<void> => {
  const hashed = createHash('sha256');
  let size = 0;
  try {
    for await (const part of createReadStream(path)) {
      hashed.update(part);
      size += Buffer.byteLength(part);
    }
  } catch (error) {
    if (isMissing(error)) throw new Rejection('FILE_MISSING', `${name} is not in the folder.`, { name });
    throw error;
  }
  if (size !== bytes || hashed.digest('hex') !== sha256)
    throw new Rejection('FILE_CHANGED', `${name} is not the file that the manifest names.`, { name });
};

/** The sums of the rows, of files that are the ones that were signed. */
const readRows = async (
  folder: string,
  { files, format, accounts }: Manifest,
  onProgress: ((rows: number) => void) | undefined,
): Promise<Totals> => {
  const totals = new Totals(
    accounts.map(({ account, currency, opening }) => ({ account, currency, amount: BigInt(opening) })),
  );
  for (const file of files) {
    const path = join(folder, file.name);
    await checkFile(path, file);
    for await (const row of rowsOf(path, format)) {
      totals.add(row);
      if (totals.rows % 10_000 === 0) onProgress?.(totals.rows);
    }
  }
  return totals;
};

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Balances other than 0, in one order. */
const balances = (accounts: Manifest['accounts'], at: 'opening' | 'closing'): readonly string[] =>
  accounts
    .filter((account) => account[at] !== '0')
    .map((account) => `${account.account} ${account.currency} ${account[at]}`);

/** The export before must be the one that this one names, and end where this one begins. */
const checkChain = async (manifest: Manifest, folder: string, keys: HeadKeys): Promise<void> => {
  const before = await readManifest(folder);
  checkManifest(before, keys);
  const follows =
    manifestSha256(before) === manifest.previous?.manifest_sha256 &&
    (manifest.basis !== 'BOOKED' ||
      same(balances(before.accounts, 'closing'), balances(manifest.accounts, 'opening')));
  if (!follows)
    throw new Rejection('CHAIN_BROKEN', 'This export does not follow the one before it.', {
      period: manifest.period,
      previous: before.period,
    });
};

/**
 * Checks an export with its folder and trusted keys and nothing else: no server, no database (BIL-14). `previous`: the
 * folder of the export before it, which this one must name. Throws a `Rejection` that says what is wrong.
 */
export const verifyExport = async (
  folder: string,
  keys: HeadKeys,
  options: Readonly<{ previous?: string; onProgress?: (rows: number) => void }> = {},
): Promise<Manifest> => {
  const manifest = await readManifest(folder);
  checkManifest(manifest, keys);
  const totals = await readRows(folder, manifest, options.onProgress);
  const { accounts, currencies } = totals.end();
  const told = [manifest.rows, manifest.first_position, manifest.last_position];
  const agrees =
    same([totals.rows, totals.first, totals.last], told) &&
    same(accounts, manifest.accounts) &&
    same(currencies, manifest.currencies) &&
    currencies.every(({ debit, credit }) => debit === credit) &&
    (totals.last ?? 0) < manifest.before_position;
  if (!agrees)
    throw new Rejection('TOTALS_CONTRADICTED', 'The rows do not add up to what the manifest says of them.');
  if (options.previous !== undefined) await checkChain(manifest, options.previous, keys);
  return manifest;
};
