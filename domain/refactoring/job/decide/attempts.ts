import { never } from '../../../kernel/never.ts';
import { bounded } from '../bounded.ts';
import type { RecordPatch, RecordPatchFailure, StartAttempt } from '../commands.ts';
import type { JobEvent, PatchRejected, TestsFailed } from '../events.ts';
import { ESCALATION_SECONDS, IDENTICAL_FAILURES, INTERVENTION_SECONDS, secondsAfter } from '../limits.ts';
import { expectStatus, reject } from '../rejections.ts';
import type { Counters, DeepFixActive, JobState, OpenAttempt, Refactoring } from '../state.ts';
import { nextStep } from '../waterfall.ts';
import { testRequested } from './execution-requested.ts';
import { modelCalled } from './model-called.ts';

type Moment = Readonly<{ jobId: string; at: string }>;

/** The gate that stands before the next attempt, if any: a question to the person, or the end of the attempts. */
const gate = ({ jobId, at }: Moment, state: Refactoring, counters: Counters): JobEvent[] => {
  const step = nextStep(state.goal, state.entitlement, counters);
  switch (step.kind) {
    case 'ATTEMPT':
      return [];
    case 'ASK': {
      const deadlineAt = secondsAfter(at, ESCALATION_SECONDS);
      return [
        {
          type: 'EscalationRequested',
          data: { jobId, at, reason: 'PHASE', toClass: step.toClass, deadlineAt },
        },
      ];
    }
    case 'EXHAUSTED':
      return [
        { type: 'AttemptsExhausted', data: { jobId, at, attempts: counters.used, reason: step.reason } },
      ];
    default:
      return never(step);
  }
};

export const startAttempt = (command: StartAttempt, state: JobState): JobEvent[] => {
  const refactoring = expectStatus(state, command, 'REFACTORING');
  if (refactoring.attempt !== null)
    return reject('ATTEMPT_OPEN', 'An attempt is running already.', { attempt: refactoring.attempt.number });
  const { jobId, at } = command.data;
  const step = nextStep(refactoring.goal, refactoring.entitlement, refactoring.counters);
  if (step.kind !== 'ATTEMPT') return gate(command.data, refactoring, refactoring.counters);
  const { attempt, modelClass } = step;
  return [{ type: 'AttemptStarted', data: { jobId, at, attempt, modelClass } }];
};

/** The attempt that the answer belongs to; an answer to an older one, or a second answer, finds none. */
const expectAttempt = (state: Refactoring | DeepFixActive, number: number): OpenAttempt => {
  const { attempt } = state;
  const testing = state.status === 'REFACTORING' && state.execution !== null;
  if (attempt === null || attempt.number !== number || testing)
    return reject('ATTEMPT_NOT_OPEN', 'No patch is awaited for this attempt.', { attempt: number });
  return attempt;
};

export const recordPatch = (command: RecordPatch, state: JobState): JobEvent[] => {
  const working = expectStatus(state, command, 'REFACTORING', 'DEEP_FIX_ACTIVE');
  const { call, executionId, ...data } = command.data;
  const { modelClass } = expectAttempt(working, data.attempt);
  const { items: filesTouched, rest } = bounded(data.filesTouched);
  return [
    modelCalled(command, working.ownerId, call),
    { type: 'PatchGenerated', data: { ...data, modelClass, filesTouched, ...rest } },
    testRequested(command.data, working, { executionId, attempt: data.attempt, patch: data.patch }),
  ];
};

/** A refused or unusable answer. A deep fix that yields no patch has nothing to fall back on. */
export const recordPatchFailure = (command: RecordPatchFailure, state: JobState): JobEvent[] => {
  const working = expectStatus(state, command, 'REFACTORING', 'DEEP_FIX_ACTIVE');
  const { call, ...data } = command.data;
  const { jobId, at, reason } = data;
  expectAttempt(working, data.attempt);
  const called = modelCalled(command, working.ownerId, call);
  const rejected: PatchRejected = { type: 'PatchRejected', data };
  if (working.status === 'DEEP_FIX_ACTIVE')
    return [
      called,
      rejected,
      {
        type: 'InfraFailed',
        data: { jobId, at, stage: 'DEEP_FIX', reason, failureClass: 'INFRA_FAILURE' },
      },
    ];
  return [called, rejected, ...afterRejection(command.data, working, data.failureClass)];
};

/**
 * What a rejected patch leads to. A recipe that refuses leaves the work to the models; a model class that refuses
 * ends the attempts, because asking again would only cost.
 */
export const afterRejection = (
  moment: Moment,
  state: Refactoring,
  failureClass: PatchRejected['data']['failureClass'],
): JobEvent[] => {
  const { jobId, at } = moment;
  if (failureClass === 'REFUSED' && state.attempt?.modelClass !== 'L0')
    return [
      { type: 'AttemptsExhausted', data: { jobId, at, attempts: state.counters.used, reason: 'REFUSED' } },
    ];
  return gate(moment, state, state.counters);
};

/** How often the fingerprint has now occurred in a row; the recipe attempt is not counted (JOB-08). */
export const identicalFailures = (state: Refactoring, fingerprint: string): number => {
  if (state.attempt?.modelClass === 'L0') return 0;
  return state.counters.fingerprint === fingerprint ? state.counters.identical + 1 : 1;
};

/** What failed tests lead to. The third identical failure asks the person before anything escalates (JOB-07). */
export const afterFailure = (
  { jobId, at }: Moment,
  state: Refactoring,
  { fingerprint, identical, attempt }: TestsFailed['data'],
): JobEvent[] =>
  identical === IDENTICAL_FAILURES
    ? [
        {
          type: 'InterventionTriggered',
          data: { jobId, at, fingerprint, attempt, deadlineAt: secondsAfter(at, INTERVENTION_SECONDS) },
        },
      ]
    : gate({ jobId, at }, state, state.counters);
