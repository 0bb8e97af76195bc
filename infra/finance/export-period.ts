import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientBase, Pool } from 'pg';
import { periodCommands } from '../../commands/billing/period-commands.ts';
import { execute } from '../../commands/kernel/execute.ts';
import type { ExportFormat } from '../../domain/billing/periods.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Actor } from '../../domain/kernel/message.ts';
import type { HeadSigner } from '../audit/head-key.ts';
import type { LogTree } from '../audit/log-tree.ts';
import { firstHeadCovering } from '../audit/stored-heads.ts';
import type { TreeHead } from '../audit/tree-head.ts';
import { ROW_SCHEMA } from './export-rows.ts';
import { expectWholeLedger, ledgerRows, openingBalances } from './ledger-rows.ts';
import { MANIFEST_FILE, type Manifest, manifestSha256, signManifest } from './manifest.ts';
import { keptSignature, type PeriodVersion, periodVersion } from './period-versions.ts';
import { rowEncoder } from './row-encoder.ts';
import { Totals } from './totals.ts';

export type ExportParts = Readonly<{
  store: StreamStore;
  pool: Pool;
  tree: LogTree;
  signer: HeadSigner;
  now: () => Date;
}>;

export type ExportOrder = Readonly<{
  period: string;
  format: ExportFormat;
  /** null: the newest. */
  version: number | null;
  folder: string;
  /** Who asked for it, for the log. */
  actor: Actor;
  onProgress?: (rows: number) => void | Promise<void>;
}>;

type Written = Readonly<{ totals: Totals; bytes: number; sha256: string }>;

/** Writes the rows as they come from the database: in memory there is one batch, however many there are. */
const writeRows = async (
  db: ClientBase,
  version: PeriodVersion,
  { format, onProgress }: ExportOrder,
  path: string,
): Promise<Written> => {
  const totals = new Totals(await openingBalances(db, version));
  const hashed = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'w', 0o600);
  const encoder = rowEncoder(format);
  const write = async (part: Uint8Array): Promise<void> => {
    hashed.update(part);
    bytes += part.byteLength;
    await file.writeFile(part);
  };
  try {
    await write(encoder.begin());
    for await (const rows of ledgerRows(db, version)) {
      for (const row of rows) totals.add(row);
      await write(encoder.add(rows));
      await onProgress?.(totals.rows);
    }
    await write(encoder.end());
    await file.sync();
  } finally {
    await file.close();
  }
  return { totals, bytes, sha256: hashed.digest('hex') };
};

/** One snapshot for rows and sums, so that what is booked meanwhile is in neither. */
const inSnapshot = async <T>(pool: Pool, work: (db: ClientBase) => Promise<T>): Promise<T> => {
  const db = await pool.connect();
  try {
    await db.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const result = await work(db);
    await db.query('COMMIT');
    db.release();
    return result;
  } catch (error) {
    // Whatever state it is in, nobody gets this connection again.
    db.release(true);
    throw error;
  }
};

/** The first head over the period, signed now where there is none: the same one at every later export. */
const headOver = async ({ pool, tree }: ExportParts, { before }: PeriodVersion): Promise<TreeHead> => {
  const stored = await firstHeadCovering(pool, before);
  if (stored !== null) return stored;
  const published = await tree.publish();
  return (await firstHeadCovering(pool, before)) ?? published;
};

const sumsOf = (totals: Totals) => {
  const { accounts, currencies } = totals.end();
  return { currencies: [...currencies], accounts: [...accounts] };
};

const manifestOf = async (
  parts: ExportParts,
  { format }: ExportOrder,
  closed: PeriodVersion,
  { name, totals, bytes, sha256 }: Written & Readonly<{ name: string }>,
): Promise<Manifest> => {
  const { period, version, basis, replaces, previous } = closed;
  return signManifest(
    {
      schema: 'iama.finance-manifest/1',
      row_schema: ROW_SCHEMA,
      period,
      version,
      basis,
      replaces,
      previous,
      format,
      closed_at: closed.closedAt,
      closed_by: closed.closedBy,
      before_position: closed.before,
      rows: totals.rows,
      first_position: totals.first,
      last_position: totals.last,
      ...sumsOf(totals),
      files: [{ name, bytes, sha256 }],
      tree_head: await headOver(parts, closed),
    },
    parts.signer,
  );
};

/** Gives the manifest as it was signed first, so that a change of keys changes no byte of what is given out again. */
const recorded = async (
  { store, now }: ExportParts,
  { format, actor }: ExportOrder,
  manifest: Manifest,
): Promise<Manifest> => {
  const commandId = randomUUID();
  const context = { commandId, correlationId: commandId, causationId: commandId, actor };
  const { period, version, rows, key_id: keyId, signature } = manifest;
  const at = now().toISOString();
  const signed = { keyId, signature };
  const data = { period, version, format, manifestSha256: manifestSha256(manifest), rows, signed, at };
  await execute(periodCommands.RecordExport, { type: 'RecordExport', data }, store, {}, { context });
  const first = (await keptSignature(store, data)) ?? signed;
  return { ...manifest, key_id: first.keyId, signature: first.signature };
};

/**
 * Writes a closed period to a folder: the rows, and last the signed manifest (BIL-14, BIL-17). The same bytes each time.
 * Throws `Rejection` PERIOD_OPEN, VERSION_UNKNOWN, PREVIOUS_NOT_EXPORTED, LEDGER_BEHIND, LEDGER_INCOMPLETE, or
 * EXPORT_DIFFERS when this is not what was given out before. Wants a pool without a statement timeout.
 */
export const exportPeriod = async (parts: ExportParts, order: ExportOrder): Promise<Manifest> => {
  const { format, folder } = order;
  const closed = await periodVersion(parts.store, order);
  const name = `ledger-${closed.period}-v${closed.version}.${format}`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `${name}.part`);
  const manifestDraft = join(folder, `${MANIFEST_FILE}.part`);
  try {
    const written = await inSnapshot(parts.pool, async (db) => {
      await expectWholeLedger(db, closed);
      return writeRows(db, closed, order, draft);
    });
    const manifest = await recorded(
      parts,
      order,
      await manifestOf(parts, order, closed, { name, ...written }),
    );
    await rename(draft, join(folder, name));
    await writeFile(manifestDraft, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    await rename(manifestDraft, join(folder, MANIFEST_FILE));
    return manifest;
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
};
