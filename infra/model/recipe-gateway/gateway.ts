import type { Gateway } from '../gateway.ts';
import type { RecipeThreads } from './threads.ts';

/** Gateway `recipe`: deterministic, local and free (LLM-02, LLM-10). */
export const recipeGateway = (threads: RecipeThreads): Gateway => ({
  name: 'recipe',
  tokensAtMost: () => ({ inputTokens: 0, outputTokens: 0 }),
  ask: async ({ stage, goal, strategy, context, inputs }, _model, signal) => ({
    output: await threads.run({ stage, goal, strategy, context, inputs }, signal),
    inputTokens: 0,
    cachedTokens: 0,
    outputTokens: 0,
  }),
});
