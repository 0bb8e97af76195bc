import { never } from '../../../kernel/never.ts';
import type { DecideTimeout } from '../commands.ts';
import type { JobEvent } from '../events.ts';
import { INTERVENTION_SECONDS, moreTime, secondsAfter } from '../limits.ts';
import { expectStatus, reject } from '../rejections.ts';
import type { InStatus, JobState, OpenExecution, Refactoring, WaitingIntervention } from '../state.ts';
import type { TimedOut } from '../values.ts';
import { executionRequested, testRequested } from './execution-requested.ts';

/** TST-04: running out of time says nothing about the code, so the person is asked how to go on. */

type Moment = Readonly<{ jobId: string; at: string }>;

export const timedOutOf = (
  { executionId, timeoutSeconds }: OpenExecution,
  tests: readonly string[] = [],
): TimedOut => ({ executionId, timeoutSeconds, tests });

/** The question after a test run that had too little time; without its patch there is nothing that could be repeated. */
export const askAboutTime = (
  { jobId, at }: Moment,
  { attempt }: Refactoring,
  execution: OpenExecution,
  { fingerprint, tests }: Readonly<{ fingerprint: string; tests: readonly string[] }>,
): JobEvent[] => {
  const patch = execution.artifacts.find(({ kind }) => kind === 'PATCH');
  if (attempt === null || patch === undefined) {
    const reason = 'The tests gave no result in time, and there is no patch to test again.';
    return [
      { type: 'InfraFailed', data: { jobId, at, stage: 'TEST', reason, failureClass: 'INFRA_FAILURE' } },
    ];
  }
  return [
    {
      type: 'InterventionTriggered',
      data: {
        jobId,
        at,
        fingerprint,
        attempt: attempt.number,
        deadlineAt: secondsAfter(at, INTERVENTION_SECONDS),
        timedOut: { ...timedOutOf(execution, tests), patch, modelClass: attempt.modelClass },
      },
    },
  ];
};

const noTimeout = (): never => reject('NO_TIMEOUT', 'The tests did not run out of time.');

const nothingToQuarantine = (): never =>
  reject('NOTHING_TO_QUARANTINE', 'The run as a whole did not end, so there is no test to set aside.');

const afterTests = ({ data }: DecideTimeout, state: WaitingIntervention): JobEvent[] => {
  const { timedOut, attempt } = state;
  if (timedOut === null) return noTimeout();
  const { jobId, at, by, choice, executionId } = data;
  if (choice === 'continue') return [{ type: 'RepairContinued', data: { jobId, at, by } }];
  if (choice === 'quarantine' && timedOut.tests.length === 0) return nothingToQuarantine();
  const { patch, modelClass, executionId: retryOf } = timedOut;
  const isLonger = choice === 'increase_timeout';
  const timeoutSeconds = isLonger ? moreTime(timedOut.timeoutSeconds) : timedOut.timeoutSeconds;
  const quarantined = isLonger ? state.quarantined : [...new Set([...state.quarantined, ...timedOut.tests])];
  const run = { executionId, attempt, patch, retryOf, timeoutSeconds };
  return [
    {
      type: 'TestsRepeated',
      data: { jobId, at, by, choice, attempt, modelClass, timeoutSeconds, quarantined },
    },
    testRequested(data, { ...state, quarantined }, run),
  ];
};

const afterBaseline = (
  { data }: DecideTimeout,
  state: InStatus<'BASELINE_VALIDATION_FAILED'>,
): JobEvent[] => {
  const { timedOut, failed: kept, context, plan, ownerId } = state;
  if (timedOut === null) return noTimeout();
  const { jobId, at, by, choice, executionId } = data;
  switch (choice) {
    case 'increase_timeout': {
      const timeoutSeconds = moreTime(timedOut.timeoutSeconds);
      return [
        { type: 'BaselineRepeated', data: { jobId, at, by, timeoutSeconds } },
        executionRequested(data, ownerId, {
          executionId,
          kind: 'BASELINE',
          attempt: 0,
          artifacts: [context.artifact, plan],
          retryOf: timedOut.executionId,
          timeoutSeconds,
        }),
      ];
    }
    case 'quarantine':
      // Calls that do not end are set aside while recording; what is left is the run as a whole.
      return nothingToQuarantine();
    case 'continue': {
      const why = 'TIMEOUT_EXECUTION: recording on the untouched code ran out of time.';
      return [{ type: 'BaselineOverridden', data: { jobId, at, by, why, quarantined: [], mocks: [], kept } }];
    }
    default:
      return never(choice);
  }
};

export const decideTimeout = (command: DecideTimeout, state: JobState): JobEvent[] => {
  const asking = expectStatus(state, command, 'BASELINE_VALIDATION_FAILED', 'WAITING_INTERVENTION');
  return asking.status === 'WAITING_INTERVENTION'
    ? afterTests(command, asking)
    : afterBaseline(command, asking);
};
