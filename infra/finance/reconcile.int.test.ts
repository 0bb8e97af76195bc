import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountCommand } from '../../domain/billing/account/commands.ts';
import { type BudgetEvent, budgetStream } from '../../domain/billing/budget.ts';
import { credits } from '../../domain/billing/credits.ts';
import { usageStream } from '../../domain/billing/usage.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import * as journeys from '../../domain/refactoring/job/testing/journey.ts';
import { AT, call, JOB, OWNER } from '../../domain/refactoring/job/testing/samples.ts';
import { ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import { usageLedger } from '../../projections/billing/usage-ledger.ts';
import { refactorJobs } from '../../projections/refactoring/refactor-jobs.ts';
import { projectionSubscriptionId } from '../runtime/projection-subscription.ts';
import { createWorld, type World } from '../runtime/testing/world.ts';
import { reconcile } from './reconcile.ts';
import { charge, correct, onAccount, onPlus } from './testing/accounts.ts';
import { lostCall } from './testing/lost-call.ts';
import type { Reconciled, VarianceLine } from './variance.ts';

/** A credit per 1,000 tokens. */
const price = { version: 'v1', input: credits(1), cached: 0, output: 0 };

describe('the reconciliation of a period', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
    await world.run({ projections: [ledgerPostings, refactorJobs, usageLedger] });
  });
  afterAll(() => world.close());

  /** A delivered job of a person, with one call of so many thousand tokens. */
  const delivered = async (userId: string, thousands: number, jobId = randomUUID()): Promise<string> => {
    const { events } = journeys.delivered('PLUS');
    const used = call({ gateway: 'g', model: 'm', modelClass: 'L1', inputTokens: thousands * 1_000, price });
    const called: JobEvent = {
      type: 'ModelCalled',
      data: { jobId: JOB, ownerId: OWNER, at: AT, call: used },
    };
    const approved = events.findIndex(({ type }) => type === 'SpecApproved');
    const story = JSON.stringify(events.toSpliced(approved + 1, 0, called));
    const own: JobEvent[] = JSON.parse(story.replaceAll(JOB, jobId).replaceAll(OWNER, userId));
    await world.append(jobStream(jobId), ...own);
    return jobId;
  };
  const given = (...commands: readonly AccountCommand[]): Promise<void> => onAccount(world, ...commands);
  /** Before its job: a call that nobody ever settled. */
  const reserved = (userId: string, jobId: string): Promise<unknown> =>
    world.append(budgetStream(jobId), {
      type: 'CallReserved',
      data: { jobId, userId, callKey: 'k', atMost: credits(9), hold: credits(10), at: AT },
    } satisfies BudgetEvent);
  const reconciled = async (
    now = new Date(),
  ): Promise<Reconciled & Readonly<{ lines: readonly VarianceLine[] }>> => {
    for (const projection of [ledgerPostings, refactorJobs, usageLedger])
      await world.caughtUp(projectionSubscriptionId(projection));
    const lines: VarianceLine[] = [];
    const parts = {
      db: world.pool,
      store: world.log,
      statements: null,
      agreedFees: async () => null,
      now,
    };
    const sum = await reconcile(parts, '2026-11', (line) => lines.push(line));
    return { ...sum, lines };
  };
  const of = (jobId: string, lines: readonly VarianceLine[]) =>
    lines.filter((line) => line.jobId === jobId).map(({ reason, variance }) => [reason, variance]);
  let ordinary: string;

  it('[BIL-15] explains every difference by its reason, and passes', async () => {
    ordinary = await delivered('u1', 4);
    const dear = await delivered('u1', 12);
    const corrected = await delivered('u1', 5);
    const free = await delivered('u2', 3);
    await given(
      onPlus('u1', AT),
      ...charge('u1', ordinary, credits(4), AT),
      ...charge('u1', dear, credits(12), AT),
      ...charge('u1', corrected, credits(5), AT),
      correct('u1', corrected, credits(1), AT),
      ...charge('u2', free, credits(3), AT),
    );
    const { lines, ...sum } = await reconciled();
    expect(sum).toEqual({
      period: '2026-11',
      jobs: 4,
      sales: 0,
      movements: 0,
      payouts: 0,
      invoices: 0,
      matched: 1,
      unexplained: 0,
      pending: 0,
      pendingUntil: null,
      feesUnchecked: 0,
      accountFees: {},
      variances: { MICRO_CREDIT: { over: 0, under: -credits(6) } },
    });
    expect(of(dear, lines)).toEqual([['ABOVE_HOLD', -credits(2)]]);
    expect(of(corrected, lines)).toEqual([['CORRECTED', -credits(1)]]);
    expect(of(free, lines)).toEqual([['NO_HOLD', -credits(3)]]);
  });

  it('[BIL-15] finds what nobody can explain, with both signs', async () => {
    const never = await delivered('u3', 4);
    const tooMuch = await delivered('u3', 4);
    const invented = randomUUID();
    await given(
      onPlus('u3', AT),
      ...charge('u3', tooMuch, credits(5), AT),
      ...charge('u3', invented, credits(2), AT),
      {
        type: 'GrantCredits',
        data: {
          userId: 'u3',
          lotId: 't',
          source: 'TOP_UP',
          microCredits: credits(100),
          expiresAt: null,
          reference: 'payment',
          at: AT,
        },
      },
    );
    const { lines, ...sum } = await reconciled();
    expect(of(never, lines)).toEqual([['UNEXPLAINED_CHARGE', -credits(4)]]);
    expect(of(tooMuch, lines)).toEqual([['UNEXPLAINED_CHARGE', credits(1)]]);
    expect(of(invented, lines)).toEqual([['UNEXPLAINED_CHARGE', credits(2)]]);
    expect(lines.filter(({ reference }) => reference !== null)).toMatchObject([
      { userId: 'u3', reference: 't', booked: credits(100), reason: 'UNEXPLAINED_SALE' },
    ]);
    expect(sum).toMatchObject({
      unexplained: 4,
      sales: 1,
      variances: { MICRO_CREDIT: { over: credits(103), under: -credits(10) } },
    });
  });

  it('[BIL-15] [ES-11] has what the table of jobs lacks of a job from its own story, and is held up by none of it', async () => {
    const { lines, ...sum } = await reconciled();
    const [never] = lines.filter(({ userId, variance }) => userId === 'u3' && variance === -credits(4));
    const jobId = never?.jobId ?? '';
    for (const [gap, change] of [
      ['skipped', `delete from read.refactor_jobs where job_id = $1`],
      ['parked', `update read.refactor_jobs set finished_at = null where job_id = $1`],
      ['skipped', `update read.refactor_jobs set finished_at = '2026-10-05' where job_id = $1`],
    ] as const) {
      const { rows } = await world.pool.query('select * from read.refactor_jobs where job_id = $1', [jobId]);
      await world.pool.query(change, [jobId]);
      await world.pool.query(
        `insert into runtime.dead_letters (subscription, partition, lane, position, event_type, stream_name, status, attempts, error)
         values ($1, 0, $2, 1, 'JobCompleted', $3, $4, 3, 'planted')`,
        [projectionSubscriptionId(refactorJobs), jobId, jobStream(jobId), gap],
      );
      expect(await reconciled()).toEqual({ ...sum, lines });
      await world.pool.query('delete from runtime.dead_letters');
      if (rows.length > 0)
        await world.pool.query(
          `insert into read.refactor_jobs select * from json_populate_record(null::read.refactor_jobs, $1)
           on conflict (job_id) do update set finished_at = excluded.finished_at`,
          [JSON.stringify(rows[0], (_key, value) => (typeof value === 'bigint' ? String(value) : value))],
        );
    }
    expect(await reconciled()).toEqual({ ...sum, lines });
  });

  it('[BIL-15] [ES-11] is held up by no event that the table of jobs could not apply', async () => {
    const { jobs, lines } = await reconciled();
    const jobId = await delivered('u5', 1);
    const broken = { type: 'ContextAttached', data: { jobId, ownerId: 'u5', at: AT } };
    await world.append(jobStream(jobId), broken);
    await expect
      .poll(async () => (await world.pool.query('select from runtime.dead_letters')).rowCount, {
        timeout: 30_000,
      })
      .toBe(1);
    const with5 = await reconciled();
    expect([with5.jobs, of(jobId, with5.lines)]).toEqual([jobs + 1, [['UNEXPLAINED_CHARGE', -credits(1)]]]);
    expect(with5.lines).toHaveLength(lines.length + 1);
  });

  it('[BIL-15] finds rows of the ledger that do not follow from the log', async () => {
    const times = (factor: string): Promise<unknown> =>
      world.pool.query(
        `update read.ledger_postings set amount = amount ${factor} where job_id = '${ordinary}' and kind = 'HoldPosted'`,
      );
    await times('* 2');
    expect(of(ordinary, (await reconciled()).lines)).toEqual([['UNEXPLAINED_POSTINGS', credits(4)]]);
    await times('/ 4');
    expect(of(ordinary, (await reconciled()).lines)).toEqual([['UNEXPLAINED_POSTINGS', -credits(2)]]);
  });

  it('[BIL-15] explains the charge of a job of which a call was never settled, once nothing more is waited for', async () => {
    const jobId = randomUUID();
    await reserved('u4', jobId);
    await delivered('u4', 4, jobId);
    await given(onPlus('u4', AT));
    expect(of(jobId, (await reconciled()).lines)).toEqual([]);
    await given(...charge('u4', jobId, credits(4), AT));
    const later = new Date(Date.now() + 3_600_000);
    expect(of(jobId, (await reconciled(later)).lines)).toEqual([]);
    await given(correct('u4', jobId, credits(1), AT));
    expect(of(jobId, (await reconciled(later)).lines)).toEqual([['CORRECTED', -credits(1)]]);
    await given(correct('u4', jobId, credits(2), AT, 'another'));
    expect(of(jobId, (await reconciled(later)).lines)).toEqual([['CORRECTED', -credits(3)]]);
  });

  it('[BIL-15] [BIL-05] names each call of the month that was lost, at what it can have cost, as explained', async () => {
    const [jobId, before, unpriced, free] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const known = await reconciled();
    const u5 = { userId: 'u5', at: AT };
    await world.append(
      usageStream('u5'),
      lostCall({ ...u5, jobId }),
      lostCall({ ...u5, jobId: before, at: '2026-10-31T23:59:59.999Z' }),
      lostCall({ ...u5, jobId: unpriced, atMost: null }),
      lostCall({ ...u5, jobId: free, atMost: 0 }),
    );
    const { lines, unexplained } = await reconciled();
    expect(of(jobId, lines)).toEqual([['CALL_LOST', -credits(7)]]);
    // Nobody knows what it costs, and one whose price is nothing costs nothing.
    expect(of(unpriced, lines)).toEqual([['CALL_LOST_UNPRICED', 0]]);
    expect([lines.length, unexplained]).toEqual([known.lines.length + 2, known.unexplained]);
  });
});
