import type { Json } from '../../../domain/kernel/message.ts';
import { planTests } from '../../characterisation/plan.ts';
import { asJson, type RecipeQuestion, refusal, sourcesOf, testModeOf } from './question.ts';

/** Stage PLAN_TESTS: characterisation tests computed from the sources (TST-01). Without a single case nothing is proven. */
export const planTestsAnswer = (question: RecipeQuestion): Json => {
  const { totalCases, uncovered, confidence, ...plan } = planTests(sourcesOf(question), testModeOf(question));
  const subjects = plan.subjects.filter(({ cases }) => cases > 0);
  if (totalCases === 0 || subjects.length === 0)
    return refusal(
      {
        code: 'NOTHING_TO_EXERCISE',
        path: null,
        line: null,
        reason:
          'No export of this project can be exercised by generated tests, so no change to it could be proven.',
      },
      ...uncovered.slice(0, 50),
    );
  return asJson({
    status: 'PLANNED',
    plan: { ...plan, subjects, confidence: Math.round(confidence * 100), uncovered },
    cases: totalCases,
  });
};
