import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usageStream } from '../../domain/billing/usage.ts';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { usageLedger } from '../../projections/billing/usage-ledger.ts';
import { refactorJobs } from '../../projections/refactoring/refactor-jobs.ts';
import { openSession } from '../postgres/pool.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, eventually, type World } from '../runtime/testing/world.ts';
import { reconciler } from './reconciler.ts';
import { lostCall } from './testing/lost-call.ts';

/** More than a page of the database has, and more than an answer holds. */
const LOST = 2_003;

const lost = (index: number) =>
  lostCall({ userId: 'u', jobId: `j${index}`, at: '2026-11-20T10:00:00.000Z', atMost: 2 });

const rules = { setting: async () => null } as unknown as Parameters<typeof reconciler>[0]['rules'];

describe('the reconciliation for operators elsewhere', { timeout: 60_000 }, () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
    await world.append(usageStream('u'), ...Array.from({ length: LOST }, (_, index) => lost(index)));
    const projections = [ledgerPostings, refactorJobs, usageLedger];
    await world.run({ projections });
    for (const projection of projections) await world.caughtUp(projectionSubscriptionId(projection));
  });
  afterAll(() => world.close());

  it('[BIL-15] counts and adds up every line, gives the first thousand, and says how many it left out', async () => {
    const parts = { direct: { connectionString: world.url }, store: world.log, statements: null, rules };
    const reconcile = reconciler(parts);
    const [found, refused] = await Promise.allSettled([reconcile('2026-11'), reconcile('2026-11')]);
    expect(refused).toMatchObject({ reason: { code: 'RECONCILIATION_RUNNING' } });
    if (found.status !== 'fulfilled') throw found.reason;
    const { lines, leftOut, variances, unexplained } = found.value;
    expect([lines.length, leftOut, unexplained]).toEqual([1_000, LOST - 1_000, 0]);
    expect(variances).toEqual({ MICRO_CREDIT: { over: 0, under: -2 * LOST } });
  });

  it('[BIL-15] [ES-15] tells whoever asked that its session was lost while the provider was asked; the process goes on', async () => {
    const direct = { connectionString: world.directUrl, application_name: 'reconciler' };
    const loseSession = async (): Promise<void> => {
      const other = await openSession({ connectionString: world.ownerUrl });
      const ours = 'from pg_stat_activity where application_name = $1 and datname = current_database()';
      await other.query(`select pg_terminate_backend(pid) ${ours}`, [direct.application_name]);
      await eventually(
        async () => (await other.query(`select ${ours}`, [direct.application_name])).rowCount === 0,
      );
      await other.end();
    };
    const statements = {
      // biome-ignore lint/correctness/useYield: nothing was moved.
      async *movements(): AsyncGenerator<never> {
        await loseSession();
      },
    } as unknown as Parameters<typeof reconciler>[0]['statements'];
    await expect(reconciler({ direct, store: world.log, statements, rules })('2026-11')).rejects.toThrow();
    expect((await world.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});
