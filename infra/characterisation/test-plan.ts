import type { TestMode } from '../../domain/refactoring/job/values.ts';
import type { Finding, SourceFile } from '../recipes/recipe.ts';

/** `asserted`: a module that the package's own tests lead to. */
export type SubjectKind = 'function' | 'class' | 'value' | 'object' | 'program' | 'server' | 'asserted';

/** One export that the tests exercise, a program, a server, or a module of which the package's own tests state results. `module` is relative to the package root; `exportPath` is empty for the module itself. */
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
  /**
   * Share of the functions that the tests can lead to (0 to 1); for generated calls times the share of exports whose code was
   * found.
   */
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
