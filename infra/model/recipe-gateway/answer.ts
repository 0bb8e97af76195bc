import type { Json } from '../../../domain/kernel/message.ts';
import { never } from '../../../domain/kernel/never.ts';
import { analyse } from './analyse.ts';
import { patch } from './patch.ts';
import { planTestsAnswer } from './plan-tests.ts';
import { type RecipeQuestion, refusal } from './question.ts';
import { specify } from './specify.ts';

/** What the recipes say to a question: a function of it, without clock, network or disk. Takes seconds: run it in a thread. */
export const answer = (question: RecipeQuestion): Json => {
  if (question.goal !== 'JAVASCRIPT_TO_TYPESCRIPT')
    return refusal({
      code: 'NO_RECIPE',
      path: null,
      line: null,
      reason: 'No recipe covers this goal, and no model is configured.',
    });
  switch (question.stage) {
    case 'ANALYSE':
      return analyse(question);
    case 'SPECIFY':
      return specify(question);
    case 'PLAN_TESTS':
      return planTestsAnswer(question);
    case 'PATCH':
    case 'REPAIR':
      return patch(question);
    default:
      return never(question.stage);
  }
};
