import type { Json } from '../../../kernel/message.ts';
import { never } from '../../../kernel/never.ts';
import { bounded } from '../bounded.ts';
import type { ReportExecution } from '../commands.ts';
import type { ExecutionReported, JobEvent, TestsFailed } from '../events.ts';
import type { ExecutionOutcome } from '../execution-outcome.ts';
import { moreTime } from '../limits.ts';
import { reject } from '../rejections.ts';
import type { InStatus, JobState, OpenExecution } from '../state.ts';
import { afterFailure, afterRejection, identicalFailures } from './attempts.ts';
import { editsReported } from './edits-reported.ts';
import { askedAgain, expectExecution, isReported } from './executions.ts';
import { askAboutTime, timedOutOf } from './timeouts.ts';
import { judged } from './verdict.ts';

type Of<Kind extends ExecutionOutcome['kind']> = Extract<ExecutionOutcome, Readonly<{ kind: Kind }>>;
type Moment = Readonly<{ jobId: string; at: string }>;
type Testing = InStatus<'REFACTORING' | 'USER_INTERVENING'>;

const summary = (outcome: ExecutionOutcome): Pick<ExecutionReported['data'], 'outcome' | 'code'> => {
  switch (outcome.status) {
    case 'PASSED':
    case 'APPLIED':
    case 'REVERTED':
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

const baselineReported = (
  { jobId, at }: Moment,
  execution: OpenExecution,
  outcome: Of<'BASELINE'>,
): JobEvent[] => {
  if (outcome.status === 'FAILED') {
    const { report, reason, lockedHashes, tests, failureClass } = outcome;
    const late = failureClass === 'TIMEOUT_EXECUTION' ? { timedOut: timedOutOf(execution) } : {};
    const { items: failingTests, rest } = bounded(outcome.failingTests);
    const recorded = Object.keys(lockedHashes).length === 0 ? {} : { lockedHashes, tests };
    return [
      {
        type: 'BaselineFailed',
        data: { jobId, at, report, reason, failingTests, ...rest, ...recorded, ...late },
      },
    ];
  }
  const { kind: _kind, status: _status, ...proven } = outcome;
  const { items: quarantined, rest } = bounded(proven.quarantined);
  return [{ type: 'BaselinePassed', data: { jobId, at, ...proven, quarantined, ...rest } }];
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
): JobEvent[] => [
  ...editsReported(moment, execution, outcome.edits),
  ...testJudged(moment, state, execution, outcome),
];

/** TST-04: running out of time says nothing about the patch, so the same run gets twice the time, once. */
const withMoreTime = ({ executionId, timeoutSeconds }: OpenExecution) => ({
  executionId: `${executionId}-2`,
  timeoutSeconds: moreTime(timeoutSeconds),
});

const testJudged = (
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
  const late = failureClass === 'TIMEOUT_EXECUTION';
  const identical = state.status === 'REFACTORING' && !late ? identicalFailures(state, fingerprint) : 0;
  const failed: TestsFailed = {
    type: 'TestsFailed',
    data: { ...moment, attempt, report, counts, failureClass, fingerprint, identical },
  };
  if (state.status !== 'REFACTORING') return [failed];
  if (!late) return [failed, ...afterFailure(moment, state, failed.data)];
  if (!execution.isRetry) return [askedAgain(moment, state.ownerId, execution, withMoreTime(execution))];
  const tests = bounded(outcome.timedOutTests).items;
  return [failed, ...askAboutTime(moment, state, execution, { fingerprint, tests })];
};

/** A report of work that is done must be taken, however many files it touched. */
const filesOf = <File extends Json>(
  all: readonly File[],
): Readonly<{ files: readonly File[]; omitted?: number }> => {
  const { items: files, rest } = bounded(all);
  return { files, ...rest };
};

const deliveryReported = ({ jobId, at }: Moment, outcome: Of<'APPLY' | 'REVERT'>): JobEvent[] => {
  switch (outcome.status) {
    case 'APPLIED': {
      const retest = outcome.retest === null ? {} : { retest: outcome.retest };
      return [{ type: 'DeliveryApplied', data: { jobId, at, ...filesOf(outcome.files), ...retest } }];
    }
    case 'FAILED':
      // Nothing was written: the delivery stays accepted and can be applied again.
      return [];
    case 'REVERTED':
      return [{ type: 'DeliveryReverted', data: { jobId, at, ...filesOf(outcome.files) } }];
    case 'BLOCKED': {
      const { code, files, reason } = outcome;
      return [{ type: 'RevertBlocked', data: { jobId, at, code, reason, ...filesOf(files) } }];
    }
    default:
      return never(outcome);
  }
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
      return baselineReported(moment, execution, outcome);
    case 'TEST':
      return state.status === 'REFACTORING' || state.status === 'USER_INTERVENING'
        ? testReported(moment, state, execution, outcome)
        : [];
    case 'APPLY':
    case 'REVERT':
      return deliveryReported(moment, outcome);
    default:
      return never(outcome);
  }
};
