import type { TestResult, TestStatus } from '../../../../domain/patching/test-report.ts';
import { FAILS_ON_BASE, notAgreed } from '../../test-run/snapshots.ts';

/** Worst first: tests of one name in one file stand for each other. */
const WORST: readonly TestStatus[] = ['TIMEOUT', 'FAILED', 'SKIPPED', 'PASSED'];

/** Each name once, with the worst that happened under it. */
const byName = (tests: readonly TestResult[]): ReadonlyMap<string, TestResult> => {
  const worst = new Map<string, TestResult>();
  for (const test of tests) {
    const known = worst.get(test.name);
    if (known === undefined || WORST.indexOf(test.status) < WORST.indexOf(known.status))
      worst.set(test.name, test);
  }
  return worst;
};

export type Agreement = Readonly<{
  /** What passed in every run. */
  kept: readonly TestResult[];
  /** What did not, and why. A test that skips itself every time is neither. */
  left: readonly Readonly<{ name: string; why: string }>[];
}>;

/** N of N (TST-05): what every run on the untouched code passed. */
export const agreementOf = (runs: readonly (readonly TestResult[])[]): Agreement => {
  const all = runs.map(byName);
  const kept: TestResult[] = [];
  const left: { name: string; why: string }[] = [];
  for (const name of new Set(all.flatMap((run) => [...run.keys()]))) {
    const seen = all.map((run) => run.get(name));
    const [first] = seen;
    const statuses = new Set(seen.map((test) => test?.status));
    if (first !== undefined && statuses.size === 1) {
      if (first.status === 'PASSED') kept.push(first);
      else if (first.status !== 'SKIPPED') left.push({ name, why: FAILS_ON_BASE });
    } else left.push({ name, why: notAgreed(runs.length) });
  }
  return { kept, left };
};

const missing = (name: string): TestResult => ({
  name,
  status: 'FAILED',
  errorClass: 'TestsMissing',
  location: null,
  excerpt: 'This test passed before the change and was not run after it.',
  durationMs: 0,
});

const skippedNow = (test: TestResult): TestResult => ({
  ...test,
  status: 'FAILED',
  errorClass: 'TestSkipped',
  excerpt: 'This test passed before the change and skips itself after it.',
});

/**
 * What a run after the change says about the locked tests: each of them once, in their order, then what fails and was not
 * there before. Tests left out of the baseline say nothing.
 *
 * @param setAside names that the person set aside: reported as skipped, whatever they came to
 * @param timedOut the run did not end: what it did not come to had no time
 */
export const judgedBy = (
  locked: Readonly<{ tests: readonly string[]; left: readonly string[] }>,
  run: Readonly<{ tests: readonly TestResult[]; timedOut: boolean }>,
  setAside: ReadonlySet<string>,
): readonly TestResult[] => {
  const found = byName(run.tests);
  const known = new Set([...locked.tests, ...locked.left, ...setAside]);
  const judged = locked.tests.map((name): TestResult => {
    const test = found.get(name);
    if (setAside.has(name)) return { ...missing(name), status: 'SKIPPED', errorClass: null, excerpt: null };
    if (test === undefined)
      return run.timedOut ? { ...missing(name), status: 'TIMEOUT', errorClass: 'TimedOut' } : missing(name);
    return test.status === 'SKIPPED' ? skippedNow(test) : test;
  });
  const news = [...found.values()].filter(
    ({ name, status }) => !known.has(name) && (status === 'FAILED' || status === 'TIMEOUT'),
  );
  return [...judged, ...news];
};
