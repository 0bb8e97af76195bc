import { never } from '../../../kernel/never.ts';
import type { ExecutionOutcome, ReportExecution } from '../commands.ts';
import type { ExecutionReported, JobEvent, TestsFailed } from '../events.ts';
import { reject } from '../rejections.ts';
import type { InStatus, JobState, OpenExecution } from '../state.ts';
import type { FileHashes, TestCounts } from '../values.ts';
import { afterFailure, afterRejection, identicalFailures } from './attempts.ts';
import { expectExecution, isReported } from './executions.ts';

type Of<Kind extends ExecutionOutcome['kind']> = Extract<ExecutionOutcome, Readonly<{ kind: Kind }>>;
type Moment = Readonly<{ jobId: string; at: string }>;
type Testing = InStatus<'REFACTORING' | 'USER_INTERVENING'>;

/** TST-02: nothing locked may differ, be missing, or be joined by another file. A missing entry means no such file. */
const isWeakened = (locked: FileHashes, found: FileHashes): boolean =>
  [...new Set([...Object.keys(locked), ...Object.keys(found)])].some(
    (path) => (locked[path] ?? null) !== (found[path] ?? null),
  );

const summary = (outcome: ExecutionOutcome): Pick<ExecutionReported['data'], 'outcome' | 'code'> => {
  switch (outcome.status) {
    case 'PASSED':
    case 'APPLIED':
    case 'REVERTED':
    case 'RESTORED':
      return { outcome: 'SUCCEEDED', code: null };
    case 'FAILED':
      if (outcome.kind === 'BASELINE') return { outcome: 'FAILED', code: 'BASELINE_FAILED' };
      return { outcome: 'FAILED', code: outcome.kind === 'TEST' ? outcome.failureClass : outcome.code };
    case 'REJECTED':
    case 'BLOCKED':
      return { outcome: 'REJECTED', code: outcome.code };
    default:
      return never(outcome);
  }
};

const baselineReported = ({ jobId, at }: Moment, outcome: Of<'BASELINE'>): JobEvent[] => {
  if (outcome.status === 'FAILED') {
    const { report, reason, failingTests } = outcome;
    return [{ type: 'BaselineFailed', data: { jobId, at, report, reason, failingTests } }];
  }
  const { kind: _kind, status: _status, ...proven } = outcome;
  return [{ type: 'BaselinePassed', data: { jobId, at, ...proven } }];
};

const rejected = (
  { jobId, at }: Moment,
  state: Testing,
  failureClass: 'APPLY_FAILED' | 'TESTS_WEAKENED',
  reason: string,
  attempt: number,
): JobEvent[] => [
  { type: 'PatchRejected', data: { jobId, at, attempt, failureClass, reason } },
  ...(state.status === 'REFACTORING' ? afterRejection({ jobId, at }, state, failureClass) : []),
];

const testReported = (
  moment: Moment,
  state: Testing,
  execution: OpenExecution,
  outcome: Of<'TEST'>,
): JobEvent[] => {
  const { attempt } = execution;
  if (outcome.status === 'REJECTED') return rejected(moment, state, outcome.code, outcome.reason, attempt);
  if (outcome.status === 'PASSED') {
    const { report, delivery, counts, strictErrors } = outcome;
    return [{ type: 'TestsPassed', data: { ...moment, attempt, report, delivery, counts, strictErrors } }];
  }
  const { report, counts, failureClass, fingerprint } = outcome;
  const identical = state.status === 'REFACTORING' ? identicalFailures(state, fingerprint) : 0;
  const failed: TestsFailed = {
    type: 'TestsFailed',
    data: { ...moment, attempt, report, counts, failureClass, fingerprint, identical },
  };
  return [failed, ...(state.status === 'REFACTORING' ? afterFailure(moment, state, failed.data) : [])];
};

const deliveryReported = ({ jobId, at }: Moment, outcome: Of<'APPLY' | 'REVERT'>): JobEvent[] => {
  switch (outcome.status) {
    case 'APPLIED':
      return [{ type: 'DeliveryApplied', data: { jobId, at, files: outcome.files } }];
    case 'FAILED':
      // Nothing was written: the delivery stays accepted and can be applied again.
      return [];
    case 'REVERTED':
      return [{ type: 'DeliveryReverted', data: { jobId, at, files: outcome.files } }];
    case 'BLOCKED': {
      const { code, files, reason } = outcome;
      return [{ type: 'RevertBlocked', data: { jobId, at, code, files, reason } }];
    }
    default:
      return never(outcome);
  }
};

const provesSomething = ({ total, passed, skipped }: TestCounts): boolean =>
  passed > 0 && passed === total - skipped;

/** TST-02: a baseline without a kept test or a locked file would let every later change pass. */
const provenBaseline = (outcome: Of<'BASELINE'>): Of<'BASELINE'> => {
  if (outcome.status === 'FAILED') return outcome;
  const locksNothing = Object.values(outcome.lockedHashes).every((hash) => hash === null);
  if (outcome.kept > 0 && !locksNothing) return outcome;
  const { report } = outcome;
  const reason = 'NOTHING_PROVEN: the baseline kept no test or locked no file.';
  return { kind: 'BASELINE', status: 'FAILED', report, reason, failingTests: [] };
};

/** Replaces a test result whose locked tests were not the recorded ones, and refuses one that cannot be true. */
const judged = (state: JobState, outcome: ExecutionOutcome): ExecutionOutcome => {
  if (outcome.kind === 'BASELINE') return provenBaseline(outcome);
  if (outcome.kind !== 'TEST' || outcome.status === 'REJECTED' || !('baseline' in state)) return outcome;
  const { lockedHashes } = state.baseline;
  if (lockedHashes !== null && isWeakened(lockedHashes, outcome.testHashes))
    return {
      kind: 'TEST',
      status: 'REJECTED',
      code: 'TESTS_WEAKENED',
      reason: 'The tests that ran are not the ones that were locked at the baseline.',
    };
  if (
    outcome.status === 'PASSED' &&
    (outcome.strictErrors > 0 || outcome.counts.failed + outcome.counts.timedOut > 0)
  )
    return reject('STRICT_ERRORS_REMAIN', 'A result with type errors or failed tests is no success.', {
      strictErrors: outcome.strictErrors,
      failed: outcome.counts.failed,
      timedOut: outcome.counts.timedOut,
    });
  if (outcome.status === 'PASSED' && lockedHashes !== null && !provesSomething(outcome.counts)) {
    const { total, passed, skipped } = outcome.counts;
    return reject('NOTHING_PROVEN', 'No test passed, or the numbers do not add up.', {
      total,
      passed,
      skipped,
    });
  }
  return outcome;
};

/** EXE-01: the report of the open execution, once; a repetition changes nothing. */
export const reportExecution = (command: ReportExecution, state: JobState): JobEvent[] => {
  const { jobId, at, executionId } = command.data;
  if (isReported(state, executionId)) return [];
  const { state: executing, execution } = expectExecution(state, command, executionId);
  const { kind } = execution;
  if (execution.claim === null)
    return reject('EXECUTION_NOT_CLAIMED', 'Claim the work before reporting on it.', { executionId });
  if (command.data.outcome.kind !== kind)
    return reject('EXECUTION_KIND_MISMATCH', 'The report is about another kind of work.', {
      executionId,
      kind,
    });
  const outcome = judged(executing, command.data.outcome);
  const reported: ExecutionReported = {
    type: 'ExecutionReported',
    data: { jobId, at, executionId, kind, ...summary(outcome) },
  };
  return [reported, ...consequences({ jobId, at }, executing, execution, outcome)];
};

const consequences = (
  moment: Moment,
  state: ReturnType<typeof expectExecution>['state'],
  execution: OpenExecution,
  outcome: ExecutionOutcome,
): JobEvent[] => {
  switch (outcome.kind) {
    case 'BASELINE':
      return baselineReported(moment, outcome);
    case 'TEST':
      return state.status === 'REFACTORING' || state.status === 'USER_INTERVENING'
        ? testReported(moment, state, execution, outcome)
        : [];
    case 'APPLY':
    case 'REVERT':
      return deliveryReported(moment, outcome);
    case 'RECOVER':
      return [
        {
          type: 'RecoveryCompleted',
          data: { ...moment, partialPatch: outcome.partialPatch, restored: true },
        },
      ];
    default:
      return never(outcome);
  }
};
