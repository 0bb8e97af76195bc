import { describe, expect, it } from 'vitest';
import type { Json } from '../../domain/kernel/message.ts';
import { Postponed } from '../../domain/kernel/postponed.ts';
import { RECIPES_ONLY, type RouteTable } from '../../domain/operations/routes.ts';
import type { JobCommand } from '../../domain/refactoring/job/commands.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { ask as say } from '../../domain/refactoring/job/testing/ask.ts';
import * as at from '../../domain/refactoring/job/testing/journey.ts';
import { AT, base } from '../../domain/refactoring/job/testing/samples.ts';
import { budgetReached, cancel } from '../../domain/refactoring/job/testing/table/row.ts';
import type { ModelCall } from '../../domain/refactoring/job/values.ts';
import type { CallBudget } from './call-budget.ts';
import { failureOf, type Gateway, Unanswered } from './gateway.ts';
import { ask, failures, gateway, ledger, PRICED, storeOf, UNLIMITED } from './testing/router-questions.ts';

describe('the calls of the model router', () => {
  it('[BIL-05] [LLM-09] has each call recorded that came to nothing, with its route and price, whoever answers then', async () => {
    const routes: RouteTable = {
      ...RECIPES_ONLY,
      L0: [
        { gateway: 'down', model: 'm' },
        { gateway: 'recipe', model: 'b' },
      ],
    };
    const down = gateway('down', new Error('503'));
    const { signal } = new AbortController();
    const recorded = async (last: Json | Error): Promise<readonly ModelCall[]> => {
      const failedCalls = failures();
      const parts = { budget: ledger(), prices: PRICED, failedCalls };
      const asking = ask(at.refactoring(), [down, gateway('recipe', last)], {}, routes, signal, parts);
      if (last instanceof Error) await expect(asking).rejects.toThrow('no gateway answered');
      else await asking;
      return failedCalls.told;
    };
    const used = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, latencyMs: 7, outcome: 'INFRA_FAILURE' };
    const price = { version: 'v1', input: 1_000, cached: 100, output: 10_000 };
    const first = {
      ...used,
      stage: 'PATCH',
      modelClass: 'L0',
      gateway: 'down',
      model: 'm',
      attempt: 0,
      price,
      callKey: expect.stringMatching(/^k:0:/),
    };
    expect(await recorded({})).toEqual([{ ...first, ordinal: 0 }]);
    expect(await recorded(new Error('504'))).toMatchObject([
      { gateway: 'down' },
      { gateway: 'recipe', ordinal: 1 },
    ]);
  });

  describe('that are stopped', () => {
    const routes: RouteTable = { ...RECIPES_ONLY, L0: [{ gateway: 'g', model: 'm' }] };
    const used = { inputTokens: 5, cachedTokens: 1, outputTokens: 2 };
    const RESERVED = ['reserve', 11_000];
    /** What is told where `happens` comes while the call is under way; `isNoticed`: the worker knows of it before the call is over. */
    const stopped = async (
      happens: JobCommand | null,
      { answers = true, isNoticed = true }: Readonly<{ answers?: boolean; isNoticed?: boolean }> = {},
    ) => {
      const [journey, budget, stop] = [at.generatingTests(), ledger(), new AbortController()];
      const told: unknown[] = budget.told;
      const asked: Gateway = {
        ...gateway('g', {}),
        ask: async () => {
          if (happens !== null) journey.does(happens);
          if (isNoticed) stop.abort(new Error('stopped'));
          if (!answers) throw new Unanswered('aborted', used);
          return { ...used, output: {} };
        },
      };
      const parts = {
        ...UNLIMITED,
        budget,
        prices: PRICED,
        failedCalls: { record: async (_jobId: string, call: ModelCall) => void told.push(call.outcome) },
      };
      const asking = ask(journey, [asked], {}, routes, stop.signal, parts);
      if (isNoticed) await expect(asking).rejects.toThrow('stopped');
      else await expect(asking).rejects.toBeInstanceOf(Postponed);
      return told;
    };

    it('[LLM-03] [BIL-05] have what they used recorded, then settled: charged where the job has ended', async () => {
      for (const answers of [true, false]) {
        expect(await stopped(cancel, { answers })).toEqual([RESERVED, 'STOPPED', ['settle', 24]]);
        expect(await stopped(null, { answers })).toEqual([RESERVED, 'HALTED', ['settle', 0]]);
      }
    });

    it('[BIL-08] [BIL-06] take of the budget where the person stopped them and the job goes on, though they are not charged', async () => {
      const missed: JobCommand = { type: 'ReportHeartbeatMissed', data: { ...base, lastSeenAt: AT } };
      for (const ofPerson of [missed, say.revise('t1', 't2'), budgetReached])
        for (const answers of [true, false])
          expect(await stopped(ofPerson, { answers })).toEqual([RESERVED, 'HALTED', ['settle', 24]]);
      const late = await stopped(say.timeOutStage('PLAN_TESTS'), { answers: false });
      expect(late).toEqual([RESERVED, 'HALTED', ['settle', 0]]);
    });

    it('[BIL-05] [LLM-03] are metered too where the answer comes just after what stops them, and are not asked again by it', async () => {
      expect(await stopped(cancel, { isNoticed: false })).toEqual([RESERVED, 'STOPPED', ['settle', 24]]);
      const revised = await stopped(say.revise('t1', 't2'), { isNoticed: false });
      expect(revised).toEqual([RESERVED, 'HALTED', ['settle', 24]]);
    });
  });

  it('[LLM-03] [BIL-08] are not made where what stops them came before the router looked, whether the job has ended or goes on', async () => {
    const routes: RouteTable = { ...RECIPES_ONLY, L0: [{ gateway: 'g', model: 'm' }] };
    const missed: JobCommand = { type: 'ReportHeartbeatMissed', data: { ...base, lastSeenAt: AT } };
    const resumed: JobCommand = { type: 'ReportHeartbeatResumed', data: { ...base, lastSeenAt: AT } };
    for (const happens of [
      [cancel],
      [missed],
      [missed, resumed],
      [say.revise('t1', 't2')],
      [say.revise('t1', 't2'), say.approve('t2', 's2')],
      [budgetReached],
      [say.timeOutStage('PLAN_TESTS')],
    ]) {
      const journey = at.generatingTests();
      const { events } = await storeOf(journey).read<JobEvent>('job');
      const causeId = events.at(-1)?.metadata.messageId ?? '';
      const [budget, model] = [ledger(), gateway('g', {})];
      const parts = { ...UNLIMITED, budget, prices: PRICED };
      const asks = () =>
        ask(journey, [model], { stage: 'PLAN_TESTS', causeId }, routes, new AbortController().signal, parts);
      await asks();
      for (const command of happens) journey.does(command);
      await expect(asks()).rejects.toBeInstanceOf(Postponed);
      expect([model.asked.length, budget.told.length]).toEqual([1, 2]);
    }
  });

  it('[BIL-05] records what a gateway used that gave no answer, and charges nothing for it', async () => {
    const routes: RouteTable = { ...RECIPES_ONLY, L0: [{ gateway: 'g', model: 'm' }] };
    const [budget, failedCalls] = [ledger(), failures()];
    const late = gateway('g', new Unanswered('idle', { inputTokens: 9, cachedTokens: 0, outputTokens: 4 }));
    const parts = { ...UNLIMITED, budget, failedCalls, prices: PRICED };
    const asking = ask(at.refactoring(), [late], {}, routes, new AbortController().signal, parts);
    await expect(asking).rejects.toThrow('no gateway answered');
    expect(failedCalls.told).toMatchObject([{ outcome: 'INFRA_FAILURE', inputTokens: 9, outputTokens: 4 }]);
    expect(budget.told).toEqual([
      ['reserve', 11_000],
      ['settle', 0],
    ]);
  });

  it('[LLM-09] [LLM-04] records a question that a gateway refused as refused, and asks the next', async () => {
    const L0 = ['g', 'h'].map((name) => ({ gateway: name, model: 'm' }));
    const [budget, failedCalls] = [ledger(), failures()];
    const gateways = [gateway('g', failureOf(new Response(null, { status: 400 }), 0)), gateway('h', {})];
    const parts = { budget, failedCalls, prices: PRICED };
    const { signal } = new AbortController();
    const { call } = await ask(at.refactoring(), gateways, {}, { ...RECIPES_ONLY, L0 }, signal, parts);
    expect(call).toMatchObject({ gateway: 'h', ordinal: 1, outcome: 'SUCCESS' });
    const nothing = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 };
    expect(failedCalls.told).toMatchObject([{ gateway: 'g', ordinal: 0, outcome: 'REFUSED', ...nothing }]);
  });

  it('[LLM-09] tells stage, class, route, tokens, latency and outcome of the call', async () => {
    const { call } = await ask(at.refactoring(), [gateway('recipe', { status: 'REFUSED', reasons: [] })]);
    expect(call).toEqual({
      stage: 'PATCH',
      modelClass: 'L0',
      gateway: 'recipe',
      model: 'recipes',
      attempt: 0,
      ordinal: 0,
      inputTokens: 5,
      cachedTokens: 1,
      outputTokens: 2,
      latencyMs: 7,
      callKey: expect.stringMatching(/^k:0:/),
      outcome: 'REFUSED',
    });
  });

  describe('keeps to the budget', () => {
    const routes: RouteTable = { ...RECIPES_ONLY, L0: [{ gateway: 'g', model: 'm' }] };
    const signal = new AbortController().signal;
    const with_ = (asked: Gateway, budget: CallBudget) =>
      ask(at.refactoring(), [asked], {}, routes, signal, { ...UNLIMITED, budget, prices: PRICED });

    it('[BIL-08] dispatches no call that could exceed it', async () => {
      const model = gateway('g', {});
      await expect(with_(model, ledger(false))).rejects.toMatchObject({ code: 'BUDGET_REACHED' });
      expect(model.asked).toEqual([]);
    });

    it('[BIL-08] [BIL-05] reserves the most that a call can cost before it, settles what it did cost, and names its price', async () => {
      const budget = ledger();
      const { call } = await with_(gateway('g', {}), budget);
      expect(call.price).toEqual({ version: 'v1', input: 1_000, cached: 100, output: 10_000 });
      expect(budget.told).toEqual([
        ['reserve', 11_000],
        ['settle', 24],
      ]);
    });

    it('[BIL-08] gives back what was reserved for a call without an answer', async () => {
      const budget = ledger();
      await expect(with_(gateway('g', new Error('503')), budget)).rejects.toThrow('no gateway answered');
      expect(budget.told).toEqual([
        ['reserve', 11_000],
        ['settle', 0],
      ]);
    });
  });
});
