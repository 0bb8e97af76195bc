/** Runs tests in a process of their own and reads the report of it. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { countTests, type TestReport, type TestResult } from '../../../domain/patching/test-report.ts';
import { parseNodeTestReport } from './node-test-report.ts';
import type { ProcessRunner } from './process-runner.ts';
import { type Hashes, hashTests, requireLocked, TEST_FILE } from './test-files.ts';

export const DEFAULT_REPORTER = fileURLToPath(new URL('./json-lines-reporter.mjs', import.meta.url));
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
/** Beside the tests, not among them: what a run writes is not locked. */
const RUN_FOLDER = '.iama/run';

export type TestRunOptions = Readonly<{
  /** Absolute path of the shadow copy. */
  workspaceRoot: string;
  /** Absolute path of the Node that runs the tests. */
  nodePath: string;
  timeoutMs: number;
  env: Readonly<Record<string, string>>;
  spawn: ProcessRunner;
  /** Path of `json-lines-reporter.mjs` as the process sees it; differs in a container. */
  reporterPath?: string;
}>;

export type FileRun = Readonly<{
  report: string;
  exitCode: number | null;
  timedOut: boolean;
  stdout: string;
  stderr: string;
}>;

/** Also the slash, which ends a pattern of the command line. */
const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Results must not depend on the place and language of the machine, nor on which of several threads is first done with the disk. */
const FIXED_ENV = {
  TZ: 'UTC',
  LANG: 'en_US.UTF-8',
  LC_ALL: 'en_US.UTF-8',
  NO_COLOR: '1',
  NODE_NO_WARNINGS: '1',
  UV_THREADPOOL_SIZE: '1',
};

/** Runs Node with these arguments; what node:test tells there, if anything, becomes the report. */
export async function runReported(
  { workspaceRoot, nodePath, timeoutMs, spawn, reporterPath }: Omit<TestRunOptions, 'env'>,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<FileRun> {
  const folder = path.join(workspaceRoot, RUN_FOLDER);
  const destination = path.join(folder, 'report.jsonl');
  await mkdir(folder, { recursive: true });
  await rm(destination, { force: true });
  const reported = [
    `--test-reporter=${reporterPath ?? DEFAULT_REPORTER}`,
    `--test-reporter-destination=${RUN_FOLDER}/report.jsonl`,
    ...args,
  ];
  const result = await spawn(nodePath, reported, {
    cwd: workspaceRoot,
    env,
    timeoutMs,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  const { exitCode, timedOut, stdout, stderr } = result;
  return { report: await readIfThere(destination), exitCode, timedOut, stdout, stderr };
}

/** Runs the generated test file, without the tests named in `left`. */
export const runFile = (
  options: TestRunOptions,
  testFile: string,
  env: Readonly<Record<string, string>>,
  left: readonly string[] = [],
): Promise<FileRun> =>
  runReported(
    options,
    [
      // What the code under test leaves open must not keep the process alive.
      '--test-force-exit',
      ...left.map((name) => `--test-skip-pattern=/^${escaped(name)}$/`),
      testFile,
    ],
    { ...FIXED_ENV, ...options.env, ...env },
  );

export async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

export type LockedRun = Readonly<{ report: TestReport; testHashes: Hashes }>;

const setAside = (name: string): TestResult => ({
  name,
  status: 'SKIPPED',
  errorClass: null,
  location: null,
  excerpt: null,
  durationMs: 0,
});

/**
 * Runs the locked tests, now on the refactored and built code.
 *
 * @param options `lockedHashes` of the baseline; `expectedTests`: how many tests it had; `quarantined`: names of those that
 *   the person set aside, reported as skipped
 * @throws {TestsWeakened} when a locked file is not the one of the baseline, before or after the run
 */
export async function runLockedTests(
  options: TestRunOptions &
    Readonly<{ lockedHashes: Hashes; expectedTests: number; quarantined: readonly string[] }>,
): Promise<LockedRun> {
  const { workspaceRoot, lockedHashes, expectedTests, quarantined } = options;
  await requireLocked(workspaceRoot, lockedHashes);
  const run = await runFile(options, TEST_FILE, {}, quarantined);
  await requireLocked(workspaceRoot, lockedHashes);
  const ran = parseNodeTestReport(run.report, workspaceRoot, run, expectedTests - quarantined.length);
  const tests = [...ran.tests, ...quarantined.map(setAside)];
  return { report: { tests, counts: countTests(tests) }, testHashes: await hashTests(workspaceRoot) };
}
