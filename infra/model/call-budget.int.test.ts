import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi, type TestUser } from '../http/testing/api.ts';
import { jobScript } from '../http/testing/job-script.ts';
import { callBudget } from './call-budget.ts';

const CREDIT = 1_000_000;

describe('the budget of a running job', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  const now = () => new Date();
  const begun = async (
    tier: 'FREE' | 'PLUS',
  ): Promise<Readonly<{ user: TestUser; jobId: string; isHeld: boolean }>> => {
    const user = await api.user();
    const script = jobScript(api, user);
    const { userId } = user;
    await script.system({ type: 'AssignTier', data: { userId, tier, reason: 'r', at: script.at() } });
    return { user, jobId: await script.started(), isHeld: tier !== 'FREE' };
  };
  const dispatch = (
    { user: { userId }, jobId, isHeld }: Awaited<ReturnType<typeof begun>>,
    atMost: number,
    callKey: string = randomUUID(),
  ) => ({ jobId, userId, callKey, atMost, isHeld });
  const post = (user: TestUser, path: string, body: unknown) => api.call(user, 'POST', path, { body });
  const reached = { code: 'BUDGET_REACHED' };

  it('[BIL-08] [BIL-03] limits a job on FREE by the cap of its person, who may lift it and go on, and by what one may cost us', async () => {
    const free = await begun('FREE');
    const { user, jobId } = free;
    const budget = callBudget(api.log, now);
    const budgetOf = async () => (await api.call(user, 'GET', `/usage/job/${jobId}`)).body['budget'];
    await post(user, `/jobs/${jobId}/budget/cap`, { micro_credits: 2 * CREDIT });
    await expect(budget.reserve(dispatch(free, 3 * CREDIT))).rejects.toMatchObject(reached);
    expect(await budgetOf()).toMatchObject({ limit: 2 * CREDIT, most: 50 * CREDIT, missing: CREDIT });
    const { system, at } = jobScript(api, user);
    await system({ type: 'ReportBudgetReached', data: { jobId, at: at() } });
    await post(user, `/jobs/${jobId}/budget/cap`, { micro_credits: null });
    expect(await budgetOf()).toMatchObject({ cap: null, limit: 50 * CREDIT, missing: 0 });
    const confirmed = await post(user, `/jobs/${jobId}/escalation/confirm`, {});
    expect(confirmed.body).toMatchObject({ status: 'ANALYZING' });
    const call = dispatch(free, 50 * CREDIT);
    await budget.reserve(call);
    await budget.settle(call, 5 * CREDIT);
    await post(user, `/jobs/${jobId}/budget/cap`, { micro_credits: 90_000 * CREDIT });
    await expect(budget.reserve(dispatch(free, 45 * CREDIT + 1))).rejects.toMatchObject({
      ...reached,
      data: { limit: 50 * CREDIT },
    });
    await post(user, `/jobs/${jobId}/cancel`, {});
    const { body } = await api.call(user, 'GET', `/usage/job/${jobId}`);
    expect(body).toMatchObject({ settlement: { status: 'NONE', charged: 0 }, budget: { spent: 5 * CREDIT } });
  });

  it('[BIL-08] lets no call through beyond the hold', async () => {
    const budget = callBudget(api.log, now);
    const job = await begun('PLUS');
    await expect(budget.reserve(dispatch(job, 10 * CREDIT + 1))).rejects.toMatchObject(reached);
    await budget.reserve(dispatch(job, 10 * CREDIT));
    await expect(budget.reserve(dispatch(job, 1))).rejects.toMatchObject(reached);
  });

  it('[BIL-08] of twenty calls at once for credits of three, three are dispatched', async () => {
    const job = await begun('PLUS');
    const budget = callBudget(api.log, now);
    const calls = Array.from({ length: 20 }, () => budget.reserve(dispatch(job, 3 * CREDIT)));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(reached);
  });

  it('[BIL-08] keeps below the cap of the person, who sees what is spent', async () => {
    const job = await begun('PLUS');
    const { user, jobId } = job;
    const path = `/jobs/${jobId}/budget/cap`;
    const budget = callBudget(api.log, now);
    for (const wrong of [-1, 0.5, '1'])
      expect((await post(user, path, { micro_credits: wrong })).body['code']).toBe('VALIDATION_FAILED');
    expect((await post(await api.user(), path, { micro_credits: 1 })).body['code']).toBe('JOB_NOT_FOUND');
    const capped = await post(user, path, { micro_credits: 2 * CREDIT });
    expect(capped.body).toEqual({ job_id: jobId, cap: 2 * CREDIT, spent: 0, held: 10 * CREDIT });
    await expect(budget.reserve(dispatch(job, 2 * CREDIT + 1))).rejects.toMatchObject(reached);
    const call = dispatch(job, 2 * CREDIT);
    await budget.reserve(call);
    await budget.settle(call, 1_900_000);
    const { body } = await api.call(user, 'GET', `/usage/job/${jobId}`);
    expect(body['budget']).toEqual({
      cap: 2 * CREDIT,
      limit: 2 * CREDIT,
      most: null,
      spent: 1_900_000,
      reserved: 0,
      missing: 0,
      warned: [75, 90],
    });
    expect((await post(user, path, { micro_credits: null })).body['cap']).toBeNull();
    await budget.reserve(dispatch(job, 8 * CREDIT));
  });

  it('[BIL-04] [BIL-08] goes on after the person set more aside, and not beyond what the person has', async () => {
    const job = await begun('PLUS');
    const { user, jobId } = job;
    const path = `/jobs/${jobId}/budget/raise`;
    const budget = callBudget(api.log, now);
    const call = dispatch(job, 12 * CREDIT);
    await expect(budget.reserve(call)).rejects.toMatchObject(reached);
    expect(await post(user, path, { micro_credits: 9_000 * CREDIT })).toMatchObject({
      status: 409,
      body: { code: 'CREDITS_INSUFFICIENT' },
    });
    const headers = { 'idempotency-key': randomUUID() };
    for (let sent = 0; sent < 2; sent += 1) {
      const raised = await api.call(user, 'POST', path, { body: { micro_credits: 5 * CREDIT }, headers });
      expect(raised.body).toEqual({ job_id: jobId, held: 15 * CREDIT });
    }
    await budget.reserve(call);
    const free = await begun('FREE');
    expect(await post(free.user, `/jobs/${free.jobId}/budget/raise`, { micro_credits: 1 })).toMatchObject({
      status: 409,
      body: { code: 'HOLD_NOT_OPEN' },
    });
  });

  it('[BIL-08] asks before the first patch too: the job goes on where it asked, or ends', async () => {
    const job = await begun('PLUS');
    const { user, jobId } = job;
    const view = async () => (await api.call(user, 'GET', `/jobs/${jobId}`)).body;
    const budgetOf = async () => (await api.call(user, 'GET', `/usage/job/${jobId}`)).body['budget'];
    const budget = callBudget(api.log, now);
    const stopped = async (): Promise<void> => {
      await expect(budget.reserve(dispatch(job, 3 * CREDIT))).rejects.toMatchObject(reached);
      const { system, at } = jobScript(api, user);
      await system({ type: 'ReportBudgetReached', data: { jobId, at: at() } });
    };
    await post(user, `/jobs/${jobId}/budget/cap`, { micro_credits: 2 * CREDIT });
    await stopped();
    expect(await view()).toMatchObject({
      status: 'WAITING_ESCALATION_DECISION',
      escalation: { reason: 'BUDGET', to_class: 'L1' },
    });
    expect(await budgetOf()).toMatchObject({ limit: 2 * CREDIT, missing: CREDIT });
    await post(user, `/jobs/${jobId}/budget/cap`, { micro_credits: 3 * CREDIT });
    expect(await budgetOf()).toMatchObject({ missing: 0 });
    const confirmed = await post(user, `/jobs/${jobId}/escalation/confirm`, {});
    expect(confirmed.body).toMatchObject({ status: 'ANALYZING' });
    await post(user, `/jobs/${jobId}/budget/cap`, { micro_credits: CREDIT });
    await stopped();
    await post(user, `/jobs/${jobId}/escalation/decline`, {});
    expect(await view()).toMatchObject({
      status: 'FAILED',
      failure_class: 'REFUSED',
      reasons: [{ code: 'BUDGET_REACHED' }],
      escalation: null,
    });
  });
});
