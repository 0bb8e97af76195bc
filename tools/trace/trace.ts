/**
 * Requirement tracing: which requirement ids the tests name in their titles (`[JOB-07]`), with what result, and which
 * requirements of an issue have none.
 */
export type TestOutcome = 'passed' | 'failed' | 'skipped';
export type TestResult = Readonly<{ title: string; file: string; outcome: TestOutcome }>;
export type TraceRow = Readonly<{ id: string; passed: number; failed: number; files: readonly string[] }>;

/** What a status of Vitest's JSON report says; an unknown one counts as failed. */
export const outcomeOf = (status: string): TestOutcome => {
  if (status === 'passed') return 'passed';
  return ['skipped', 'pending', 'todo', 'disabled'].includes(status) ? 'skipped' : 'failed';
};

const ID = /\b([A-Z]{2,3}-\d{2}|SEC \d{1,2})\b/g;

/** Ids within square brackets of a title; `[JOB-01, JOB-03]` names two. */
export const idsOf = (title: string): string[] => [
  ...new Set([...title.matchAll(/\[([^\]]+)\]/g)].flatMap(([, inner]) => (inner ?? '').match(ID) ?? [])),
];

/**
 * One row per id of `required`, in its order, then ids that only tests name. A test that did not run on this machine (it
 * needs a person who is not root, or Linux) shows nothing: it counts neither for its requirement nor against it.
 */
export const trace = (required: readonly string[], results: readonly TestResult[]): TraceRow[] => {
  const byId = new Map<string, { passed: number; failed: number; files: Set<string> }>();
  for (const id of required) byId.set(id, { passed: 0, failed: 0, files: new Set() });
  for (const result of results) {
    if (result.outcome === 'skipped') continue;
    for (const id of idsOf(result.title)) {
      const row = byId.get(id) ?? { passed: 0, failed: 0, files: new Set<string>() };
      if (result.outcome === 'passed') row.passed += 1;
      else row.failed += 1;
      row.files.add(result.file);
      byId.set(id, row);
    }
  }
  return [...byId].map(([id, { passed, failed, files }]) => ({
    id,
    passed,
    failed,
    files: [...files].sort(),
  }));
};

/** A requirement is met when at least one test names it and none of them fails. */
export const isMet = (row: TraceRow): boolean => row.passed > 0 && row.failed === 0;
