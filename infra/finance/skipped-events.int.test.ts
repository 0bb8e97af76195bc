import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FullProjection } from '../../domain/kernel/projection.ts';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { usageLedger } from '../../projections/billing/usage-ledger.ts';
import { refactorJobs } from '../../projections/refactoring/refactor-jobs.ts';
import { DeadLetters } from '../runtime/dead-letters.ts';
import { replayProjection } from '../runtime/projection-replay.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, eventually, testContext, type World } from '../runtime/testing/world.ts';
import { reconcile } from './reconcile.ts';
import { onAccount, onPlus } from './testing/accounts.ts';
import { type Books, openBooks } from './testing/books.ts';
import { lostCall } from './testing/lost-call.ts';

const PERIOD = '2026-10';
const AT = '2026-10-20T10:00:00.000Z';

/** A release that cannot book what is granted, or what is used; the next one can. */
let isBroken = true;
const brokenUsage: typeof usageLedger = {
  ...usageLedger,
  evolve(row, event, key) {
    if (isBroken && event.type === 'UsageRecorded') throw new Error('this release cannot book it');
    return usageLedger.evolve(row, event, key);
  },
};
const broken: typeof ledgerPostings = {
  ...ledgerPostings,
  evolve(row, event, key) {
    if (isBroken && event.type === 'CreditsGranted') throw new Error('this release cannot book it');
    return (ledgerPostings as FullProjection<never, never>).evolve(
      row as never,
      event as never,
      key,
    ) as never;
  },
};

describe('an event of the ledger that was skipped', { timeout: 120_000 }, () => {
  let world: World;
  let books: Books;
  beforeAll(async () => {
    world = await createWorld();
    books = await openBooks(world);
    await world.run({ projections: [broken, brokenUsage, refactorJobs] });
  });
  afterAll(async () => {
    await books.remove();
    await world.close();
  });

  const reconciled = async (patienceMs?: number) => {
    const { unexplained } = await reconcile(
      {
        db: world.pool,
        store: world.log,
        statements: null,
        agreedFees: async () => null,
        now: new Date('2026-12-24T00:00:00.000Z'),
        ...(patienceMs === undefined ? {} : { patienceMs }),
      },
      PERIOD,
      () => undefined,
    );
    return unexplained;
  };
  const decision = () => ({
    actor: { type: 'admin' as const, id: randomUUID() },
    reason: 'the next release can book it',
    context: testContext(),
  });

  it('[BIL-15] [BIL-14] [ES-11] is booked where it is tried again under a release that can, and its month closes then', async () => {
    const letters = new DeadLetters(world.pool, world.log, [projectionSubscriptionId(ledgerPostings)]);
    const of = async (status: 'parked' | 'skipped' | 'resolved') => letters.list({ status });
    await onAccount(world, onPlus('u', AT));
    await eventually(async () => (await of('parked')).length === 1);
    const [{ id } = { id: '' }] = await of('parked');
    await letters.skip(id, decision());
    await expect(reconciled(0)).rejects.toMatchObject({ code: 'LEDGER_INCOMPLETE' });

    // Tried again too early it waits again, and nothing was decided for ever.
    await letters.retry(id, decision());
    await eventually(async () => (await of('parked')).length === 1);
    await letters.skip(id, decision());
    isBroken = false;
    await letters.retry(id, decision());
    await eventually(async () => (await of('resolved')).length === 1);

    expect(await reconciled()).toBe(0);
    const { rows } = await world.pool.query(
      `select sum(amount)::int as sum, count(*)::int as legs from read.ledger_postings where kind = 'CreditsGranted'`,
    );
    expect(rows).toEqual([{ sum: 0, legs: 2 }]);
    await books.change({
      type: 'ClosePeriod',
      data: { period: PERIOD, at: '2026-12-24T00:00:00.000Z' },
    } as Parameters<Books['change']>[0]);
    // The close has its place in the log a moment later.
    const written = () =>
      books.write(PERIOD, 'closed').then(
        ({ period }) => period,
        (error: unknown) => error,
      );
    await expect.poll(written).toBe(PERIOD);
  });

  it('[BIL-15] [BIL-05] [ES-11] of the usage is taken back to before what was booked since, and the month is refused until then', async () => {
    isBroken = true;
    const subscription = projectionSubscriptionId(usageLedger);
    const letters = new DeadLetters(world.pool, world.log, [subscription]);
    const of = async (status: 'parked' | 'skipped' | 'resolved') => letters.list({ status, subscription });
    const call = lostCall({ userId: 'u', jobId: 'j', at: AT });
    const { entryKey, jobId } = call.data;
    const waived = { userId: 'u', jobId, entryKey, failureClass: 'INFRA_FAILURE', at: AT } as const;
    await world.append('usage-j', call);
    await eventually(async () => (await of('parked')).length === 1);
    const [{ id } = { id: '' }] = await of('parked');
    await letters.skip(id, decision());
    await world.append('usage-j', { type: 'UsageWaived', data: waived });
    await world.caughtUp(subscription);
    await expect(reconciled(0)).rejects.toMatchObject({
      code: 'LEDGER_INCOMPLETE',
      data: { table: 'usage-ledger', deadLetter: id },
    });
    isBroken = false;
    await letters.retry(id, decision());
    await eventually(async () => (await of('resolved')).length === 1);
    const { rows } = await world.pool.query(
      'select failure_class, billable, waived_by is not null as waived from read.usage_ledger',
    );
    expect(rows).toEqual([{ failure_class: 'INFRA_FAILURE', billable: false, waived: true }]);
    expect(await replayProjection(usageLedger, world)).toMatchObject({ differingRows: 0, rowsLive: 1 });
    expect(await reconciled()).toBe(0);
  });

  it('[ES-11] stays skipped for ever where more than a table was made of what followed it', async () => {
    const letters = new DeadLetters(world.pool, world.log, [projectionSubscriptionId(ledgerPostings)]);
    await world.pool.query(
      `insert into runtime.dead_letters (subscription, partition, lane, position, event_type, stream_name, status, attempts, error)
       values ('process usage-metering', 0, 'job-1', 1, 'UsageRecorded', 's', 'skipped', 3, 'planted')`,
    );
    const [planted] = await letters.list({ status: 'skipped' });
    await expect(letters.retry(planted?.id ?? '', decision())).rejects.toMatchObject({
      code: 'DEAD_LETTER_SETTLED',
    });
    // What was processed is never processed again.
    const [done] = await letters.list({ status: 'resolved' });
    await expect(letters.retry(done?.id ?? '', decision())).rejects.toMatchObject({
      code: 'DEAD_LETTER_SETTLED',
    });
  });
});
