import type { ExecutionKind, Goal } from './values.ts';

/** Times and counts of spec/40 that decisions depend on. */
export const GRACE_SECONDS = 300;
export const ESCALATION_SECONDS = 3_600;
export const INTERVENTION_SECONDS = 1_800;

/** JOB-07: counted attempts; the recipe attempt comes on top (JOB-08). */
export const MAX_ATTEMPTS = 10;
export const ATTEMPTS_PER_PHASE = 3;
/** The failure, counted consecutively, at which a person is asked. */
export const IDENTICAL_FAILURES = 3;

/** JOB-09, in seconds from the claim of an execution to its report. */
export const EXECUTION_TIMEOUT_SECONDS: Readonly<Record<ExecutionKind, number>> = {
  BASELINE: 900,
  TEST: 900,
  APPLY: 120,
  REVERT: 120,
};
/** No execution gets more than this. */
export const LONGEST_EXECUTION_SECONDS = 3_600;

/** TST-04: what a run that had too little time gets next. */
export const moreTime = (seconds: number): number => Math.min(2 * seconds, LONGEST_EXECUTION_SECONDS);

/** Goals that a deterministic recipe covers at least in part (LLM-10). */
const RECIPE_GOALS: readonly Goal[] = ['JAVASCRIPT_TO_TYPESCRIPT'];
export const hasRecipe = (goal: Goal): boolean => RECIPE_GOALS.includes(goal);

/** RFC 3339 UTC, `seconds` after `at`. */
export const secondsAfter = (at: string, seconds: number): string =>
  new Date(Date.parse(at) + seconds * 1_000).toISOString();

export const reached = (deadline: string, at: string): boolean => Date.parse(at) >= Date.parse(deadline);
