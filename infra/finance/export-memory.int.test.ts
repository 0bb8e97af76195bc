import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { periodCommands } from '../../commands/billing/period-commands.ts';
import { execute } from '../../commands/kernel/execute.ts';
import type { CreditsGranted } from '../../domain/billing/account/events.ts';
import { accountStream } from '../../domain/billing/account.ts';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { headKeys, headSigner, newHeadKeyPem } from '../audit/head-key.ts';
import { openLogTree } from '../audit/log-tree.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, testContext, type World } from '../runtime/testing/world.ts';
import { exportPeriod } from './export-period.ts';
import { verifyExport } from './verify-export.ts';

const ACCOUNTS = 150;
const GRANTS = 400;
const ROWS = ACCOUNTS * GRANTS * 2;
const MEBIBYTE = 1024 * 1024;
/** All rows at once would take more than twice as much. */
const MOST = 72 * MEBIBYTE;

/** The most that the process held beyond what it had at the begin, sampled at every call. */
const watch = () => {
  const begin = process.memoryUsage().rss;
  let most = begin;
  let calls = 0;
  return {
    onProgress: (): void => {
      calls += 1;
      most = Math.max(most, process.memoryUsage().rss);
    },
    grown: (): number => most - begin,
    calls: (): number => calls,
  };
};

describe('an export of many rows', { timeout: 240_000 }, () => {
  let world: World;
  let folder: string;
  beforeAll(async () => {
    world = await createWorld();
    folder = await mkdtemp(join(tmpdir(), 'iama-finance-many-'));
    for (let user = 0; user < ACCOUNTS; user += 1) {
      const userId = `u${user}`;
      const granted = (lot: number): CreditsGranted => ({
        type: 'CreditsGranted',
        data: {
          userId,
          lotId: `l${lot}`,
          source: 'GOODWILL',
          microCredits: 1_000 + lot,
          expiresAt: null,
          period: null,
          reference: 'r',
          at: '2026-10-20T10:00:00.000Z',
        },
      });
      await world.append(accountStream(userId), ...Array.from({ length: GRANTS }, (_, lot) => granted(lot)));
    }
    const data = { period: '2026-10', at: '2026-11-01T00:00:00.000Z' };
    const execution = { context: testContext() };
    await execute(periodCommands.ClosePeriod, { type: 'ClosePeriod', data }, world.log, {}, execution);
    await world.run({ projections: [ledgerPostings] });
    await world.caughtUp(projectionSubscriptionId(ledgerPostings));
  }, 240_000);
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  it(`[BIL-17] writes and verifies ${ROWS} rows in bounded memory, and tells how far it is`, async () => {
    const signer = headSigner(newHeadKeyPem());
    const tree = openLogTree(world.pool, { signer, origin: 'iama-test', now: () => new Date() });
    const parts = { store: world.log, pool: world.pool, tree, signer, now: () => new Date() };
    const order = { period: '2026-10', format: 'csv', version: null, folder } as const;
    const writing = watch();
    const actor = { type: 'admin', id: 'test' } as const;
    const manifest = await exportPeriod(parts, { ...order, actor, onProgress: writing.onProgress });
    const reading = watch();
    await verifyExport(folder, headKeys(signer.publicKeyPem), { onProgress: reading.onProgress });
    expect(manifest.rows).toBe(ROWS);
    expect(writing.calls()).toBeGreaterThan(50);
    expect(reading.calls()).toBeGreaterThan(10);
    expect([writing.grown() < MOST, reading.grown() < MOST]).toEqual([true, true]);
  });
});
