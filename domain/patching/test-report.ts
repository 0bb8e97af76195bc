/** What a test run reported, in one form for every runner (EXE-05), and the fingerprint of its failures (TST-03). */

export type TestStatus = 'PASSED' | 'FAILED' | 'TIMEOUT' | 'SKIPPED';

export type TestResult = Readonly<{
  /** Names from the outermost group to the test, joined by ` > `. */
  name: string;
  status: TestStatus;
  /** Class of the error, for example `AssertionError`; null when it did not fail or threw no error. */
  errorClass: string | null;
  /** `path:line:column`, path relative to the workspace where it is inside; null when unknown. */
  location: string | null;
  /** Message and first frames, at most 2,000 characters. */
  excerpt: string | null;
  durationMs: number;
}>;

export type TestCounts = Readonly<{
  passed: number;
  failed: number;
  timedOut: number;
  skipped: number;
  total: number;
}>;

export type TestReport = Readonly<{ tests: readonly TestResult[]; counts: TestCounts }>;

export function countTests(tests: readonly TestResult[]): TestCounts {
  const count = (status: TestStatus): number => tests.filter((test) => test.status === status).length;
  return {
    passed: count('PASSED'),
    failed: count('FAILED'),
    timedOut: count('TIMEOUT'),
    skipped: count('SKIPPED'),
    total: tests.length,
  };
}

/** The file of a location without line and column; of an absolute path only its last part, since its folder may be a temp folder. */
function stableLocation(location: string | null): string {
  if (location === null) return '';
  const path = location
    .replace(/^file:\/\//, '')
    .replaceAll('\\', '/')
    .replace(/(?::\d+){1,2}$/, '');
  return /^(?:\/|[A-Za-z]:\/)/.test(path) ? path.slice(path.lastIndexOf('/') + 1) : path;
}

/** A test name without what changes from run to run: absolute paths, addresses, and how long something took. */
function stableName(name: string): string {
  return name
    .replace(/(?:file:\/\/)?(?:[A-Za-z]:)?(?:[/\\][\w.@+-]+){2,}[/\\]([\w.@+-]+)/g, '<path>/$1')
    .replace(/\b0x[0-9a-f]{6,}\b/gi, '<address>')
    .replace(/\b(in|after|took) \d+(?:\.\d+)? ?(?:ms|s|milliseconds|seconds)\b/g, '$1 <time>');
}

/**
 * SHA-256 of the failed tests: their names, the class of the error and the file where it came up, sorted. The same
 * failures give the same fingerprint after lines moved, in another temp folder, and however long they took.
 *
 * @param sha256 lower-case hexadecimal SHA-256 of a UTF-8 text
 */
export function failureFingerprint(report: TestReport, sha256: (text: string) => string): string {
  const failures = report.tests
    .filter((test) => test.status === 'FAILED' || test.status === 'TIMEOUT')
    .map((test) =>
      JSON.stringify([stableName(test.name), test.errorClass ?? '', stableLocation(test.location)]),
    );
  return sha256([...new Set(failures)].sort().join('\n'));
}
