import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { periodCommands } from '../../../commands/billing/period-commands.ts';
import { priceListForm, publishPrices, publishPricesOf } from '../../../commands/billing/publish-prices.ts';
import type { ExportFormat } from '../../../domain/billing/periods.ts';
import { PRICE_LISTS_STREAM, type PricesPublished } from '../../../domain/billing/price-lists.ts';
import { type UnaffordableCall, unaffordableCalls } from '../../../domain/billing/unheld-calls.ts';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import { headKeys } from '../../audit/head-key.ts';
import { exportPeriod } from '../../finance/export-period.ts';
import type { Manifest } from '../../finance/manifest.ts';
import { reconcile } from '../../finance/reconcile.ts';
import type { Reconciled, VarianceLine } from '../../finance/variance.ts';
import { verifyExport } from '../../finance/verify-export.ts';
import { keyFiles } from '../../operations/key-files.ts';
import { liveRules } from '../../operations/operating-rules.ts';
import { stripeClient } from '../../payments/stripe-provider.ts';
import { stripeStatements } from '../../payments/stripe-statements.ts';
import { createPool } from '../../postgres/pool.ts';
import { paymentsWithKeys } from '../named-keys.ts';
import { paymentsOfFolder } from '../own-stripe.ts';
import { ownConfig, type Reading } from './open.ts';
import { impersonalReason, operator, send } from './operator.ts';
import { knownSigner, treeOf } from './tree.ts';

const now = (): string => new Date().toISOString();

/** Throws the rejections of `ClosePeriod`. */
export const closePeriod = (reading: Reading, period: string): Promise<void> =>
  send(reading, periodCommands.ClosePeriod, { type: 'ClosePeriod', data: { period, at: now() } }, {});

/** Throws the rejections of `RestatePeriod`, and REASON_REQUIRED. */
export const restatePeriod = (reading: Reading, period: string, reason: string): Promise<void> =>
  send(
    reading,
    periodCommands.RestatePeriod,
    { type: 'RestatePeriod', data: { period, reason: impersonalReason(reason), at: now() } },
    {},
  );

export type ExportOptions = Readonly<{
  format: ExportFormat;
  version: number | null;
  folder: string | null;
  onProgress?: (rows: number) => void;
}>;

/** Writes the period below the data folder unless a folder is named; see `exportPeriod`. */
export const exportBooks = async (
  reading: Reading,
  period: string,
  { folder, ...options }: ExportOptions,
): Promise<Readonly<{ folder: string; manifest: Manifest }>> => {
  const config = ownConfig();
  const { log, connectionString } = reading;
  const signer = await knownSigner(config, reading);
  const unhurried = createPool({ connectionString, max: 1, statementTimeoutMs: 0 });
  try {
    const tree = await treeOf(config, reading);
    const place = folder ?? join(config.dataFolder, 'finance', `${period}-${options.format}`);
    const parts = { store: log, pool: unhurried, tree, signer, now: () => new Date() };
    const manifest = await exportPeriod(parts, { ...options, period, folder: place, actor: operator() });
    return { folder: place, manifest };
  } finally {
    await unhurried.end();
  }
};

/** Files only: no server, no database. */
export const verifyBooks = async (
  folder: string,
  {
    key,
    previous,
    onProgress,
  }: Readonly<{ key: string; previous?: string; onProgress?: (rows: number) => void }>,
): Promise<Manifest> =>
  verifyExport(folder, headKeys(await readFile(key, 'utf8')), {
    ...(previous === undefined ? {} : { previous }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });

/** Gives each difference to `onLine`; see `reconcile`. */
export const reconcileBooks = async (
  { log, connectionString, keysFolder }: Reading,
  period: string,
  onLine: (line: VarianceLine) => void,
): Promise<Reconciled> => {
  const payments = await paymentsOfFolder(ownConfig());
  const rules = liveRules(log);
  const keys = keyFiles(keysFolder, rules);
  const statements =
    payments === null ? null : stripeStatements(stripeClient(paymentsWithKeys(payments, keys)));
  const unhurried = createPool({ connectionString, max: 1, statementTimeoutMs: 0 });
  try {
    const agreedFees = () => rules.setting('payment_fees');
    const parts = { db: unhurried, store: log, statements, agreedFees, now: new Date() };
    return await reconcile(parts, period, onLine);
  } finally {
    await unhurried.end();
  }
};

/**
 * Publishes the list of a JSON file; gives what it makes too dear. Throws `Rejection` PRICES_INVALID, PRICES_DIFFER or PRICES_BACKDATED.
 */
export const publishPriceFile = async (
  reading: Reading,
  path: string,
): Promise<Readonly<{ version: string; warnings: readonly UnaffordableCall[] }>> => {
  const text = await readFile(path, 'utf8');
  const invalid = (what: string): Rejection =>
    new Rejection('PRICES_INVALID', `${path} is no list of prices: ${what}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(error.message);
    throw error;
  }
  const parsed = priceListForm.safeParse(json);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  const { tiers } = liveRules(reading.log);
  await send(reading, publishPrices, publishPricesOf(parsed.data, now()), { tiers });
  const { version, models } = parsed.data;
  return { version, warnings: unaffordableCalls(models, await tiers()) };
};

/** All lists that were published, in their order. */
export const publishedLists = async ({ log }: Reading): Promise<readonly PricesPublished['data'][]> =>
  (await log.read<PricesPublished>(PRICE_LISTS_STREAM)).events.map(({ data }) => data);
