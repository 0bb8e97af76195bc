import type { Json } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { ModelRequest } from '../../processors/refactoring/model-router.port.ts';

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

/** What tells that a route is down or overloaded, besides 5xx and silence (LLM-04). */
const OF_THE_ROUTE: ReadonlySet<number> = new Set([408, 409, 429]);

/** What a gateway throws that was answered with this HTTP status. */
export const failureOf = (status: number): Error => {
  const message = `the gateway answers ${status}`;
  return status >= 500 || OF_THE_ROUTE.has(status) ? new Error(message) : new QuestionRefused(message);
};

/** A way to get answers: deterministic recipes, or any OpenAI-compatible endpoint (LLM-02). */
export interface Gateway {
  readonly name: string;
  /** What the answer can use at most, as the gateway itself limits it; 0: nothing that has a price. */
  tokensAtMost(request: ModelRequest, model: string): Readonly<{ inputTokens: number; outputTokens: number }>;
  /**
   * Throws when no answer was to be had: `QuestionRefused` where that is no fault of the route, `Unanswered` where something was used
   * all the same. Stops within a second of the signal.
   */
  ask(request: ModelRequest, model: string, signal: AbortSignal): Promise<GatewayAnswer>;
}
