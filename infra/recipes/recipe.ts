import type { Condition } from '../../domain/refactoring/job/values.ts';

/**
 * What every deterministic recipe (L0) looks like: a pure function from the sources of a project to new sources
 * (LLM-10, JOB-08). A recipe says what it proves and refuses the rest with a reason.
 */

/** Path is POSIX and relative to the project root; text is decoded UTF-8. */
export type SourceFile = Readonly<{ path: string; text: string }>;

export type ProjectSources = Readonly<{
  /** Every text file of the project that was sent: sources, tests, docs, package.json. */
  files: readonly SourceFile[];
  /** Paths the person selected. Empty: the recipe chooses all it covers. */
  targets: readonly string[];
  /** Interface slices of dependencies: `node_modules/<pkg>/package.json` and `.d.ts` files, never bodies (CTX-04). */
  dependencies: readonly SourceFile[];
}>;

export type Strategy = 'CONSERVATIVE' | 'STANDARD' | 'COMPREHENSIVE';

/** Why something was left alone or refused. `code` is stable; `reason` is a plain sentence for the person. */
export type Finding = Readonly<{ code: string; path: string | null; line: number | null; reason: string }>;

export type FileChange =
  | Readonly<{ kind: 'WRITE'; path: string; text: string }>
  | Readonly<{ kind: 'RENAME'; path: string; to: string; text: string }>
  | Readonly<{ kind: 'DELETE'; path: string }>;

/** The steps of the JavaScript to TypeScript recipe. A repair attempt runs the recipe again without the step at fault. */
export type RecipeStep = 'RENAME' | 'BLOCK_SCOPED' | 'CLASSES' | 'MODULES' | 'ANNOTATE' | 'PROJECT_FILES';

export type RecipeOptions = Readonly<{
  strategy: Strategy;
  disabledSteps: readonly RecipeStep[];
  /** Differences that cannot be excluded and that the person takes; absent: none, so that they are refused. */
  accepted?: readonly Condition[];
}>;

export type RecipeReport = Readonly<{
  /** Module system of the result and why. */
  moduleSystem: 'ESM' | 'COMMONJS';
  moduleSystemReason: string;
  /** False too where the files were ES modules before. */
  movesToEsm: boolean;
  steps: readonly Readonly<{ step: RecipeStep; applied: number; left: readonly Finding[] }>[];
  /** Where an accepted difference may be seen. */
  accepted: readonly Finding[];
  types: Readonly<{
    /** Positions that carry a type annotation written by the recipe (parameters, returns, variables, properties). */
    annotatedPositions: number;
    /** Of these, how many contain `any` (implicit or explicit). */
    anyPositions: number;
    /** `tsc --strict` diagnostics of the result; DELIVERED needs zero. */
    strictErrors: readonly Finding[];
  }>;
}>;

export type RecipeResult =
  | Readonly<{ status: 'CHANGED'; changes: readonly FileChange[]; report: RecipeReport }>
  | Readonly<{ status: 'REFUSED'; reasons: readonly Finding[] }>;
