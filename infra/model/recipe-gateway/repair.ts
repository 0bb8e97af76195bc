import { z } from 'zod';
import type { Json } from '../../../domain/kernel/message.ts';
import type { RecipeStep } from '../../recipes/recipe.ts';

/**
 * Which step of the recipe to leave out next. A step is a suspect when it did something; what the failure says orders
 * the suspects, and what was left out once stays out.
 */

const steps = z.array(z.enum(['RENAME', 'BLOCK_SCOPED', 'CLASSES', 'MODULES', 'ANNOTATE', 'PROJECT_FILES']));

/** What a PATCH artifact keeps for the next repair. */
const recipeTrace = z.object({
  disabledSteps: steps,
  /** Steps that changed something. */
  appliedSteps: steps,
});
export type RecipeTrace = z.infer<typeof recipeTrace>;

const past = z.array(
  z.looseObject({
    modelClass: z.string().optional(),
    rejection: z.string().nullable(),
    recipe: recipeTrace.nullable().catch(null),
    report: z
      .looseObject({
        tests: z
          .array(
            z.looseObject({
              status: z.string(),
              errorClass: z.string().nullish(),
              excerpt: z.string().nullish(),
            }),
          )
          .default([]),
        type_check: z
          .looseObject({ strict_errors: z.array(z.looseObject({ reason: z.string() })).default([]) })
          .optional(),
      })
      .nullable()
      .catch(null),
  }),
);
export type Past = z.infer<typeof past>;

export const pastOf = (inputs: Readonly<Record<string, Json>>): Past => past.parse(inputs['past'] ?? []);

/**
 * Why the recipe gave no patch when it was asked before; null where it did, or was not asked. Its own attempt asks nobody else, and
 * what it is asked stays the same within one cycle of attempts.
 */
export const refusedBefore = (attempts: Past): string | null =>
  attempts.find(({ modelClass, recipe }) => modelClass === 'L0' && recipe === null)?.rejection ?? null;

/** From the boldest step to the mildest; the others cannot be left out without giving up the goal. */
const OPTIONAL: readonly RecipeStep[] = ['CLASSES', 'MODULES', 'BLOCK_SCOPED'];

const SIGNS: readonly Readonly<{ step: RecipeStep; sign: RegExp }>[] = [
  { step: 'CLASSES', sign: /without 'new'|is not a constructor|\bprototype\b|Class constructor/ },
  {
    step: 'MODULES',
    sign: /require is not defined|exports is not defined|ERR_REQUIRE|ERR_MODULE|Cannot find module|\bModule\b.*null prototype/,
  },
  { step: 'BLOCK_SCOPED', sign: /before initialization|Assignment to constant|is not defined/ },
];

const messagesOf = (attempt: Past[number] | undefined): string => {
  const { tests = [], type_check } = attempt?.report ?? {};
  return [
    ...tests
      .filter(({ status }) => status !== 'PASSED' && status !== 'SKIPPED')
      .map(({ errorClass, excerpt }) => `${errorClass ?? ''} ${excerpt ?? ''}`),
    ...(type_check?.strict_errors ?? []).map(({ reason }) => reason),
  ].join('\n');
};

/** The optional steps, those first that the newest failure speaks of. */
export const suspects = (attempts: Past): readonly RecipeStep[] => {
  const messages = messagesOf(attempts.at(-1));
  const named = SIGNS.filter(({ sign }) => sign.test(messages)).map(({ step }) => step);
  return [...new Set([...named, ...OPTIONAL])];
};

/**
 * Sets of steps to leave out, in the order in which they are tried: the newest set and one suspect more each time. Without
 * an earlier attempt the first set is empty: the whole recipe.
 */
export const candidates = (attempts: Past): readonly (readonly RecipeStep[])[] => {
  const traces = attempts.flatMap(({ recipe }) => (recipe === null ? [] : [recipe]));
  const newest = traces.at(-1);
  const tried = new Set(traces.map(({ disabledSteps }) => keyOf(disabledSteps)));
  const sets: (readonly RecipeStep[])[] = newest === undefined ? [[]] : [];
  let left = newest?.disabledSteps ?? [];
  for (const step of suspects(attempts)) {
    const idle = newest !== undefined && !newest.appliedSteps.includes(step);
    if (idle || left.includes(step)) continue;
    left = [...left, step];
    sets.push(left);
  }
  return sets.filter((set) => !tried.has(keyOf(set)));
};

const keyOf = (set: readonly RecipeStep[]): string => [...set].sort().join();
