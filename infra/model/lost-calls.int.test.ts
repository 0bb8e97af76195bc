import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelCalled } from '../../domain/refactoring/job/events.ts';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import { lostCalls } from '../../processors/billing/lost-calls.ts';
import { commandBus } from '../commands/command-bus.ts';
import { reconcileLost } from '../finance/reconcile-lost.ts';
import { Tally, type VarianceLine } from '../finance/variance.ts';
import { startTestApi, type TestApi, type TestUser } from '../http/testing/api.ts';
import { jobScript } from '../http/testing/job-script.ts';
import { Runtime } from '../runtime/runtime.ts';
import { callBudget, callKeys, type Dispatch } from './call-budget.ts';
import { failedCalls } from './failed-calls.ts';
import { breakersNow } from './route-breakers.ts';
import { DISPATCHED } from './testing/router-questions.ts';

const price = { version: 'v1', input: 1_000, cached: 100, output: 10_000 };

describe('a call whose process dies', () => {
  let api: TestApi;
  let runtime: Runtime;
  beforeAll(async () => {
    api = await startTestApi();
    runtime = new Runtime({
      pool: api.pool,
      log: api.log,
      bus: commandBus(api.log, api.services),
      projections: [],
      processManagers: [lostCalls(6_000)],
      reactors: [],
      report: () => undefined,
    });
    await runtime.start();
  });
  afterAll(async () => {
    await runtime.stop();
    await api.close();
  });

  const now = () => new Date();
  const begun = async (): Promise<Readonly<{ user: TestUser; jobId: string }>> => {
    const user = await api.user();
    return { user, jobId: await jobScript(api, user).started() };
  };
  const dispatchOf = (jobId: string, userId: string, question: string): Dispatch => ({
    jobId,
    userId,
    callKey: callKeys(question)(0),
    atMost: 9_000,
    isHeld: false,
    call: { ...DISPATCHED, price },
  });
  const callsIn = async (jobId: string) =>
    (await api.log.read<ModelCalled>(jobStream(jobId))).events.flatMap(({ type, data }) =>
      type === 'ModelCalled' ? [data.call] : [],
    );
  const usage = async ({ user, jobId }: Awaited<ReturnType<typeof begun>>) =>
    (await api.call(user, 'GET', `/usage/job/${jobId}`)).body;
  const linesOf = async (jobId: string): Promise<readonly VarianceLine[]> => {
    const lines: VarianceLine[] = [];
    const bounds = [new Date(0).toISOString(), new Date(Date.now() + 86_400_000).toISOString()];
    await reconcileLost(api.pool, bounds, new Tally((line) => lines.push(line), now()));
    return lines.filter((line) => line.jobId === jobId);
  };

  it('[BIL-05] [BIL-15] [BIL-06] between the budget and the log is told as lost, charged to nobody, and named by the reconciliation', async () => {
    const budget = callBudget(api.log, now);
    const [asking, answered, told] = [await begun(), await begun(), await begun()];
    // One dies while it asks, one between the budget and the log, and one lives.
    await budget.reserve(dispatchOf(asking.jobId, asking.user.userId, 'a'));
    const known = dispatchOf(answered.jobId, answered.user.userId, 'b');
    await budget.reserve(known);
    await budget.settle(known, 24);
    const lived = dispatchOf(told.jobId, told.user.userId, 'c');
    await budget.reserve(lived);
    await failedCalls(api.log, now).record(told.jobId, {
      ...DISPATCHED,
      price,
      inputTokens: 5,
      cachedTokens: 0,
      outputTokens: 0,
      latencyMs: 1,
      outcome: 'HALTED',
      callKey: lived.callKey,
    });
    await api.settled(async () => (await callsIn(asking.jobId)).length > 0);
    await api.settled(async () => (await linesOf(answered.jobId)).length > 0);
    await api.settled(async () => (await linesOf(asking.jobId)).length > 0);
    const nothing = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, price };
    expect(await callsIn(asking.jobId)).toMatchObject([{ outcome: 'LOST', atMost: 9_000, ...nothing }]);
    expect(await callsIn(answered.jobId)).toMatchObject([
      { outcome: 'LOST', atMost: 24, ...nothing, callKey: known.callKey },
    ]);
    for (const [of, expected] of [
      [asking, 9_000],
      [answered, 24],
    ] as const) {
      const { userId } = of.user;
      expect(await linesOf(of.jobId)).toMatchObject([
        { reason: 'CALL_LOST', userId, unit: 'MICRO_CREDIT', expected, booked: 0, variance: -expected },
      ]);
      expect(await usage(of)).toMatchObject({
        total_micro_credits: 0,
        entries: [{ failure_class: 'CALL_LOST', billable: false, micro_credits: 0 }],
      });
    }
    // Nobody knows how its route did.
    expect((await breakersNow(api.pool, Date.now())).map(({ gateway }) => gateway)).not.toContain('g');
    expect((await callsIn(told.jobId)).map(({ outcome }) => outcome)).toEqual(['HALTED']);
    expect(await linesOf(told.jobId)).toEqual([]);
  });

  it('[BIL-05] is not lost where the end of it stands in the log, however late that is heard', async () => {
    const { user, jobId } = await begun();
    const { system, at } = jobScript(api, user);
    const call = { ...DISPATCHED, price, inputTokens: 0, cachedTokens: 0, outputTokens: 0, latencyMs: 0 };
    const record = (outcome: 'HALTED' | 'LOST', callKey: string) =>
      system({ type: 'RecordFailedCall', data: { jobId, at: at(), call: { ...call, outcome, callKey } } });
    await record('HALTED', 'k');
    await record('LOST', 'k');
    await record('LOST', 'other');
    expect((await callsIn(jobId)).map(({ outcome, callKey }) => [outcome, callKey])).toEqual([
      ['HALTED', 'k'],
      ['LOST', 'other'],
    ]);
  });
});
