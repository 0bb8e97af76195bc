import { randomUUID } from 'node:crypto';
import { exportProgress } from '../../commands/billing/finance-export.ts';
import { execute } from '../../commands/kernel/execute.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { BooksWriter } from '../../processors/billing/finance-export.port.ts';
import { type CurrentSigner, signerNow } from '../audit/head-key.ts';
import type { LogTree } from '../audit/log-tree.ts';
import { createPool } from '../postgres/pool.ts';
import { exportFolder } from './export-folder.ts';
import { exportPeriod } from './export-period.ts';
import { manifestSha256 } from './manifest.ts';

/** Writes exports that were asked for over HTTP into the data folder, with a session of its own that may take long. */
export const booksWriter = (
  parts: Readonly<{
    store: StreamStore;
    connectionString: string;
    tree: LogTree;
    signer: CurrentSigner;
    dataFolder: string;
    now: () => Date;
    /** Rows from one event of progress to the next. */
    progressEvery?: number;
  }>,
): BooksWriter => ({
  async write({ exportId, requestedBy, ...order }) {
    const { store, tree, now, connectionString, progressEvery = 100_000 } = parts;
    const pool = createPool({ connectionString, max: 1, statementTimeoutMs: 0 });
    let told = 0;
    const onProgress = async (rows: number): Promise<void> => {
      if (rows < told + progressEvery) return;
      told = rows;
      const id = randomUUID();
      const actor = { type: 'system', id: 'finance-export' } as const;
      const context = { commandId: id, correlationId: id, causationId: id, actor };
      const data = { exportId, rows, at: now().toISOString() };
      const command = { type: 'ReportExportProgress', data } as const;
      await execute(exportProgress.ReportExportProgress, command, store, {}, { context });
    };
    try {
      const manifest = await exportPeriod(
        { store, pool, tree, signer: await signerNow(parts.signer), now },
        {
          ...order,
          folder: exportFolder(parts.dataFolder, exportId),
          actor: { type: 'admin', id: requestedBy },
          onProgress,
        },
      );
      return {
        version: manifest.version,
        rows: manifest.rows,
        manifestSha256: manifestSha256(manifest),
      };
    } finally {
      await pool.end();
    }
  },
});
