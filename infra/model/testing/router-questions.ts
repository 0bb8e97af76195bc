import type { AccountEvent } from '../../../domain/billing/account/events.ts';
import { accountStream } from '../../../domain/billing/account.ts';
import type { PriceList } from '../../../domain/billing/prices.ts';
import type { StreamStore } from '../../../domain/kernel/event-store.ts';
import { history } from '../../../domain/kernel/history.ts';
import type { Event, Json, Recorded } from '../../../domain/kernel/message.ts';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import { RECIPES_ONLY, type RouteTable } from '../../../domain/operations/routes.ts';
import type * as at from '../../../domain/refactoring/job/testing/journey.ts';
import { entitlement, JOB, OWNER } from '../../../domain/refactoring/job/testing/samples.ts';
import type { ModelCall } from '../../../domain/refactoring/job/values.ts';
import type { ModelRequest } from '../../../processors/refactoring/model-router.port.ts';
import type { CallBudget } from '../call-budget.ts';
import type { FailedCalls } from '../failed-calls.ts';
import type { Gateway } from '../gateway.ts';
import type { RouteBreakers } from '../route-breakers.ts';
import { modelRouter, type RouterOptions } from '../router.ts';

/** What a call is about, as it is known before it is made. */
export const DISPATCHED = {
  stage: 'ANALYSE',
  modelClass: 'L1',
  gateway: 'g',
  model: 'm',
  attempt: 0,
  ordinal: 0,
} as const;

/** The stream of one job, and that of its owner's account. */
export const storeOf = (
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

export const gateway = (name: string, output: Json | Error): Gateway & { asked: string[] } => {
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
export const ledger = (allows = true): CallBudget & { told: (readonly [string, number])[] } => {
  const told: (readonly [string, number])[] = [];
  return {
    told,
    takeOver: async () => undefined,
    stands: async () => true,
    reserve: async ({ atMost }) => {
      told.push(['reserve', atMost]);
      if (!allows && atMost > 0) throw new Rejection('BUDGET_REACHED', 'no');
    },
    settle: async (_dispatch, microCredits) => void told.push(['settle', microCredits]),
  };
};
/** Each call that was told to have failed, in its order. */
export const failures = (): FailedCalls & { told: ModelCall[] } => {
  const told: ModelCall[] = [];
  return { told, record: async (_jobId, call) => void told.push(call) };
};
/** Every route is asked. */
export const CLOSED: RouteBreakers = { enter: async () => ({ waitMs: 0, leave: () => undefined }) };
export const UNLIMITED = { budget: ledger(), prices: null, failedCalls: failures() };
export const PRICED: PriceList = {
  version: 'v1',
  models: { m: { input: 1_000, cached: 100, output: 10_000 } },
};

export const EMPTY = { schema: 'iama.context/1', files: [], targets: [], dependencies: [] } as const;

export const ask = (
  journey: at.Journey,
  gateways: readonly Gateway[],
  overrides: Partial<ModelRequest> = {},
  routes: RouteTable | RouterOptions['routes'] = RECIPES_ONLY,
  signal: AbortSignal = new AbortController().signal,
  {
    budget,
    prices,
    failedCalls,
    breakers = CLOSED,
    onFault = () => undefined,
    random = () => 0,
  }: Readonly<{
    budget: CallBudget;
    prices: PriceList | null;
    failedCalls: FailedCalls;
    breakers?: RouteBreakers;
    onFault?: RouterOptions['onFault'];
    random?: RouterOptions['random'];
  }> = UNLIMITED,
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
    causeId: '',
    ...overrides,
  };
  return modelRouter({
    gateways,
    routes: typeof routes === 'function' ? routes : async () => routes,
    store,
    prices: async () => prices,
    budget,
    failedCalls,
    breakers,
    onFault,
    clock,
    random,
  }).ask(request, signal);
};
