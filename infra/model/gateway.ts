import type { Json } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { RouteFault } from '../../domain/refactoring/job/values.ts';
import type { ModelRequest } from '../../processors/refactoring/model-router.port.ts';
import { bodyOf, saidIn } from './provider-error.ts';
import { retryAfterMs } from './retry-after.ts';

/** Tokens are integers; a gateway that uses none says 0. */
export type Used = Readonly<{ inputTokens: number; cachedTokens: number; outputTokens: number }>;

/** What one gateway says to one question. */
export type GatewayAnswer = Used & Readonly<{ output: Json }>;

/** No answer, but something was used until then, as the gateway told before it broke off. `message` says why. */
export class Unanswered extends Error {
  readonly used: Used;

  constructor(message: string, used: Used, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Unanswered';
    this.used = used;
  }
}

/** The gateway answers, but does not take this question, and would not take it again: that tells nothing of how it does with others. */
export class QuestionRefused extends Rejection {
  constructor(message: string) {
    super('QUESTION_REFUSED', message);
  }
}

/**
 * The gateway refuses whatever we ask, until an operator mends it: that says nothing of the question, and everything of our key, account
 * or settings. A gateway that tells it in another way than by its status throws this all the same.
 */
export class RouteFaulty extends Error {
  readonly fault: RouteFault;
  /** False: this question is beyond what the account can pay, and smaller ones may be answered. */
  readonly isOfRoute: boolean;

  constructor(message: string, fault: RouteFault, isOfRoute = true) {
    super(message);
    this.name = 'RouteFaulty';
    this.fault = fault;
    this.isOfRoute = isOfRoute;
  }
}

/** The gateway takes no question at the moment, and says for how long: milliseconds, as `retryAfterMs` bounds them. */
export class RouteBusy extends Error {
  readonly retryAfterMs: number;

  constructor(message: string, ms: number) {
    super(message);
    this.name = 'RouteBusy';
    this.retryAfterMs = ms;
  }
}

/** 403 alone is none: gateways say so too of a question that is too long, or that their moderation does not take. */
const FAULTS: ReadonlyMap<number, RouteFault> = new Map([
  [401, 'GATEWAY_KEY_REJECTED'],
  [407, 'GATEWAY_KEY_REJECTED'],
  [402, 'GATEWAY_ACCOUNT_UNPAID'],
  [404, 'GATEWAY_ROUTE_UNKNOWN'],
  [405, 'GATEWAY_ROUTE_UNKNOWN'],
  [410, 'GATEWAY_ROUTE_UNKNOWN'],
]);

/** What tells that a route is down or overloaded, besides all that is no 4xx, and silence (LLM-04). */
const OF_THE_ROUTE: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/**
 * What a gateway throws that got this answer instead of a completion: what its body says counts before its status, which many use for
 * several things. `now`: milliseconds since 1970. `body`: as far as it was read.
 */
export const failureOf = (
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  now: number,
  body = '',
): Error => {
  const message = `the gateway answers ${status}`;
  const isRefusal = status >= 400 && status < 500;
  const isOfRoute = !isRefusal || OF_THE_ROUTE.has(status);
  const said = isRefusal ? saidIn(status, body) : null;
  const fault = said === null ? FAULTS.get(status) : said.fault;
  if (fault !== undefined && fault !== null)
    return new RouteFaulty(`${fault}: ${message}`, fault, said?.isOfRoute);
  if (!isOfRoute) return new QuestionRefused(message);
  const ms = retryAfterMs(headers, now);
  return ms === null ? new Error(message) : new RouteBusy(message, ms);
};

/** The same of an answer whose body nobody has read. Its body is not believed to be short, to end, or to be what it says. */
export const failureFrom = async (response: Response, now: number): Promise<Error> =>
  failureOf(response, now, await bodyOf(response));

/**
 * A way to get answers: deterministic recipes, or any OpenAI-compatible endpoint (LLM-02). All its models are asked with one key of one
 * account: what is said of those counts for each of its routes.
 */
export interface Gateway {
  readonly name: string;
  /** What the answer can use at most, as the gateway itself limits it; 0: nothing that has a price. */
  tokensAtMost(request: ModelRequest, model: string): Readonly<{ inputTokens: number; outputTokens: number }>;
  /**
   * Throws when no answer was to be had: `QuestionRefused` where that is no fault of the route, `RouteFaulty` where an operator has to
   * mend it, `RouteBusy` where it says when to ask again, `Unanswered` where something was used all the same. Stops within a second of the signal.
   */
  ask(request: ModelRequest, model: string, signal: AbortSignal): Promise<GatewayAnswer>;
}
