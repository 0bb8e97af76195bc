import type { RecipeQuestion } from './question.ts';

/** How long a recipe may take for one question, by stage, in milliseconds (JOB-09). Waiting for a thread does not count. */
export type RecipeLimits = Readonly<Record<RecipeQuestion['stage'], number>>;

const MINUTE_MS = 60_000;

/** The proposals come with the analysis, so its five minutes hold for both. */
export const RECIPE_LIMITS: RecipeLimits = {
  ANALYSE: 5 * MINUTE_MS,
  SPECIFY: 5 * MINUTE_MS,
  PLAN_TESTS: 5 * MINUTE_MS,
  PATCH: 30 * MINUTE_MS,
  REPAIR: 30 * MINUTE_MS,
};
