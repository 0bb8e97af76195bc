import { type CallPrice, callPrice, type PriceList, priceOf } from '../../domain/billing/prices.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Json } from '../../domain/kernel/message.ts';
import { Postponed } from '../../domain/kernel/postponed.ts';
import { isRejection, Rejection } from '../../domain/kernel/rejection.ts';
import { usesCredits } from '../../domain/kernel/tiers.ts';
import type { Route, RouteTable } from '../../domain/operations/routes.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { job, jobStream } from '../../domain/refactoring/job/job.ts';
import { isSpecified, isStarted } from '../../domain/refactoring/job/layers.ts';
import type { ModelCall, RouteFault } from '../../domain/refactoring/job/values.ts';
import { isAllowed, isEntitled } from '../../domain/refactoring/job/waterfall.ts';
import type { ModelRequest, ModelRouter } from '../../processors/refactoring/model-router.port.ts';
import { FIRST_WAIT_MS } from './breaker.ts';
import { type CallBudget, callKeys, type Dispatch } from './call-budget.ts';
import { contextOverflow } from './context-cap.ts';
import type { FailedCalls } from './failed-calls.ts';
import {
  type Gateway,
  type GatewayAnswer,
  QuestionRefused,
  RouteBusy,
  RouteFaulty,
  Unanswered,
  type Used,
} from './gateway.ts';
import type { RouteBreakers } from './route-breakers.ts';
import { isStopping, type Stop, stopOf } from './stopped-call.ts';
import { beyondUnheld } from './unheld-call.ts';

export type RouterOptions = Readonly<{
  gateways: readonly Gateway[];
  /** What counted when the job started: it keeps to that (BIL-02). */
  routes: (startedAt: string) => Promise<RouteTable>;
  /** The log: what a job may use is read there, not taken from the question. */
  store: Pick<StreamStore, 'read'>;
  /** The list that counts now; null: none. */
  prices: () => Promise<PriceList | null>;
  budget: CallBudget;
  failedCalls: FailedCalls;
  breakers: RouteBreakers;
  /** Told of each route that an operator has to mend, when it is found so. */
  onFault: (route: Route, fault: RouteFault) => void;
  /** Milliseconds that only grow. */
  clock: () => number;
  /** From 0 to less than 1. */
  random: () => number;
}>;

type Authorised = Readonly<{
  ownerId: string;
  startedAt: string;
  contextCapTokens: number;
  isHeld: boolean;
  /** How many events the job had when the question arose. */
  seen: number;
}>;

/** Until a process hears of what the log has. */
const UNHEARD_MS = 500;

/** LLM-01, INT-02: entitlement again, nothing that was stopped already, and L3 only with a confirmation or pre-authorisation that stands in the log. */
const authorise = async (store: RouterOptions['store'], request: ModelRequest): Promise<Authorised> => {
  const { jobId, modelClass, causeId } = request;
  const { events } = await store.read<JobEvent>(jobStream(jobId));
  const cause = events.findIndex(({ metadata }) => metadata.messageId === causeId);
  const seen = cause === -1 ? events.length : cause + 1;
  // Whoever asks hears of it too, and does not come back.
  if (isStopping(events.slice(seen))) throw new Postponed('it was stopped before it was asked', UNHEARD_MS);
  const state = fold(job, events);
  const started = events.find((event) => event.type === 'JobStarted');
  if (!isStarted(state) || started === undefined) throw new Rejection('JOB_ENDED', 'The job is not running.');
  if (!isEntitled(state.entitlement, modelClass))
    throw new Rejection('ENTITLEMENT_DENIED', 'This model class is not part of the plan.', { modelClass });
  const allowed = isSpecified(state)
    ? isAllowed(state.counters, modelClass)
    : modelClass !== 'L3' || state.preAuthorised.includes('L3');
  if (!allowed)
    throw new Rejection('CONFIRMATION_REQUIRED', 'The person has not allowed this model class.', {
      modelClass,
    });
  const { contextCapTokens, tier } = state.entitlement;
  return {
    ownerId: state.ownerId,
    startedAt: started.data.at,
    contextCapTokens,
    isHeld: usesCredits(tier),
    seen,
  };
};

const isRefusal = (output: Json): boolean =>
  typeof output === 'object' && output !== null && 'status' in output && output.status === 'REFUSED';

/** What is recorded with the call; nothing where nothing is used that could have a price. */
const priceFor = async (
  model: string,
  { inputTokens, outputTokens }: ReturnType<Gateway['tokensAtMost']>,
  prices: RouterOptions['prices'],
): Promise<Readonly<{ price?: CallPrice }>> => {
  if (inputTokens + outputTokens === 0) return {};
  const list = await prices();
  const price = list === null ? null : callPrice(model, list);
  return price === null ? {} : { price };
};

/** Of a call without an answer where nobody told what it used. */
const NOTHING: Used = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 };

const usedBy = (error: unknown): Used => (error instanceof Unanswered ? error.used : NOTHING);

const isUsed = ({ inputTokens, outputTokens }: Used): boolean => inputTokens + outputTokens > 0;

/** Breakers count what fails, and hear nothing of what is refused, or is too dear for what is left on the account. */
const failureOutcome = (error: unknown): ModelCall['outcome'] => {
  const isOfQuestion = error instanceof RouteFaulty ? !error.isOfRoute : error instanceof QuestionRefused;
  return isOfQuestion ? 'REFUSED' : 'INFRA_FAILURE';
};

/** Of a failure, what its route is to be kept from: all workers hear of it from the ledger. */
const toldBy = (error: unknown): Pick<ModelCall, 'fault' | 'retryAfterMs'> => {
  if (error instanceof RouteFaulty) return { fault: error.fault };
  return error instanceof RouteBusy ? { retryAfterMs: error.retryAfterMs } : {};
};

/** How long the route is not to be asked after this; null: it is no such failure, and being asked again soon may help. */
const restAfter = (error: unknown): number | null => {
  if (error instanceof RouteFaulty) return FIRST_WAIT_MS;
  return error instanceof RouteBusy ? error.retryAfterMs : null;
};

/** Whoever waits for the same does not come back in the same moment. */
const jittered = (ms: number, random: () => number): number => Math.ceil(ms * (1 + random() / 4));

/** Of a refusal of ours: nobody was asked. */
const NOT_MADE = { ...NOTHING, gateway: 'router', ordinal: 0, latencyMs: 0, outcome: 'REFUSED' } as const;

/** What is answered where no route may be asked, and by which of our limits. */
type Blocked = Readonly<{ model: 'context-cap' | 'unheld-limit'; output: Json }>;

/**
 * One way from a question to a gateway; one that fails, or whose breaker is open, hands over to the next (LLM-04). Throws
 * `Postponed` where only routes are left whose breaker is open, that an operator has to mend, or that asked to be left alone.
 */
export const modelRouter = ({
  gateways,
  routes,
  store,
  prices,
  budget,
  failedCalls,
  breakers,
  onFault,
  clock,
  random,
}: RouterOptions): ModelRouter => ({
  ask: async (request, signal) => {
    const { ownerId, startedAt, contextCapTokens, isHeld, seen } = await authorise(store, request);
    const { jobId, stage, modelClass, attempt, idempotencyKey } = request;
    const overflow = contextOverflow(request.context, contextCapTokens);
    let blocked: Blocked | null = null;
    const errors: unknown[] = [];
    const waits: number[] = [];
    const table = await routes(startedAt);
    if (table[modelClass].some(({ gateway }) => gateway !== 'recipe'))
      await budget.takeOver({ jobId, userId: ownerId, key: idempotencyKey });
    const callKey = callKeys(idempotencyKey);
    for (const [ordinal, route] of table[modelClass].entries()) {
      const gateway = gateways.find(({ name }) => name === route.gateway);
      if (gateway === undefined) throw new Error(`no gateway is called ${route.gateway}`);
      const limits = gateway.tokensAtMost(request, route.model);
      if (overflow !== null && limits.inputTokens > 0) {
        blocked = { model: 'context-cap', output: overflow };
        continue;
      }
      const priced = await priceFor(route.model, limits, prices);
      const most = { ...route, ...limits, cachedTokens: 0, ...priced };
      const asked = { stage, modelClass, gateway: route.gateway, model: route.model, attempt, ordinal };
      const dispatch: Dispatch = {
        jobId,
        userId: ownerId,
        callKey: callKey(ordinal),
        atMost: priceOf(most).microCredits,
        isHeld,
        ...(isUsed(most) ? { call: { ...asked, ...priced } } : {}),
      };
      const beyond = isHeld ? null : beyondUnheld(request.context, { ...priced, atMost: dispatch.atMost });
      if (beyond !== null) {
        blocked ??= { model: 'unheld-limit', output: beyond };
        continue;
      }
      const pass = await breakers.enter(route);
      if (pass.waitMs > 0) {
        waits.push(pass.waitMs);
        continue;
      }
      try {
        signal.throwIfAborted();
        await budget.reserve(dispatch);
        const started = clock();
        const callWith = (
          outcome: ModelCall['outcome'],
          { inputTokens, cachedTokens, outputTokens }: Used,
        ): ModelCall => ({
          ...asked,
          inputTokens,
          cachedTokens,
          outputTokens,
          latencyMs: Math.round(clock() - started),
          ...priced,
          ...(dispatch.call === undefined ? {} : { callKey: dispatch.callKey }),
          outcome,
        });
        /** Told of before it is settled, because the settlement of an ended job waits for that. */
        const cameToNothing = async (error: unknown, stop: Stop | null): Promise<void> => {
          const told = stop === null ? toldBy(error) : {};
          const call = { ...callWith(stop?.outcome ?? failureOutcome(error), usedBy(error)), ...told };
          if (told.fault !== undefined) onFault(route, told.fault);
          await failedCalls.record(jobId, call);
          await budget.settle(dispatch, stop?.isSpent ? priceOf(call).microCredits : 0);
          signal.throwIfAborted();
        };
        /** A call that others settled is charged to nobody: the same is asked again, and charged then. */
        const stopNow = async (): Promise<Stop | null> => {
          const stop = await stopOf(store, { jobId, seen }, signal);
          if (await budget.stands(dispatch)) return stop;
          return { isSpent: false, ...stop, outcome: 'HALTED' };
        };
        let answer: GatewayAnswer;
        try {
          answer = await gateway.ask(request, route.model, signal);
        } catch (error) {
          await cameToNothing(error, signal.aborted ? await stopNow() : null);
          const rest = restAfter(error);
          if (rest === null) errors.push(error);
          else waits.push(rest);
          continue;
        }
        // What stopped the job may not have come here yet, and its answer would be refused and never metered.
        const stop = signal.aborted || isUsed(answer) ? await stopNow() : null;
        if (stop !== null) {
          const late = new Unanswered('it was answered when nobody wanted it any more', answer);
          await cameToNothing(late, stop);
          throw new Postponed(late.message, 0);
        }
        const { output } = answer;
        const call = callWith(isRefusal(output) ? 'REFUSED' : 'SUCCESS', answer);
        await budget.settle(dispatch, priceOf(call).microCredits);
        return { call, output };
      } finally {
        pass.leave();
      }
    }
    if (waits.length > 0 && errors.every(isRejection))
      throw new Postponed('the routes are not to be asked now', jittered(Math.min(...waits), random));
    if (blocked !== null && errors.length === 0) {
      const { model, output } = blocked;
      return { call: { ...NOT_MADE, model, stage, modelClass, attempt }, output };
    }
    // None of them will answer by being asked again.
    if (errors.length > 0 && errors.every(isRejection)) throw errors[0];
    // Within it: the runtime takes a connection that it is told of for one of the database, which counts as no failure.
    const cause = new AggregateError(errors);
    throw new Error(`no gateway answered ${stage} for class ${modelClass}`, { cause });
  },
});
