import { describe, expect, it } from 'vitest';
import { type BudgetEvent, budgetStream, budget as decider } from '../../domain/billing/budget.ts';
import type { PriceList } from '../../domain/billing/prices.ts';
import { foldStream } from '../../domain/kernel/fold-stream.ts';
import { Postponed } from '../../domain/kernel/postponed.ts';
import { RECIPES_ONLY, type RouteTable } from '../../domain/operations/routes.ts';
import * as at from '../../domain/refactoring/job/testing/journey.ts';
import { AT, JOB, OWNER } from '../../domain/refactoring/job/testing/samples.ts';
import { cancel } from '../../domain/refactoring/job/testing/table/row.ts';
import { pricedCall } from '../../processors/billing/priced-call.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import { testContext } from '../runtime/testing/world.ts';
import { callBudget } from './call-budget.ts';
import type { Gateway, GatewayAnswer } from './gateway.ts';
import { ask, CLOSED, DISPATCHED, failures, gateway, PRICED } from './testing/router-questions.ts';

const ROUTES: RouteTable = { ...RECIPES_ONLY, L0: [{ gateway: 'g', model: 'm' }] };
const AT_MOST = 11_000;
const USED = { inputTokens: 5, cachedTokens: 1, outputTokens: 2 };
const COST = 24;

/** The budget of one job, and processes that ask the same question for it, one after the other. */
const shared = (prices: PriceList | null = PRICED) => {
  const log = openMemoryEventLog();
  const budget = callBudget(log, () => new Date(AT));
  const failedCalls = failures();
  const parts = { budget, prices, failedCalls };
  const journey = at.refactoring();
  return {
    told: failedCalls.told,
    ends: () => void journey.does(cancel),
    stands: async () => {
      const { state } = await foldStream(log, decider, budgetStream(JOB));
      return { spent: state.spent, reserved: Object.values(state.reserved) };
    },
    /** Of the log, as whoever looks for lost calls hears of it. */
    reservations: async () =>
      (await log.read<BudgetEvent>(budgetStream(JOB))).events.flatMap(({ type, data }) =>
        type === 'CallReserved' ? [data] : [],
      ),
    process: (asked: Gateway, { breakers = CLOSED, idempotencyKey = 'k', signal = endless() } = {}) =>
      ask(journey, [asked], { idempotencyKey }, ROUTES, signal, { ...parts, breakers }),
  };
};
const endless = (): AbortSignal => new AbortController().signal;

/** A gateway that answers when it is told to; `begun`: it was asked. */
const slow = () => {
  const begun = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<GatewayAnswer>();
  const asked: Gateway = {
    ...gateway('g', {}),
    ask: () => {
      begun.resolve();
      return answer.promise;
    },
  };
  return { asked, begun: begun.promise, answers: () => answer.resolve({ ...USED, output: {} }) };
};

describe('a question that another process takes over', () => {
  it('[BIL-08] keeps its call reserved until that is over, whatever the first process still settles', async () => {
    const { stands, process } = shared();
    const [first, second, stop] = [slow(), slow(), new AbortController()];
    const lost = process(first.asked, { signal: stop.signal });
    await first.begun;
    const taken = process(second.asked);
    await second.begun;
    expect(await stands()).toEqual({ spent: 0, reserved: [AT_MOST] });
    stop.abort(new Error('another worker took the job over'));
    first.answers();
    await expect(lost).rejects.toThrow('took the job over');
    expect(await stands()).toEqual({ spent: 0, reserved: [AT_MOST] });
    second.answers();
    await taken;
    expect(await stands()).toEqual({ spent: COST, reserved: [] });
  });

  it('[BIL-06] [BIL-04] is charged once where its job ends while both processes ask it', async () => {
    const { stands, process, told, ends } = shared();
    const [first, second, stop] = [slow(), slow(), new AbortController()];
    const lost = process(first.asked);
    await first.begun;
    const taken = process(second.asked, { signal: stop.signal });
    await second.begun;
    ends();
    stop.abort(new Error('the job has ended'));
    for (const { answers } of [first, second]) answers();
    await expect(lost).rejects.toBeInstanceOf(Postponed);
    await expect(taken).rejects.toThrow('the job has ended');
    expect(told.map(({ outcome }) => outcome).sort()).toEqual(['HALTED', 'STOPPED']);
    const charged = told.reduce((sum, call) => sum + pricedCall(call).microCredits, 0);
    expect(charged).toBe(COST);
    expect(await stands()).toEqual({ spent: COST, reserved: [] });
  });

  it('[BIL-05] is told of by the process that lost it, with what it used, and answered by the other one', async () => {
    const { stands, process, told } = shared();
    const [first, second] = [slow(), slow()];
    const lost = process(first.asked);
    await first.begun;
    const taken = process(second.asked);
    await second.begun;
    first.answers();
    await expect(lost).rejects.toBeInstanceOf(Postponed);
    expect(told).toMatchObject([{ outcome: 'HALTED', ...USED, callKey: expect.stringMatching(/^k:0:/) }]);
    second.answers();
    expect(await taken).toMatchObject({ call: { outcome: 'SUCCESS' } });
    expect(await stands()).toEqual({ spent: COST, reserved: [] });
  });

  it('[BIL-05] leaves a trace of its call where that has no price, and settles it', async () => {
    const { stands, process, reservations, told } = shared(null);
    const [dead, living] = [slow(), slow()];
    void process(dead.asked).catch(() => undefined);
    await dead.begun;
    const [trace] = await reservations();
    expect(trace).toMatchObject({
      atMost: 0,
      call: { stage: 'PATCH', gateway: 'g', model: 'm', ordinal: 0 },
    });
    expect(trace?.call).not.toHaveProperty('price');
    expect(await stands()).toEqual({ spent: 0, reserved: [0] });
    const taken = process(living.asked);
    await living.begun;
    living.answers();
    const { call } = await taken;
    expect(call).toMatchObject({ outcome: 'SUCCESS', callKey: (await reservations())[1]?.callKey });
    expect(await stands()).toEqual({ spent: 0, reserved: [] });
    dead.answers();
    await expect.poll(() => told.map(({ outcome }) => outcome)).toEqual(['HALTED']);
  });

  it('[BIL-05] [BIL-08] asks without a price also where nothing may be spent any more', async () => {
    const log = openMemoryEventLog();
    const budget = callBudget(log, () => new Date(AT));
    const of = { jobId: JOB, userId: OWNER, isHeld: false };
    const paid = { ...of, callKey: 'k:0:paid', atMost: 5 };
    await budget.reserve(paid);
    await budget.settle(paid, 5);
    const { state: before } = await foldStream(log, decider, budgetStream(JOB));
    const lowered = { type: 'SetBudgetCap', data: { jobId: JOB, userId: OWNER, at: AT, cap: 1 } } as const;
    const events = decider.decide(lowered, before);
    await log.append([{ streamName: budgetStream(JOB), events, expectedStreamVersion: 'STREAM_EXISTS' }], {
      context: testContext(),
    });
    const call = DISPATCHED;
    await budget.reserve({ ...of, callKey: 'k:0:a', atMost: 0, call });
    await expect(budget.reserve({ ...of, callKey: 'k:0:b', atMost: 1, call })).rejects.toMatchObject({
      code: 'BUDGET_REACHED',
    });
    // Recipes use nothing that anybody could be paid for.
    await budget.reserve({ ...of, callKey: 'k:0:c', atMost: 0 });
    const { state } = await foldStream(log, decider, budgetStream(JOB));
    expect(state.reserved).toEqual({ 'k:0:a': 0 });
  });

  it('[BIL-08] gives free what a process reserved that died, also where nobody is asked', async () => {
    const { stands, process } = shared();
    const dead = slow();
    void process(dead.asked);
    await dead.begun;
    const breakers = { enter: async () => ({ waitMs: 1_000, leave: () => undefined }) };
    await expect(process(gateway('g', {}), { breakers })).rejects.toBeInstanceOf(Postponed);
    expect(await stands()).toEqual({ spent: 0, reserved: [] });
  });

  it('[BIL-08] leaves alone what other questions reserved', async () => {
    const { stands, process } = shared();
    const other = slow();
    const asking = process(other.asked, { idempotencyKey: 'k2' });
    await other.begun;
    await process(gateway('g', {}));
    expect(await stands()).toEqual({ spent: COST, reserved: [AT_MOST] });
    other.answers();
    await asking;
    expect(await stands()).toEqual({ spent: 2 * COST, reserved: [] });
  });
});
