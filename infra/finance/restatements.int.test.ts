import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { periodCommands } from '../../commands/billing/period-commands.ts';
import { execute } from '../../commands/kernel/execute.ts';
import { credits } from '../../domain/billing/credits.ts';
import type { PeriodCommand } from '../../domain/billing/periods.ts';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { headKeys, headSigner, newHeadKeyPem } from '../audit/head-key.ts';
import { openLogTree } from '../audit/log-tree.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, testContext, type World } from '../runtime/testing/world.ts';
import { exportPeriod } from './export-period.ts';
import { type Manifest, manifestSha256 } from './manifest.ts';
import { charge, correct, onAccount, onPlus } from './testing/accounts.ts';
import { verifyExport } from './verify-export.ts';

const [OCTOBER, NOVEMBER] = ['2026-10-20T10:00:00.000Z', '2026-11-20T10:00:00.000Z'];
const AFTER = '2027-01-01T00:00:00.000Z';

describe('the versions of a month', () => {
  let world: World;
  let folder: string;
  const signer = headSigner(newHeadKeyPem());
  beforeAll(async () => {
    world = await createWorld();
    folder = await mkdtemp(join(tmpdir(), 'iama-finance-versions-'));
    await world.run({ projections: [ledgerPostings] });
    await onAccount(world, onPlus('u1', OCTOBER), ...charge('u1', 'j1', credits(4), OCTOBER));
    await books({ type: 'ClosePeriod', data: { period: '2026-10', at: AFTER } });
    await written('2026-10');
    // Late, of October; and then what is of November.
    await onAccount(world, correct('u1', 'j1', credits(1), OCTOBER));
    await onAccount(world, ...charge('u1', 'j2', credits(3), NOVEMBER));
    await books({ type: 'ClosePeriod', data: { period: '2026-11', at: AFTER } });
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  const books = async (command: PeriodCommand): Promise<void> => {
    await execute(periodCommands[command.type], command, world.log, {}, { context: testContext() });
    await world.caughtUp(projectionSubscriptionId(ledgerPostings));
  };
  const restated = (period: string): Promise<void> =>
    books({ type: 'RestatePeriod', data: { period, reason: 'late', at: AFTER } });
  const place = (period: string, version: number | null): string => join(folder, `${period}-${version}`);
  const written = async (period: string, version: number | null = null): Promise<Manifest> => {
    const now = () => new Date();
    const tree = openLogTree(world.pool, { signer, origin: 'iama-test', now });
    const actor = { type: 'admin', id: 'test' } as const;
    const order = { period, format: 'csv', version, folder: place(period, version), actor } as const;
    return exportPeriod({ store: world.log, pool: world.pool, tree, signer, now }, order);
  };
  /** Micro-credits that went in and out of what was used. */
  const used = ({ accounts }: Manifest) => {
    const found = accounts.find(({ account }) => account === 'sink.consumed');
    return [found?.opening, found?.debit, found?.credit].map((amount) => Number(amount) / credits(1));
  };

  it('[BIL-16] have what came late where it was booked, and by their dates once restated', async () => {
    expect(used(await written('2026-10', 1))).toEqual([0, 4, 0]);
    expect(used(await written('2026-11', 1))).toEqual([4, 3, 1]);
    await restated('2026-11');
    expect(used(await written('2026-11'))).toEqual([3, 3, 0]);
    await restated('2026-10');
    expect(used(await written('2026-10'))).toEqual([0, 4, 1]);
    expect(used(await written('2026-11', 1))).toEqual([4, 3, 1]);
  });

  it('[BIL-16] each name the one that they replace, and follow the first of the month before', async () => {
    await restated('2026-10');
    const [first, second, third] = [
      await written('2026-10', 1),
      await written('2026-10', 2),
      await written('2026-10', 3),
    ];
    expect(first.replaces).toBeNull();
    expect(second.replaces).toEqual({ version: 1, manifest_sha256: manifestSha256(first) });
    expect(third.replaces).toEqual({ version: 2, manifest_sha256: manifestSha256(second) });
    for (const version of [1, 2])
      expect((await written('2026-11', version)).previous).toEqual({
        period: '2026-10',
        manifest_sha256: manifestSha256(first),
      });
    const following = (version: number, previous: number) =>
      verifyExport(place('2026-11', version), headKeys(signer.publicKeyPem), {
        previous: place('2026-10', previous),
      });
    for (const version of [1, 2]) {
      expect(await following(version, 1)).toMatchObject({ version });
      await expect(following(version, 2)).rejects.toMatchObject({ code: 'CHAIN_BROKEN' });
    }
  });
});
