import type { ExecutionContext } from './execution.ts';

/** Time limits of processes on the person's machine (EXE-04), in milliseconds. */
const DEFAULT_TEST_FILE_MS = 30_000;
/** The first recording tries many more inputs than are kept in the end. */
const RECORDING_FACTOR = 6;
const SLOWER_THAN_BASELINE = 10;

/** Limit of one run of the locked tests: `IAMA_TEST_TIMEOUT_SECONDS` or 30 s, and never tight for slow legacy code. */
export const testFileLimit = (baselineMs: number, env: NodeJS.ProcessEnv = process.env): number => {
  const configured = Number(env['IAMA_TEST_TIMEOUT_SECONDS'] ?? '') * 1_000;
  if (configured > 0) return configured;
  return Math.max(DEFAULT_TEST_FILE_MS, baselineMs * SLOWER_THAN_BASELINE);
};

export const recordingLimit = (env: NodeJS.ProcessEnv = process.env): number =>
  testFileLimit(0, env) * RECORDING_FACTOR;

/** What a test run gets from its claim to its report unless it is repeated with more (JOB-09). */
const USUAL_SECONDS = 900;
/** The rest is for sending what was found. */
const SHARE_FOR_WORK = 0.9;

/** The time that is left of an execution which was claimed just now. */
export const timeFromNow = (timeoutSeconds: number): (() => number) => {
  const until = performance.now() + timeoutSeconds * 1_000 * SHARE_FOR_WORK;
  return () => until - performance.now();
};

/** A limit as the request wants it: longer by as much as the whole is, and never beyond the end of the whole (TST-04). */
export const limitOf = (
  { execution, timeLeft }: Pick<ExecutionContext, 'execution' | 'timeLeft'>,
  usualMs: number,
): number =>
  Math.max(1, Math.min(usualMs * Math.max(1, execution.timeout_seconds / USUAL_SECONDS), timeLeft()));
