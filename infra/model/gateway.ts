import type { Json } from '../../domain/kernel/message.ts';
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

/** A way to get answers: deterministic recipes, or any OpenAI-compatible endpoint (LLM-02). */
export interface Gateway {
  readonly name: string;
  /** What the answer can use at most, as the gateway itself limits it; 0: nothing that has a price. */
  tokensAtMost(request: ModelRequest, model: string): Readonly<{ inputTokens: number; outputTokens: number }>;
  /** Throws when no answer was to be had, `Unanswered` where something was used all the same; stops within a second of the signal. */
  ask(request: ModelRequest, model: string, signal: AbortSignal): Promise<GatewayAnswer>;
}
