import type { ExecutionOutcome } from '../execution-outcome.ts';
import { reject } from '../rejections.ts';
import type { JobState, Tested } from '../state.ts';
import type { FileHashes, TestCounts } from '../values.ts';

type Of<Kind extends ExecutionOutcome['kind']> = Extract<ExecutionOutcome, Readonly<{ kind: Kind }>>;

/** TST-02: nothing locked may differ, be missing, or be joined by another file. A missing entry means no such file. */
const isWeakened = (locked: FileHashes, found: FileHashes): boolean =>
  [...new Set([...Object.keys(locked), ...Object.keys(found)])].some(
    (path) => (locked[path] ?? null) !== (found[path] ?? null),
  );

const weakened = (reason: string, { edits }: Of<'TEST'>): Of<'TEST'> => ({
  kind: 'TEST',
  status: 'REJECTED',
  code: 'TESTS_WEAKENED',
  reason,
  edits,
});

const provesSomething = ({ total, passed, skipped }: TestCounts): boolean =>
  passed > 0 && passed === total - skipped;

/** TST-02: a baseline without a kept test or a locked file would let every later change pass. */
const judgedBaseline = (outcome: Of<'BASELINE'>): Of<'BASELINE'> => {
  if (outcome.status === 'FAILED') return outcome;
  const { report, kept, tests, lockedHashes } = outcome;
  const locksNothing = Object.values(lockedHashes).every((hash) => hash === null);
  if (kept > 0 && tests > 0 && !locksNothing) return outcome;
  return {
    kind: 'BASELINE',
    status: 'FAILED',
    report,
    reason: 'NOTHING_PROVEN: the baseline kept no test or locked no file.',
    failureClass: 'LOGIC_FAILURE',
    failingTests: [],
    lockedHashes: {},
    tests: 0,
  };
};

/** Throws where the numbers of a success contradict it. */
const expectSuccess = (outcome: Extract<Of<'TEST'>, { status: 'PASSED' }>, isGuarded: boolean): void => {
  const { strictErrors, counts } = outcome;
  const { failed, timedOut, total, passed, skipped } = counts;
  if (strictErrors > 0 || failed + timedOut > 0)
    reject('STRICT_ERRORS_REMAIN', 'A result with type errors or failed tests is no success.', {
      strictErrors,
      failed,
      timedOut,
    });
  if (isGuarded && !provesSomething(counts))
    reject('NOTHING_PROVEN', 'No test passed, or the numbers do not add up.', { total, passed, skipped });
};

/** A run of other tests, or of fewer, than the baseline locked says nothing about the patch (TST-02). */
const judgedTest = (
  { baseline: { lockedHashes, tests }, quarantined }: Tested,
  outcome: Of<'TEST'>,
): Of<'TEST'> => {
  if (outcome.status === 'REJECTED') return outcome;
  if (lockedHashes !== null && isWeakened(lockedHashes, outcome.testHashes))
    return weakened('The tests that ran are not the ones that were locked at the baseline.', outcome);
  if (outcome.status === 'FAILED') return outcome;
  expectSuccess(outcome, lockedHashes !== null);
  const { passed, skipped } = outcome.counts;
  // What the person set aside is skipped; nothing else may be (TST-04).
  const proven = passed + Math.min(skipped, quarantined.length);
  if (lockedHashes !== null && (proven < tests || skipped > quarantined.length))
    return weakened(
      `${passed} tests passed and ${skipped} were skipped, but ${tests} were locked at the baseline.`,
      outcome,
    );
  return outcome;
};

/** Replaces a result that did not hold to the baseline, and refuses one that cannot be true. */
export const judged = (state: JobState, outcome: ExecutionOutcome): ExecutionOutcome => {
  if (outcome.kind === 'BASELINE') return judgedBaseline(outcome);
  return outcome.kind === 'TEST' && 'baseline' in state ? judgedTest(state, outcome) : outcome;
};
