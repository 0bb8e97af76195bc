import type { Json } from '../../../domain/kernel/message.ts';
import { transform } from '../../recipes/javascript-to-typescript/recipe.ts';
import type { Finding, RecipeReport, RecipeStep } from '../../recipes/recipe.ts';
import { placed } from './figures.ts';
import { patchSetOf } from './patch-set.ts';
import { acceptedOf, asJson, type RecipeQuestion, refusal, sourcesOf } from './question.ts';
import { candidates, pastOf, type RecipeTrace, refusedBefore } from './repair.ts';

const ACCEPTED = 'sloppy code becomes strict, so that a write that something refuses throws.';

const summaryOf = (report: RecipeReport, edits: number, left: readonly RecipeStep[]): string => {
  const { annotatedPositions, anyPositions } = report.types;
  const applied = report.steps
    .filter((step) => step.applied > 0)
    .map((step) => `${step.step} ${step.applied}`);
  const kept = report.steps.reduce((sum, step) => sum + step.left.length, 0);
  return [
    `${edits} files change. ${report.moduleSystem}: ${report.moduleSystemReason}`,
    `Steps: ${applied.join(', ')}; ${kept} places left as they are.`,
    `${annotatedPositions} positions annotated, ${anyPositions} of them with any; no error under --strict.`,
    ...(report.accepted.length > 0 ? [`Accepted: ${ACCEPTED}`] : []),
    ...(left.length > 0 ? [`Left out after a failure: ${left.join(', ')}.`] : []),
  ]
    .join(' ')
    .slice(0, 2_000);
};

const exhausted = (errors: readonly Finding[], reason: string): Json =>
  refusal(
    { code: 'RECIPE_EXHAUSTED', path: null, line: null, reason },
    ...errors.slice(0, 20).map((error) => ({ ...error, reason: placed(error) })),
  );

/**
 * Stages PATCH and REPAIR. Runs the recipe without the steps that are suspected, and without more of them as long as the
 * result has errors under --strict: such a result is never sent (LLM-10).
 */
export const patch = (question: RecipeQuestion): Json => {
  const sources = sourcesOf(question);
  const strategy = question.strategy ?? 'STANDARD';
  const attempts = pastOf(question.inputs);
  const refused = refusedBefore(attempts);
  if (refused !== null) return exhausted([], refused);
  if (attempts.at(-1)?.report === null && attempts.at(-1)?.recipe !== null)
    return exhausted([], `The same patch would be rejected again: ${attempts.at(-1)?.rejection ?? ''}`);
  let errors: readonly Finding[] = [];
  let idle: readonly RecipeStep[] = [];
  for (const disabledSteps of candidates(attempts)) {
    const added = disabledSteps.at(-1);
    // Leaving out a step that did nothing would take as long and give the same errors.
    if (added !== undefined && idle.includes(added)) continue;
    const result = transform(sources, { strategy, disabledSteps, accepted: acceptedOf(question) });
    if (result.status === 'REFUSED') return refusal(...result.reasons);
    const { report, changes } = result;
    errors = report.types.strictErrors;
    idle = report.steps.filter(({ applied }) => applied === 0).map(({ step }) => step);
    if (errors.length > 0) continue;
    const recipe: RecipeTrace = {
      disabledSteps: [...disabledSteps],
      appliedSteps: report.steps.filter(({ applied }) => applied > 0).map(({ step }) => step),
    };
    const set = patchSetOf(changes, sources.files);
    const summary = summaryOf(report, set.edits.length, disabledSteps);
    return asJson({ status: 'PATCHED', patch: set, summary, report, recipe });
  }
  return exhausted(
    errors,
    errors.length > 0
      ? 'The recipe leaves errors under --strict that it cannot repair.'
      : 'The converted package does not pass the recorded tests, whichever step of the recipe is left out.',
  );
};
