import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { periodCommands } from '../../../commands/billing/period-commands.ts';
import { execute } from '../../../commands/kernel/execute.ts';
import type { ExportFormat, PeriodCommand } from '../../../domain/billing/periods.ts';
import { headKeys, headSigner, newHeadKeyPem } from '../../audit/head-key.ts';
import { openLogTree } from '../../audit/log-tree.ts';
import { testContext, type World } from '../../runtime/testing/world.ts';
import { type ExportParts, exportPeriod } from '../export-period.ts';
import type { Manifest } from '../manifest.ts';

type Order = Readonly<{ format?: ExportFormat; version?: number | null; by?: ExportParts }>;

/** The books of a world, with a key of their own and a folder into which months are written. */
export const openBooks = async ({ log, pool }: Pick<World, 'log' | 'pool'>) => {
  const folder = await mkdtemp(join(tmpdir(), 'iama-finance-'));
  const signer = headSigner(newHeadKeyPem());
  const now = () => new Date();
  const place = (name: string): string => join(folder, name);
  const tree = openLogTree(pool, { signer, origin: 'iama-test', now });
  const parts: ExportParts = { store: log, pool, tree, signer, now };
  return {
    folder,
    signer,
    keys: headKeys(signer.publicKeyPem),
    parts,
    place,
    /** Closes or restates a month. */
    async change(command: PeriodCommand): Promise<void> {
      await execute(periodCommands[command.type], command, log, {}, { context: testContext() });
    },
    /** `version` null: the newest; `by`: with other parts than its own. */
    write(
      period: string,
      name: string,
      { format = 'csv', version = null, by = parts }: Order = {},
    ): Promise<Manifest> {
      const actor = { type: 'admin', id: 'test' } as const;
      return exportPeriod(by, { period, format, version, folder: place(name), actor });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};

export type Books = Awaited<ReturnType<typeof openBooks>>;
