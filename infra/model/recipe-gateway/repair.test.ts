import { describe, expect, it } from 'vitest';
import type { RecipeStep } from '../../recipes/recipe.ts';
import { candidates, pastOf } from './repair.ts';

const ALL: readonly RecipeStep[] = ['RENAME', 'BLOCK_SCOPED', 'CLASSES', 'MODULES', 'ANNOTATE'];
const attempt = (disabledSteps: readonly RecipeStep[], excerpt: string, appliedSteps = ALL) => ({
  rejection: null,
  recipe: { disabledSteps: [...disabledSteps], appliedSteps: [...appliedSteps] },
  report: { tests: [{ status: 'FAILED', errorClass: 'TypeError', excerpt }] },
});
const next = (...past: readonly object[]) => candidates(pastOf(JSON.parse(JSON.stringify({ past }))));

describe('the choice of a repair', () => {
  it('[JOB-07] tries nothing twice and ends when nothing is left', () => {
    const tried = [attempt([], 'differs'), attempt(['CLASSES'], 'x'), attempt(['CLASSES', 'MODULES'], 'x')];
    expect(next(...tried)).toEqual([['CLASSES', 'MODULES', 'BLOCK_SCOPED']]);
    expect(next(...tried, attempt(['CLASSES', 'MODULES', 'BLOCK_SCOPED'], 'x'))).toEqual([]);
  });

  it('[JOB-08] begins with the whole recipe', () => {
    expect(next()[0]).toEqual([]);
    expect(next({ rejection: 'no recipe then', recipe: null, report: null })[0]).toEqual([]);
  });

  it.each([
    ["Class constructor A cannot be invoked without 'new'", 'CLASSES'],
    ['ReferenceError: require is not defined in ES module scope', 'MODULES'],
    ["Cannot access 'a' before initialization", 'BLOCK_SCOPED'],
    ['the values differ', 'CLASSES'],
  ])('[JOB-07] suspects by what the failure says: %s', (excerpt, step) => {
    expect(next(attempt([], excerpt))[0]).toEqual([step]);
  });

  it('[JOB-07] suspects no step that changed nothing', () => {
    expect(next(attempt([], "without 'new'", ['RENAME', 'MODULES']))).toEqual([['MODULES']]);
    expect(next(attempt([], 'differs', ['RENAME', 'ANNOTATE']))).toEqual([]);
  });

  it('[JOB-07] reads the errors of a type check too', () => {
    const past = {
      ...attempt([], ''),
      report: { tests: [], type_check: { strict_errors: [{ reason: 'x is used before initialization' }] } },
    };
    expect(next(past)[0]).toEqual(['BLOCK_SCOPED']);
  });
});
