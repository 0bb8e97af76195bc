import type { Json } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { RouteFault } from '../../domain/refactoring/job/values.ts';
import type { ModelRequest } from '../../processors/refactoring/model-router.port.ts';
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

  constructor(message: string, fault: RouteFault) {
    super(message);
    this.name = 'RouteFaulty';
    this.fault = fault;
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

/** 403 is none: gateways say so too of a question that is too long, or that their moderation does not take. */
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

/** What a gateway throws that got this answer instead of a completion. `now`: milliseconds since 1970. */
export const failureOf = ({ status, headers }: Pick<Response, 'status' | 'headers'>, now: number): Error => {
  const message = `the gateway answers ${status}`;
  const fault = FAULTS.get(status);
  if (fault !== undefined) return new RouteFaulty(`${fault}: ${message}`, fault);
  if (status >= 400 && status < 500 && !OF_THE_ROUTE.has(status)) return new QuestionRefused(message);
  const ms = retryAfterMs(headers, now);
  return ms === null ? new Error(message) : new RouteBusy(message, ms);
};

/** A way to get answers: deterministic recipes, or any OpenAI-compatible endpoint (LLM-02). */
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
