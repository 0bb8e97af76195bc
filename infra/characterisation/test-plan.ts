import type { TestMode } from '../../domain/refactoring/job/values.ts';
import type { Finding, SourceFile } from '../recipes/recipe.ts';

export type SubjectKind = 'function' | 'class' | 'value' | 'object' | 'program';

/** One export that the tests exercise, or a program. `module` is relative to the package root; `exportPath` is empty for the module itself. */
export type TestSubject = Readonly<{
  module: string;
  exportPath: readonly string[];
  kind: SubjectKind;
  /** Number of generated cases or runs; about a third of them becomes tests. */
  cases: number;
}>;

/** What the server hands to the person's machine: files to write, to record with on the legacy code, then to lock (TST-01). */
export type TestPlan = Readonly<{
  mode: TestMode;
  runner: 'node:test';
  /** Share of exports whose code was found, times the share of functions that planned calls can lead to (0 to 1). */
  confidence: number;
  /** All generated files, under `.iama/tests/`. */
  files: readonly SourceFile[];
  subjects: readonly TestSubject[];
  /** The package's own code files: what coverage is to be measured of. */
  modules: readonly string[];
  totalCases: number;
  /** Exports or modules that cannot be exercised, and why. */
  uncovered: readonly Finding[];
}>;

export const TEST_FOLDER = '.iama/tests';
