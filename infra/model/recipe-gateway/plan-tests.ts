import type { Json } from '../../../domain/kernel/message.ts';
import { planTests } from '../../characterisation/plan.ts';
import { transform } from '../../recipes/javascript-to-typescript/recipe.ts';
import { acceptedOf, asJson, type RecipeQuestion, refusal, sourcesOf, testModeOf } from './question.ts';

const NOTHING_TO_EXERCISE = {
  code: 'NOTHING_TO_EXERCISE',
  path: null,
  line: null,
  reason:
    'No export of this project can be exercised by generated tests, so no change to it could be proven.',
};
const OWN_TESTS_MISSING = {
  code: 'OWN_TESTS_MISSING',
  path: null,
  line: null,
  reason:
    'This project ships no tests of its own, so these cannot be what proves a change. Recorded behaviour can: leave --test-mode assertion out.',
};

/** Files of which the person accepted that strict mode may show, as the recipe finds them. */
const strictFiles = (question: RecipeQuestion): readonly string[] => {
  const accepted = acceptedOf(question);
  if (accepted.length === 0) return [];
  const strategy = question.strategy ?? 'STANDARD';
  const result = transform(sourcesOf(question), { strategy, disabledSteps: ['ANNOTATE'], accepted });
  const found = result.status === 'CHANGED' ? result.report.accepted : [];
  return [...new Set(found.flatMap(({ path }) => path ?? []))];
};

/** Stage PLAN_TESTS: tests computed from the sources, or those that the sources ship (TST-01). Without a single case nothing is proven. */
export const planTestsAnswer = (question: RecipeQuestion): Json => {
  const { totalCases, uncovered, confidence, ...plan } = planTests(sourcesOf(question), testModeOf(question));
  const subjects = plan.subjects.filter(({ cases }) => cases > 0);
  if (totalCases === 0 || subjects.length === 0)
    return refusal(
      ...(plan.mode === 'ASSERTION' ? [] : [NOTHING_TO_EXERCISE]),
      ...(plan.mode === 'ASSERTION' && uncovered.length === 0 ? [OWN_TESTS_MISSING] : []),
      ...uncovered.slice(0, 50),
    );
  const strict = strictFiles(question);
  return asJson({
    status: 'PLANNED',
    plan: {
      ...{ ...plan, subjects, confidence: Math.round(confidence * 100), uncovered },
      ...(strict.length === 0 ? {} : { strict }),
    },
    cases: totalCases,
  });
};
