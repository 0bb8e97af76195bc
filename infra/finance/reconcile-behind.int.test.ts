import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usageStream } from '../../domain/billing/usage.ts';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { usageLedger } from '../../projections/billing/usage-ledger.ts';
import { refactorJobs } from '../../projections/refactoring/refactor-jobs.ts';
import { openSession } from '../postgres/pool.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, eventually, type World } from '../runtime/testing/world.ts';
import { reconcile } from './reconcile.ts';
import { lostCall } from './testing/lost-call.ts';
import type { VarianceLine } from './variance.ts';

const AT = '2026-11-20T10:00:00.000Z';
const TABLES = [ledgerPostings, refactorJobs, usageLedger];

const lost = (jobId: string) => lostCall({ userId: 'u', jobId, at: AT });

describe('the reconciliation of tables that lag behind the log', () => {
  let world: World;
  let runtime: Awaited<ReturnType<World['run']>>;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  const runs = () => world.run({ projections: TABLES });
  const caughtUp = async (): Promise<void> => {
    for (const table of TABLES) await world.caughtUp(projectionSubscriptionId(table));
  };
  const reconciled = async (patienceMs?: number): Promise<readonly VarianceLine[]> => {
    const lines: VarianceLine[] = [];
    const parts = {
      db: world.pool,
      store: world.log,
      statements: null,
      agreedFees: async () => null,
      now: new Date(),
    };
    const own = patienceMs === undefined ? parts : { ...parts, patienceMs };
    await reconcile(own, '2026-11', (line) => lines.push(line));
    return lines;
  };

  it('[BIL-15] [BIL-05] says so where nothing takes them on, waits where they follow, and misses no call that was lost', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const behind = { code: 'LEDGER_BEHIND', data: { table: 'usage-ledger' } };
    await world.append(usageStream('u'), lost(first));
    // Nobody has begun to build them.
    const lagging = () => reconciled(0).catch((error) => error.data?.table);
    await eventually(async () => (await lagging()) === 'usage-ledger');
    runtime = await runs();
    await caughtUp();
    await runtime.stop();
    expect((await reconciled(0)).map(({ jobId }) => jobId)).toEqual([first]);

    await world.append(usageStream('u'), lost(second));
    await expect(reconciled(300)).rejects.toMatchObject(behind);
    const waiting = reconciled();
    runtime = await runs();
    expect((await waiting).map(({ jobId }) => jobId).sort()).toEqual([first, second].sort());
  });

  it('[BIL-15] [BIL-05] waits for what was written and has no place in the log yet', async () => {
    const unplaced = randomUUID();
    const owner = await openSession({ connectionString: world.ownerUrl });
    await owner.query('begin; lock table event_log in share mode');
    await world.append(usageStream('u'), lost(unplaced));
    await expect(reconciled(0)).rejects.toMatchObject({
      code: 'LEDGER_BEHIND',
      data: { table: 'event_log' },
    });
    const waiting = reconciled();
    await owner.query('commit');
    await owner.end();
    expect((await waiting).map(({ jobId }) => jobId)).toContain(unplaced);
  });

  it('[BIL-15] is held up by no event that they do not hear of, and by one of theirs that could not be processed, also where it was skipped', async () => {
    await runtime.stop();
    await world.append('other-1', { type: 'NobodyHearsOfThis', data: {} });
    const known = await reconciled(0);
    await world.pool.query(
      `insert into runtime.dead_letters (subscription, partition, lane, position, event_type, stream_name, status, attempts, error)
       values ($1, 0, 'l', 1, 'UsageRecorded', 's', 'parked', 3, 'planted')`,
      [projectionSubscriptionId(usageLedger)],
    );
    await expect(reconciled(0)).rejects.toMatchObject({
      code: 'LEDGER_INCOMPLETE',
      message: expect.stringMatching(/UsageRecorded of s, .*iama dead-letters inspect \d+/),
      data: { table: 'usage-ledger', position: '1' },
    });
    await world.pool.query(`update runtime.dead_letters set status = 'skipped'`);
    await expect(reconciled(0)).rejects.toMatchObject({ code: 'LEDGER_INCOMPLETE' });
    await world.pool.query('delete from runtime.dead_letters');
    expect(await reconciled(0)).toEqual(known);
  });
});
