import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { periodCommands } from '../../commands/billing/period-commands.ts';
import { execute } from '../../commands/kernel/execute.ts';
import { credits } from '../../domain/billing/credits.ts';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { headSigner, newHeadKeyPem } from '../audit/head-key.ts';
import { openLogTree } from '../audit/log-tree.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, testContext, type World } from '../runtime/testing/world.ts';
import { exportPeriod } from './export-period.ts';
import { charge, onAccount, onPlus } from './testing/accounts.ts';

const AT = '2026-11-20T10:00:00.000Z';

describe('the books of a ledger that lags behind the log', () => {
  let world: World;
  let folder: string;
  beforeAll(async () => {
    world = await createWorld();
    folder = await mkdtemp(join(tmpdir(), 'iama-finance-behind-'));
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('[BIL-14] are not written, and whole once it has caught up', async () => {
    const caughtUp = () => world.caughtUp(projectionSubscriptionId(ledgerPostings));
    const runtime = await world.run({ projections: [ledgerPostings] });
    await onAccount(world, onPlus('u1', AT));
    await caughtUp();
    await runtime.stop();
    await onAccount(world, ...charge('u1', 'j1', credits(4), AT));
    const data = { period: '2026-11', at: '2026-12-01T00:00:00.000Z' };
    const close = { type: 'ClosePeriod', data } as const;
    await execute(periodCommands.ClosePeriod, close, world.log, {}, { context: testContext() });

    const signer = headSigner(newHeadKeyPem());
    const now = () => new Date();
    const tree = openLogTree(world.pool, { signer, origin: 'iama-test', now });
    const actor = { type: 'admin', id: 'test' } as const;
    const order = { period: '2026-11', format: 'csv', version: null, folder, actor } as const;
    const written = () => exportPeriod({ store: world.log, pool: world.pool, tree, signer, now }, order);
    await expect(written()).rejects.toMatchObject({ code: 'LEDGER_BEHIND' });
    expect(await readdir(folder)).toEqual([]);

    await world.run({ projections: [ledgerPostings] });
    await caughtUp();
    // Granted, held, charged and released, of two legs each.
    expect((await written()).rows).toBe(8);

    const id = projectionSubscriptionId(ledgerPostings);
    // What an operator has resolved is no gap.
    await world.pool.query(
      `insert into runtime.dead_letters
        (subscription, partition, lane, position, event_type, stream_name, status, attempts, error)
       values ($1, 0, 'l', 1, 'HoldPosted', 's', 'resolved', 3, 'planted')`,
      [id],
    );
    expect((await written()).rows).toBe(8);
    // One part of it that lags is enough.
    await world.pool.query(
      `insert into runtime.partitions (subscription, partition, position) values ($1, 77, 1)`,
      [id],
    );
    await expect(written()).rejects.toMatchObject({ code: 'LEDGER_BEHIND' });
  });
});
