import type { Json } from '../../domain/kernel/message.ts';
import type { ModelRequest } from '../../processors/refactoring/model-router.port.ts';

/** What one gateway says to one question. Tokens are integers; a gateway that uses none says 0. */
export type GatewayAnswer = Readonly<{
  output: Json;
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
}>;

/** A way to get answers: deterministic recipes, or any OpenAI-compatible endpoint (LLM-02). */
export interface Gateway {
  readonly name: string;
  /** What the answer can use at most, as the gateway itself limits it; 0: nothing that has a price. */
  tokensAtMost(request: ModelRequest, model: string): Readonly<{ inputTokens: number; outputTokens: number }>;
  /** Throws when no answer was to be had; stops within a second of the signal. */
  ask(request: ModelRequest, model: string, signal: AbortSignal): Promise<GatewayAnswer>;
}
