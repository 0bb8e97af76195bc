import { describe, expect, it } from 'vitest';
import type { AccountEvent } from '../../domain/billing/account/events.ts';
import { accountStream } from '../../domain/billing/account.ts';
import type { PriceList } from '../../domain/billing/prices.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { history } from '../../domain/kernel/history.ts';
import type { Event, Json, Recorded } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { RECIPES_ONLY, type RouteTable } from '../../domain/operations/routes.ts';
import * as at from '../../domain/refactoring/job/testing/journey.ts';
import { base, entitlement, JOB, OWNER } from '../../domain/refactoring/job/testing/samples.ts';
import type { ModelCall } from '../../domain/refactoring/job/values.ts';
import type { ModelRequest } from '../../processors/refactoring/model-router.port.ts';
import type { CallBudget } from './call-budget.ts';
import type { FailedCalls } from './failed-calls.ts';
import type { Gateway } from './gateway.ts';
import { modelRouter, type RouterOptions } from './router.ts';

/** The stream of one job, and that of its owner's account. */
const storeOf = (
  journey: at.Journey,
  ofAccount: readonly AccountEvent[] = [],
): Pick<StreamStore, 'read'> => ({
  read: async <E extends Event>(streamName: string) => {
    const events: readonly Event[] = streamName === accountStream(OWNER) ? ofAccount : journey.events;
    return {
      events: history(streamName, events) as readonly Recorded[] as readonly Recorded<E>[],
      currentStreamVersion: BigInt(events.length),
      streamExists: true,
    };
  },
});

const gateway = (name: string, output: Json | Error): Gateway & { asked: string[] } => {
  const asked: string[] = [];
  return {
    name,
    asked,
    tokensAtMost: () => ({ inputTokens: 1_000, outputTokens: 1_000 }),
    ask: async (_request, model, signal) => {
      signal.throwIfAborted();
      asked.push(model);
      if (output instanceof Error) throw output;
      return { output, inputTokens: 5, cachedTokens: 1, outputTokens: 2 };
    },
  };
};

/** What the budget was told; `allows` false: nothing may be spent. */
const ledger = (allows = true): CallBudget & { told: (readonly [string, number])[] } => {
  const told: (readonly [string, number])[] = [];
  return {
    told,
    reserve: async ({ atMost }) => {
      told.push(['reserve', atMost]);
      if (!allows && atMost > 0) throw new Rejection('BUDGET_REACHED', 'no');
    },
    settle: async (_dispatch, microCredits) => void told.push(['settle', microCredits]),
  };
};
/** Each call that was told to have failed, in its order. */
const failures = (): FailedCalls & { told: ModelCall[] } => {
  const told: ModelCall[] = [];
  return { told, record: async (_jobId, call) => void told.push(call) };
};
const UNLIMITED = { budget: ledger(), prices: null, failedCalls: failures() };
const PRICED: PriceList = { version: 'v1', models: { m: { input: 1_000, cached: 100, output: 10_000 } } };

const EMPTY = { schema: 'iama.context/1', files: [], targets: [], dependencies: [] } as const;

const ask = (
  journey: at.Journey,
  gateways: readonly Gateway[],
  overrides: Partial<ModelRequest> = {},
  routes: RouteTable | RouterOptions['routes'] = RECIPES_ONLY,
  signal: AbortSignal = new AbortController().signal,
  {
    budget,
    prices,
    failedCalls,
  }: Readonly<{ budget: CallBudget; prices: PriceList | null; failedCalls: FailedCalls }> = UNLIMITED,
  store = storeOf(journey),
) => {
  let now = 0;
  const clock = (): number => {
    now += 7;
    return now;
  };
  const request: ModelRequest = {
    jobId: JOB,
    stage: 'PATCH',
    modelClass: 'L0',
    attempt: 0,
    goal: 'JAVASCRIPT_TO_TYPESCRIPT',
    goalText: '',
    entitlement: entitlement('ENTERPRISE'),
    context: EMPTY,
    strategy: 'STANDARD',
    inputs: {},
    idempotencyKey: 'k',
    ...overrides,
  };
  return modelRouter({
    gateways,
    routes: typeof routes === 'function' ? routes : async () => routes,
    store,
    prices: async () => prices,
    budget,
    failedCalls,
    clock,
  }).ask(request, signal);
};

const READS_NOTHING = () => ({ inputTokens: 0, outputTokens: 0 });
const CONTEXT_OVERFLOW = { code: 'CONTEXT_OVERFLOW', path: null, line: null, reason: expect.any(String) };
const L3: Partial<ModelRequest> = { modelClass: 'L3', stage: 'REPAIR', attempt: 7 };

describe('the model router', () => {
  it('[LLM-01] asks nobody for a class that the snapshot in the log does not hold, whatever the question says', async () => {
    const recipe = gateway('recipe', {});
    await expect(ask(at.refactoring('FREE'), [recipe], { modelClass: 'L2' })).rejects.toMatchObject({
      code: 'ENTITLEMENT_DENIED',
    });
    await expect(ask(at.refactoring('PRO'), [recipe], L3)).rejects.toMatchObject({
      code: 'ENTITLEMENT_DENIED',
    });
    expect(recipe.asked).toEqual([]);
  });

  it('[CTX-05] asks no model to read more than the plan of the start allows; what reads nothing is asked all the same', async () => {
    const text = 'x'.repeat((entitlement('FREE').contextCapTokens + 1) * 4);
    const context = { ...EMPTY, files: [{ path: 'large.js', text }] };
    const [model, recipe] = [gateway('g', {}), { ...gateway('recipe', {}), tokensAtMost: READS_NOTHING }];
    const L1 = { ...RECIPES_ONLY, L1: [{ gateway: 'g', model: 'm' }] };
    const asked = { context, modelClass: 'L1', stage: 'ANALYSE' } as const;
    expect(await ask(at.analysing(), [model], asked, L1)).toEqual({
      call: {
        stage: 'ANALYSE',
        modelClass: 'L1',
        attempt: 0,
        gateway: 'router',
        model: 'context-cap',
        ordinal: 0,
        latencyMs: 0,
        inputTokens: 0,
        cachedTokens: 0,
        outputTokens: 0,
        outcome: 'REFUSED',
      },
      output: { status: 'REFUSED', reasons: [CONTEXT_OVERFLOW, { ...CONTEXT_OVERFLOW, path: 'large.js' }] },
    });
    const both = { ...L1, L1: [...L1.L1, ...RECIPES_ONLY.L1] };
    expect((await ask(at.analysing(), [model, recipe], asked, both)).call).toMatchObject({
      gateway: 'recipe',
    });
    expect(model.asked).toEqual([]);
  });

  it('[BIL-02] keeps to the tier of the start, whatever the person has come to since', async () => {
    const routes: RouteTable = { ...RECIPES_ONLY, L2: [{ gateway: 'g', model: 'stronger' }] };
    const { signal } = new AbortController();
    const started = at.refactoring('PRO');
    for (const tier of ['FREE', 'MAX'] as const) {
      const data = { userId: OWNER, tier, reason: 'r', at: base.at };
      const store = storeOf(started, [{ type: 'TierAssigned', data }]);
      const model = gateway('g', {});
      const asks = (wanted: Partial<ModelRequest>) =>
        ask(started, [model], wanted, routes, signal, UNLIMITED, store);
      expect(await asks({ modelClass: 'L2' })).toMatchObject({
        call: { modelClass: 'L2', model: 'stronger' },
      });
      await expect(asks(L3)).rejects.toMatchObject({ code: 'ENTITLEMENT_DENIED' });
      expect(model.asked).toEqual(['stronger']);
    }
  });

  it('[INT-02] never dispatches L3 without a confirmation in the log', async () => {
    const recipe = gateway('recipe', {});
    for (const journey of [at.refactoring('MAX'), at.waitingEscalation(), at.analysing('MAX')])
      await expect(ask(journey, [recipe], L3)).rejects.toMatchObject({ code: 'CONFIRMATION_REQUIRED' });
    expect(recipe.asked).toEqual([]);
  });

  it('[INT-02] dispatches L3 after a confirmation or pre-authorisation, until the counters start anew', async () => {
    const recipe = gateway('recipe', {});
    const confirmed = at.waitingEscalation();
    confirmed.does({ type: 'ConfirmEscalation', data: { ...base, by: 'ada' } });
    const allowed = at.refactoring('MAX', { preAuthorised: ['L3'] });
    for (const journey of [confirmed, allowed])
      expect(await ask(journey, [recipe], L3)).toMatchObject({ call: { modelClass: 'L3' } });
    confirmed.does({
      type: 'ReviseSpec',
      data: {
        ...base,
        revisionToken: 't1',
        nextRevisionToken: 't2',
        specification: { bdd: [], sdd: [] },
        specHash: 's',
      },
    });
    await expect(ask(confirmed, [recipe], L3)).rejects.toMatchObject({ code: 'CONFIRMATION_REQUIRED' });
  });

  it('[BIL-02] [OPS-03] keeps a job to the routes that counted when it started', async () => {
    const { events } = at.refactoring();
    const started = events.find(({ type }) => type === 'JobStarted')?.data.at;
    const recipe = gateway('recipe', {});
    const routes = async (startedAt: string): Promise<RouteTable> => ({
      ...RECIPES_ONLY,
      L0: [{ gateway: 'recipe', model: startedAt }],
    });
    await ask(at.refactoring(), [recipe], {}, routes);
    expect(recipe.asked).toEqual([started]);
  });

  it('[LLM-01] asks nobody for a job that has ended', async () => {
    const journey = at.refactoring();
    journey.does({ type: 'CancelJob', data: { ...base, by: 'ada' } });
    await expect(ask(journey, [gateway('recipe', {})])).rejects.toMatchObject({ code: 'JOB_ENDED' });
  });

  it('[LLM-04] hands over to the next route when a gateway fails, and throws when all have', async () => {
    const routes: RouteTable = {
      ...RECIPES_ONLY,
      L0: [
        { gateway: 'down', model: 'a' },
        { gateway: 'recipe', model: 'b' },
      ],
    };
    const down = gateway('down', new Error('503'));
    const recipe = gateway('recipe', { status: 'PATCHED' });
    expect(await ask(at.refactoring(), [down, recipe], {}, routes)).toMatchObject({
      call: { gateway: 'recipe', model: 'b', ordinal: 1 },
    });
    await expect(
      ask(at.refactoring(), [down, gateway('recipe', new Error('504'))], {}, routes),
    ).rejects.toThrow('no gateway answered');
  });

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
    };
    expect(await recorded({})).toEqual([{ ...first, ordinal: 0 }]);
    expect(await recorded(new Error('504'))).toMatchObject([
      { gateway: 'down' },
      { gateway: 'recipe', ordinal: 1 },
    ]);
  });

  it('[JOB-09] tells a known cause as it is, because asking again would not help', async () => {
    const late = new Rejection('RECIPE_TIMEOUT', 'too long');
    await expect(ask(at.refactoring(), [gateway('recipe', late)])).rejects.toBe(late);
  });

  it('[LLM-03] asks no further gateway once it is stopped', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    const recipe = gateway('recipe', {});
    const parts = { ...UNLIMITED, failedCalls: failures() };
    await expect(ask(at.refactoring(), [recipe], {}, RECIPES_ONLY, stop.signal, parts)).rejects.toThrow(
      'stopped',
    );
    expect([recipe.asked, parts.failedCalls.told]).toEqual([[], []]);
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
