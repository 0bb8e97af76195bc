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
