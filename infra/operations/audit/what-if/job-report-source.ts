import { never } from '../../../../domain/kernel/never.ts';
import type { JobCommand } from '../../../../domain/refactoring/job/commands.ts';
import type { ExecutionReported, JobEvent } from '../../../../domain/refactoring/job/events.ts';
import type { ExecutionOutcome } from '../../../../domain/refactoring/job/execution-outcome.ts';
import type { JobState } from '../../../../domain/refactoring/job/job.ts';
import { among, type Found, known, unknown, type Written } from './source.ts';

type Rest = Written<JobState, JobEvent>['rest'];
/** The outcome that was reported, or why the log does not tell it. */
type Told = ExecutionOutcome | Readonly<{ unknown: string }>;

const ASSUMED =
  'that the tests which ran were the locked ones, as it was judged then: their hashes are not in the log';

const LEFT_OUT = unknown('more was reported than an event holds');
const SILENT = unknown('what failed is not in the log, only that it did');

const baseline = (rest: Rest): Told => {
  const passed = among(rest, 'BaselinePassed');
  if (passed !== null) {
    const { jobId: _jobId, at: _at, ...proven } = passed;
    return { kind: 'BASELINE', status: 'PASSED', ...proven };
  }
  const failed = among(rest, 'BaselineFailed');
  if (failed === null) return SILENT;
  if (failed.omitted !== undefined) return LEFT_OUT;
  const { report, reason, failingTests, lockedHashes = {}, tests = 0, timedOut } = failed;
  const failureClass = timedOut === undefined ? 'LOGIC_FAILURE' : 'TIMEOUT_EXECUTION';
  return {
    kind: 'BASELINE',
    status: 'FAILED',
    report,
    reason,
    failureClass,
    failingTests,
    lockedHashes,
    tests,
  };
};

const test = (rest: Rest, state: JobState): Told => {
  const edits = rest.flatMap((event) => (event.type === 'PatchEditsReported' ? event.data.edits : []));
  const testHashes = 'baseline' in state ? (state.baseline.lockedHashes ?? {}) : {};
  const passed = among(rest, 'TestsPassed');
  if (passed !== null) {
    const { report, delivery, counts, strictErrors } = passed;
    return { kind: 'TEST', status: 'PASSED', report, delivery, counts, strictErrors, testHashes, edits };
  }
  const failed = among(rest, 'TestsFailed');
  if (failed !== null) {
    const { report, counts, failureClass, fingerprint } = failed;
    const timedOutTests = among(rest, 'InterventionTriggered')?.timedOut?.tests ?? [];
    const told = { report, counts, failureClass, fingerprint, timedOutTests };
    return { kind: 'TEST', status: 'FAILED', ...told, testHashes, edits };
  }
  const rejected = among(rest, 'PatchRejected');
  if (rejected?.failureClass === 'APPLY_FAILED' || rejected?.failureClass === 'TESTS_WEAKENED') {
    const { failureClass: code, reason } = rejected;
    return { kind: 'TEST', status: 'REJECTED', code, reason, edits };
  }
  return unknown('a run that had too little time left no report in the log');
};

const delivery = (rest: Rest): Told => {
  const applied = among(rest, 'DeliveryApplied');
  if (applied !== null) {
    const { files, retest = null, omitted } = applied;
    return omitted === undefined ? { kind: 'APPLY', status: 'APPLIED', files, retest } : LEFT_OUT;
  }
  const reverted = among(rest, 'DeliveryReverted');
  if (reverted !== null)
    return reverted.omitted === undefined
      ? { kind: 'REVERT', status: 'REVERTED', files: reverted.files }
      : LEFT_OUT;
  const blocked = among(rest, 'RevertBlocked');
  if (blocked === null) return SILENT;
  const { code, files, reason, omitted } = blocked;
  return omitted === undefined ? { kind: 'REVERT', status: 'BLOCKED', code, files, reason } : LEFT_OUT;
};

const told = (
  kind: ExecutionReported['data']['kind'],
  { rest, state }: Written<JobState, JobEvent>,
): Told => {
  switch (kind) {
    case 'BASELINE':
      return baseline(rest);
    case 'TEST':
      return test(rest, state);
    case 'APPLY':
    case 'REVERT':
      return delivery(rest);
    default:
      return never(kind);
  }
};

/** A report of the person's machine, from what the job made of it. */
export const reportOf = (
  { data: { jobId, at, executionId, kind } }: ExecutionReported,
  written: Written<JobState, JobEvent>,
): Found<JobCommand> => {
  const outcome = told(kind, written);
  if ('unknown' in outcome) return outcome;
  const command: JobCommand = { type: 'ReportExecution', data: { jobId, at, executionId, outcome } };
  return known(command, kind === 'TEST' ? ASSUMED : undefined);
};
