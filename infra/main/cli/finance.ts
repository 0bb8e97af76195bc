import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { periodCommands } from '../../../commands/billing/period-commands.ts';
import type { CommandFile } from '../../../commands/kernel/command.ts';
import { execute } from '../../../commands/kernel/execute.ts';
import type { ExportFormat, PeriodCommand } from '../../../domain/billing/periods.ts';
import { NO_PRICES } from '../../../domain/billing/prices.ts';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import { headKeys } from '../../audit/head-key.ts';
import { exportPeriod } from '../../finance/export-period.ts';
import type { Manifest } from '../../finance/manifest.ts';
import { type Reconciled, reconcile, type VarianceLine } from '../../finance/reconcile.ts';
import { verifyExport } from '../../finance/verify-export.ts';
import { createPool } from '../../postgres/pool.ts';
import { operator } from './dead-letters.ts';
import type { Reading } from './open.ts';
import { knownSigner, ownConfig, treeOf } from './tree.ts';

const send = async <C extends PeriodCommand>(
  { log }: Reading,
  file: CommandFile<C, unknown>,
  command: C,
): Promise<void> => {
  const commandId = randomUUID();
  const context = { commandId, correlationId: commandId, causationId: commandId, actor: operator() };
  await execute(file, command, log, {}, { context });
};

const now = (): string => new Date().toISOString();

/** Throws the rejections of `ClosePeriod`. */
export const closePeriod = (reading: Reading, period: string): Promise<void> =>
  send(reading, periodCommands.ClosePeriod, { type: 'ClosePeriod', data: { period, at: now() } });

/** Throws the rejections of `RestatePeriod`. */
export const restatePeriod = (reading: Reading, period: string, reason: string): Promise<void> =>
  send(reading, periodCommands.RestatePeriod, { type: 'RestatePeriod', data: { period, reason, at: now() } });

export type ExportOptions = Readonly<{
  format: ExportFormat;
  version: number | null;
  folder: string | null;
  onProgress?: (rows: number) => void;
}>;

/** Writes the period below the data folder unless a folder is named; see `exportPeriod`. */
export const exportBooks = async (
  { log, pool, connectionString }: Reading,
  period: string,
  { folder, ...options }: ExportOptions,
): Promise<Readonly<{ folder: string; manifest: Manifest }>> => {
  const config = ownConfig();
  const signer = await knownSigner(config);
  const unhurried = createPool({ connectionString, max: 1, statementTimeoutMs: 0 });
  try {
    const tree = await treeOf(config, pool);
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
  { log, connectionString }: Reading,
  period: string,
  onLine: (line: VarianceLine) => void,
): Promise<Reconciled> => {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(period))
    throw new Rejection('PERIOD_INVALID', 'A period is a month, as 2026-11.');
  const unhurried = createPool({ connectionString, max: 1, statementTimeoutMs: 0 });
  try {
    return await reconcile({ pool: unhurried, store: log, prices: NO_PRICES }, period, onLine);
  } finally {
    await unhurried.end();
  }
};
