/** Reads what `json-lines-reporter.mjs` wrote. The text comes from a process that runs foreign code: every field is checked. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import {
  countTests,
  type TestReport,
  type TestResult,
  type TestStatus,
} from '../../../domain/patching/test-report.ts';

export const MAX_EXCERPT = 2_000;
const MAX_TESTS = 20_000;
const MAX_LINE = 64 * 1024;

const reportedError = z.object({
  failureType: z.string().optional(),
  name: z.string().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  stack: z.string().optional(),
});

const reportedLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), name: z.string(), nesting: z.number().int().min(0).max(50) }),
  z.object({
    type: z.enum(['pass', 'fail']),
    name: z.string(),
    nesting: z.number().int().min(0).max(50),
    suite: z.boolean(),
    skipped: z.boolean(),
    todo: z.boolean(),
    durationMs: z.number().nonnegative().optional(),
    file: z.string().optional(),
    line: z.number().optional(),
    column: z.number().optional(),
    error: reportedError.optional(),
  }),
  z.object({ type: z.literal('end'), success: z.boolean() }),
]);

type ReportedLine = z.infer<typeof reportedLine>;
type ReportedTest = Extract<ReportedLine, { type: 'pass' | 'fail' }>;
type ReportedError = z.infer<typeof reportedError>;

/** How the process that wrote the report ended; a report alone proves nothing about a run that was cut short. */
export type RunEnd = Readonly<{ exitCode: number | null; timedOut: boolean; stderr: string }>;

function parseLine(text: string): ReportedLine | null {
  if (text.length > MAX_LINE) return null;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const read = reportedLine.safeParse(data);
  return read.success ? read.data : null;
}

const TIMEOUTS = new Set(['testTimeoutFailure', 'cancelledByParent', 'testAborted']);

function statusOf(line: ReportedTest): TestStatus {
  if (line.skipped) return 'SKIPPED';
  if (line.type === 'pass') return 'PASSED';
  if (line.todo) return 'SKIPPED';
  return TIMEOUTS.has(line.error?.failureType ?? '') ? 'TIMEOUT' : 'FAILED';
}

/** A path from the foreign process, relative to the workspace where it is inside it. */
function shownPath(file: string, workspaceRoot: string): string {
  let local = file;
  if (file.startsWith('file:')) {
    try {
      local = fileURLToPath(file);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  const inside = path.relative(workspaceRoot, local);
  return inside !== '' && !inside.startsWith('..') && !path.isAbsolute(inside)
    ? inside.split(path.sep).join('/')
    : local;
}

const FRAME = /(?:\(|at )((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^\s()]*?):(\d+):(\d+)\)?$/m;

/** Where the error came up: the first frame of its stack in a file, else where the test stands. */
function locationOf(line: ReportedTest, workspaceRoot: string): string | null {
  const frame = FRAME.exec(line.error?.stack ?? '');
  if (frame !== null) return `${shownPath(frame[1] ?? '', workspaceRoot)}:${frame[2]}:${frame[3]}`;
  if (line.file === undefined) return null;
  return `${shownPath(line.file, workspaceRoot)}:${line.line ?? 0}:${line.column ?? 0}`;
}

function errorClassOf(error: ReportedError | undefined): string | null {
  if (error === undefined) return null;
  const stated = /^([A-Z][\w$]*)(?: \[[\w$]+\])?(?::|$)/m.exec(error.stack ?? '')?.[1];
  return error.name ?? stated ?? error.failureType ?? 'Error';
}

function excerptOf(error: ReportedError | undefined, workspaceRoot: string): string | null {
  if (error === undefined) return null;
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((one) => /^\s+at /.test(one) && !one.includes('node:internal'))
    .slice(0, 3);
  const text = [error.message ?? '', ...frames].join('\n').trim();
  return text
    .replaceAll(`file://${workspaceRoot}/`, '')
    .replaceAll(`${workspaceRoot}/`, '')
    .slice(0, MAX_EXCERPT);
}

function lostTest(name: string, end: RunEnd, errorClass: string): TestResult {
  return {
    name,
    status: end.timedOut ? 'TIMEOUT' : 'FAILED',
    errorClass: end.timedOut ? 'TimedOut' : errorClass,
    location: null,
    excerpt: end.stderr.slice(-MAX_EXCERPT),
    durationMs: 0,
  };
}

/**
 * @param text content of the report file; may be cut off, empty or forged
 * @param workspaceRoot absolute; paths inside it are shown relative
 * @param end how the process ended: a run that did not finish is a failure, whatever its lines say
 * @param expectedTests number of tests of the locked baseline; fewer means that some were lost
 * @param named `IN_FILE`: with the file that a test stands in, where several files may have tests of one name
 */
export function parseNodeTestReport(
  text: string,
  workspaceRoot: string,
  end: RunEnd,
  expectedTests = 1,
  named: 'ALONE' | 'IN_FILE' = 'ALONE',
): TestReport {
  const tests: TestResult[] = [];
  const names: string[] = [];
  let finished = false;
  for (const one of text.split('\n')) {
    const line = one === '' ? null : parseLine(one);
    if (line === null || tests.length >= MAX_TESTS) continue;
    if (line.type === 'end') {
      finished = true;
    } else if (line.type === 'start') {
      names.length = line.nesting;
      names[line.nesting] = line.name;
    } else if ((!line.suite || line.type === 'fail') && line.error?.failureType !== 'subtestsFailed') {
      // Of suites only what failed in them beside their tests: a hook, or the suite itself.
      const outer = names.slice(0, line.nesting).filter((name) => name !== undefined);
      const file = named === 'ALONE' || line.file === undefined ? null : shownPath(line.file, workspaceRoot);
      const failed = line.type === 'fail' && !line.skipped;
      tests.push({
        // A file without tests is told as a test that has its name.
        name: [...(file === null || file === line.name ? [] : [file]), ...outer, line.name].join(' > '),
        status: statusOf(line),
        errorClass: failed ? errorClassOf(line.error) : null,
        location: failed ? locationOf(line, workspaceRoot) : null,
        excerpt: failed ? excerptOf(line.error, workspaceRoot) : null,
        durationMs: line.durationMs ?? 0,
      });
    }
  }
  const failing = tests.some((test) => test.status === 'FAILED' || test.status === 'TIMEOUT');
  if (end.timedOut || !finished) tests.push(lostTest('test run did not finish', end, 'RunCutShort'));
  else if (tests.length < expectedTests)
    tests.push(lostTest('tests are missing from the run', end, 'TestsMissing'));
  else if (end.exitCode !== 0 && !failing)
    tests.push(lostTest('test run failed outside of its tests', end, 'RunFailed'));
  return { tests, counts: countTests(tests) };
}
