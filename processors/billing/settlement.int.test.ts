import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountEvent } from '../../domain/billing/account/events.ts';
import { availableOf, heldOf } from '../../domain/billing/account/state.ts';
import { accountStream } from '../../domain/billing/account.ts';
import { type BudgetEvent, budget, budgetStream, reservedOf } from '../../domain/billing/budget.ts';
import { credits } from '../../domain/billing/credits.ts';
import { account } from '../../domain/billing/testing/seeded-account.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { Event } from '../../domain/kernel/message.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { commandBus } from '../../infra/commands/command-bus.ts';
import { chargeByJob } from '../../infra/finance/job-charges.ts';
import { startTestApi, type TestApi } from '../../infra/http/testing/api.ts';
import { emlFolder } from '../../infra/mail/eml-folder.ts';
import { personMails } from '../../infra/mail/person-mails.ts';
import { Runtime } from '../../infra/runtime/runtime.ts';
import { testContext } from '../../infra/runtime/testing/world.ts';
import { accountDeadlines } from './account-deadlines.ts';
import { jobSettlement } from './job-settlement.ts';
import { quotaAlert } from './quota-alert.ts';
import { sendQuotaAlertReactor } from './send-quota-alert.reactor.ts';
import { chargedJob } from './testing/charged-job.ts';

const NOW = new Date();
const at = NOW.toISOString();
/** 1 credit for 1,000 tokens. */
const price = { version: 'p', input: 1_000_000, cached: 1_000_000, output: 1_000_000 };

describe('the end of a hold', () => {
  let api: TestApi;
  let runtime: Runtime;
  let folder: string;
  beforeAll(async () => {
    api = await startTestApi();
    folder = await mkdtemp(join(tmpdir(), 'iama-mails-'));
    const emailOf = async (): Promise<string> => 'somebody@example.org';
    runtime = new Runtime({
      pool: api.pool,
      log: api.log,
      bus: commandBus(api.log, api.services),
      projections: [],
      processManagers: [jobSettlement, accountDeadlines, quotaAlert],
      reactors: [sendQuotaAlertReactor(personMails({ mailer: emlFolder(folder), emailOf }))],
      report: () => undefined,
    });
    await runtime.start();
  });
  afterAll(async () => {
    await runtime.stop();
    await api.close();
    await rm(folder, { recursive: true, force: true });
  });

  const append = (streamName: string, events: readonly Event[]) =>
    api.log.append([{ streamName, events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }], {
      context: testContext(),
    });

  const stateOf = async (userId: string) => {
    const { events } = await api.log.read<AccountEvent>(accountStream(userId));
    return { events, state: fold(account, events) };
  };

  /** PLUS, with a hold of 30 credits for the job. */
  const holder = async (userId: string, jobId: string, expiresAt?: string): Promise<void> => {
    const tier: AccountEvent = { type: 'TierAssigned', data: { userId, tier: 'PLUS', reason: 'r', at } };
    const claimed = account
      .decide(
        { type: 'ClaimJobSlot', data: { userId, jobId, estimate: credits(30), at } },
        account.evolve(account.initialState(), tier),
      )
      .map((event) =>
        event.type === 'HoldTaken' && expiresAt !== undefined
          ? { ...event, data: { ...event.data, expiresAt } }
          : event,
      );
    await append(accountStream(userId), [tier, ...claimed]);
  };

  it('[BIL-04] [BIL-06] a delivered job is charged what it used, and the ledger tells so', async () => {
    const [userId, jobId] = [randomUUID(), randomUUID()];
    await holder(userId, jobId);
    const job = chargedJob({ jobId, userId, hold: credits(30), at });
    const call = job.called({ stage: 'PATCH', attempt: 1, inputTokens: 10_000, outputTokens: 2_345, price });
    await append(`job-${jobId}`, [job.started, job.approved, call, job.passed]);
    await api.settled(async () => heldOf((await stateOf(userId)).state) === 0);
    const { state } = await stateOf(userId);
    expect(availableOf(state)).toBe(1_500_000_000 - 12_345_000);
    const balances = async () =>
      (
        await api.pool.query<{ account: string; balance: bigint }>(
          `select account, sum(amount)::bigint as balance from read.ledger_postings where user_id = $1
           group by account order by account`,
          [userId],
        )
      ).rows;
    const heldIn = async () =>
      (await balances()).find((row) => row.account === 'customer.held')?.balance === 0n;
    // What was used and what is given back of the hold are postings of their own.
    await api.settled(async () => (await balances()).length === 4 && (await heldIn()));
    expect(await balances()).toEqual([
      { account: 'customer.available', balance: 1_487_655_000n },
      { account: 'customer.held', balance: 0n },
      { account: 'sink.consumed', balance: 12_345_000n },
      { account: 'source.granted', balance: -1_500_000_000n },
    ]);
  });

  it('[BIL-06] [LLM-03] a job that was cancelled is charged what its last call had used when it was stopped', async () => {
    const [userId, jobId] = [randomUUID(), randomUUID()];
    await holder(userId, jobId);
    const job = chargedJob({ jobId, userId, hold: credits(30), at });
    const of = { jobId, userId, callKey: 'k', at };
    const reserved: BudgetEvent = {
      type: 'CallReserved',
      data: { ...of, atMost: credits(9), hold: credits(30) },
    };
    const cancelled: JobEvent = {
      type: 'JobCancelled',
      data: { jobId, at, by: userId, forced: false, failureClass: 'USER_CANCELLED' },
    };
    await append(`job-${jobId}`, [job.started, job.approved, job.called({ inputTokens: 4_000, price })]);
    await append(budgetStream(jobId), [reserved]);
    await append(`job-${jobId}`, [cancelled]);
    await append(`job-${jobId}`, [job.called({ inputTokens: 1_000, price, outcome: 'STOPPED' })]);
    await append(budgetStream(jobId), [
      { type: 'CallSettled', data: { ...of, microCredits: credits(1) } } satisfies BudgetEvent,
    ]);
    await api.settled(async () => heldOf((await stateOf(userId)).state) === 0);
    const { state } = await stateOf(userId);
    expect(availableOf(state)).toBe(credits(1_500 - 5));
    expect(await chargeByJob(api.log, jobId, new Date())).toBe(credits(5));
  });

  it('[BIL-08] [JOB-05] what a process reserved that died is free again when its client was missed, though nobody asks the same again', async () => {
    const [userId, jobId] = [randomUUID(), randomUUID()];
    const job = chargedJob({ jobId, userId, hold: credits(30), at });
    const of = { jobId, userId, callKey: 'k', at };
    const missed: JobEvent = {
      type: 'ClientHeartbeatMissed',
      data: { jobId, at, lastSeenAt: at, graceDeadlineAt: at },
    };
    await append(`job-${jobId}`, [job.started]);
    await append(budgetStream(jobId), [
      { type: 'CallReserved', data: { ...of, atMost: credits(9), hold: credits(30) } } satisfies BudgetEvent,
    ]);
    await append(`job-${jobId}`, [missed]);
    const key = `timer/job-settlement/${jobId}/call-k`;
    const isDue = `update graphile_worker._private_jobs set run_at = now() where key = $1`;
    await api.settled(async () => (await api.pool.query(isDue, [key])).rowCount === 1);
    const reserved = async () => {
      const { events } = await api.log.read<BudgetEvent>(budgetStream(jobId));
      return reservedOf(fold(budget, events));
    };
    await api.settled(async () => (await reserved()) === 0);
  });

  it('[BIL-10] the crossing of a threshold reaches the person by mail, once', async () => {
    const userId = randomUUID();
    const tier: AccountEvent = { type: 'TierAssigned', data: { userId, tier: 'PLUS', reason: 'r', at } };
    let state = account.evolve(account.initialState(), tier);
    const events: AccountEvent[] = [tier];
    for (const jobId of ['a', 'b'])
      for (const command of [
        { type: 'ClaimJobSlot', data: { userId, jobId, estimate: credits(650), at } },
        {
          type: 'SettleHold',
          data: {
            userId,
            holdId: jobId,
            jobId,
            microCredits: credits(650),
            chargeClass: 'SUCCESS',
            at,
          },
        },
      ] as const) {
        const decided = account.decide(command, state);
        state = decided.reduce(account.evolve, state);
        events.push(...decided);
      }
    expect(events.filter(({ type }) => type === 'QuotaAlertRaised')).toHaveLength(1);
    await append(accountStream(userId), events);
    const mails = async () => (await readdir(folder)).filter((name) => name.endsWith('.eml'));
    await api.settled(async () => (await mails()).length > 0);
    const [mail = '', ...others] = await mails();
    expect(others).toEqual([]);
    const [head = '', body = ''] = (await readFile(join(folder, mail), 'utf8')).split('\r\n\r\n');
    expect(head).toContain('To: somebody@example.org');
    expect(Buffer.from(body, 'base64').toString()).toContain('You have used 1300 of 1500 credits');
  });

  it('[BIL-04] a hold that nobody settles is released when it expires', async () => {
    const [userId, jobId] = [randomUUID(), randomUUID()];
    await holder(userId, jobId, new Date(Date.now() + 1_000).toISOString());
    expect(heldOf((await stateOf(userId)).state)).toBe(credits(30));
    await api.settled(async () => heldOf((await stateOf(userId)).state) === 0);
    const { events, state } = await stateOf(userId);
    expect(events.at(-1)).toMatchObject({ type: 'HoldReleased', data: { reason: 'EXPIRED' } });
    expect(availableOf(state)).toBe(credits(1_500));
  });
});
