import type { Json } from '../../../domain/kernel/message.ts';
import {
  CONDITIONS,
  type Condition,
  TEST_MODES,
  type TestMode,
} from '../../../domain/refactoring/job/values.ts';
import type { ModelRequest } from '../../../processors/refactoring/model-router.port.ts';
import type { ProjectSources } from '../../recipes/recipe.ts';

/** The part of a request that a recipe looks at; it must survive the way into a worker thread. */
export type RecipeQuestion = Pick<ModelRequest, 'stage' | 'goal' | 'strategy' | 'context' | 'inputs'>;

/** The person's choice of how tests are made; null: none. */
export const testModeOf = ({ inputs }: RecipeQuestion): TestMode | null =>
  TEST_MODES.find((mode) => mode === inputs['testMode']) ?? null;

/** Conditions of the proposal that the person accepted. */
export const acceptedOf = ({ inputs }: RecipeQuestion): readonly Condition[] => {
  const given = inputs['accepted'];
  return CONDITIONS.filter((condition) => Array.isArray(given) && given.includes(condition));
};

export const sourcesOf = ({ context }: RecipeQuestion): ProjectSources => ({
  files: context.files,
  targets: context.targets,
  dependencies: context.dependencies,
});

/** A JSON value of what is one by construction: readonly arrays and records of strings and numbers. */
export const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value));

export const refusal = (
  ...reasons: readonly Readonly<{ code: string; path: string | null; line: number | null; reason: string }>[]
): Json => asJson({ status: 'REFUSED', reasons });
