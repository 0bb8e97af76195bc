import { z } from 'zod';
import { RECIPES_ONLY } from '../../domain/operations/routes.ts';
import type { Models } from '../main/start-worker.ts';
import { failureFrom, type Gateway } from '../model/gateway.ts';
import { AT_MOST, MODEL } from './model-double.ts';

const NAME = 'torture';
const PATIENCE_MS = 5_000;

const completion = z.object({
  choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })]),
  usage: z.object({
    prompt_tokens: z.int(),
    completion_tokens: z.int(),
    prompt_tokens_details: z.object({ cached_tokens: z.int() }),
  }),
});

/** Asks the provider over HTTP; its answer is a JSON text, and its usage what the call is priced by. */
const modelGateway = (url: string): Gateway => ({
  name: NAME,
  tokensAtMost: () => AT_MOST,
  ask: async ({ stage, jobId, idempotencyKey }, model, signal) => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify({
        model,
        messages: [{ role: 'user', content: JSON.stringify({ stage }) }],
        user: jobId,
      }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    if (!response.ok) throw await failureFrom(response, Date.now());
    const { choices, usage } = completion.parse(await response.json());
    return {
      output: z.json().parse(JSON.parse(choices[0].message.content)),
      inputTokens: usage.prompt_tokens,
      cachedTokens: usage.prompt_tokens_details.cached_tokens,
      outputTokens: usage.completion_tokens,
    };
  },
});

/** What has no recipe costs something. */
export const modelsAt = (url: string): Models => {
  const route = [{ gateway: NAME, model: MODEL }];
  return { gateways: [modelGateway(url)], routes: async () => ({ ...RECIPES_ONLY, L1: route, L2: route }) };
};
