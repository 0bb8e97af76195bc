import type {
  CompleteRecovery,
  ConfirmDeepFix,
  ConfirmEscalation,
  ContinueRepair,
  DeclineEscalation,
  OpenIntervention,
  ReportBudgetReached,
  RetryStronger,
  RunInterventionTests,
  TimeOutEscalation,
  TimeOutIntervention,
} from '../commands.ts';
import type { EscalationDeclined, JobEvent } from '../events.ts';
import { isTested } from '../layers.ts';
import { ESCALATION_SECONDS, reached, secondsAfter } from '../limits.ts';
import { expectStatus, reject } from '../rejections.ts';
import type { JobState, Tested, WaitingEscalation } from '../state.ts';
import { ASKING_STATUSES, type ModelClass } from '../values.ts';
import { isEntitled } from '../waterfall.ts';
import { testRequested } from './execution-requested.ts';

const deny = (state: Tested, modelClass: ModelClass, feature: string): never =>
  reject('ENTITLEMENT_DENIED', 'This is not part of your plan.', {
    tier: state.entitlement.tier,
    feature,
    modelClass,
  });

const expectDeadline = (deadlineAt: string, at: string): void => {
  if (!reached(deadlineAt, at))
    reject('DEADLINE_NOT_REACHED', 'There is still time to answer.', { deadlineAt });
};

/** A stronger class than L1 that the tier holds; naming L3 here is its recorded confirmation (INT-02). */
const expectStronger = (state: Tested, modelClass: ModelClass, feature: string): void => {
  const stronger = modelClass === 'L2' || modelClass === 'L3';
  if (!stronger || !isEntitled(state.entitlement, modelClass)) deny(state, modelClass, feature);
};

/** BIL-08: asks before a call that could exceed the cap; the running attempt's class stays. */
export const reportBudgetReached = (command: ReportBudgetReached, state: JobState): JobEvent[] => {
  const working = expectStatus(state, command, ...ASKING_STATUSES);
  if (working.status === 'WAITING_STRATEGY' && working.chosen === null)
    return reject('PROPOSAL_NOT_SELECTED', 'No proposal has been chosen yet.');
  const { jobId, at } = command.data;
  const deadlineAt = secondsAfter(at, ESCALATION_SECONDS);
  const toClass = (isTested(working) ? working.attempt?.modelClass : undefined) ?? 'L1';
  return [{ type: 'EscalationRequested', data: { jobId, at, reason: 'BUDGET', toClass, deadlineAt } }];
};

export const confirmEscalation = (command: ConfirmEscalation, state: JobState): JobEvent[] => {
  const { toClass, asking } = expectStatus(state, command, 'WAITING_ESCALATION_DECISION');
  const resumes = isTested(asking) ? 'REFACTORING' : asking.status;
  return [{ type: 'EscalationConfirmed', data: { ...command.data, toClass, resumes } }];
};

/**
 * Before the first patch there is nothing to recover: the job ends for that reason, and is charged like any other end that
 * is not our failure (BIL-06).
 */
const declined = ({ asking }: WaitingEscalation, data: EscalationDeclined['data']): JobEvent[] => {
  if (isTested(asking)) return [{ type: 'EscalationDeclined', data }];
  const { jobId, at } = data;
  const reason = 'The next step could cost more than the job may still spend.';
  const reasons = [{ code: 'BUDGET_REACHED', path: null, line: null, reason }];
  return [{ type: 'JobRefused', data: { jobId, at, reasons } }];
};

export const declineEscalation = (command: DeclineEscalation, state: JobState): JobEvent[] =>
  declined(expectStatus(state, command, 'WAITING_ESCALATION_DECISION'), { ...command.data, timedOut: false });

export const timeOutEscalation = (command: TimeOutEscalation, state: JobState): JobEvent[] => {
  const waiting = expectStatus(state, command, 'WAITING_ESCALATION_DECISION');
  const { jobId, at } = command.data;
  expectDeadline(waiting.deadlineAt, at);
  return declined(waiting, { jobId, at, by: 'deadline', timedOut: true });
};

/** INT-01: starts over from the original sources with a stronger class; its attempt opens at once. */
export const confirmDeepFix = (command: ConfirmDeepFix, state: JobState): JobEvent[] => {
  const asking = expectStatus(state, command, 'WAITING_INTERVENTION', 'FALLBACK_REQUIRED');
  const { jobId, at, modelClass } = command.data;
  if (!asking.entitlement.deepFix) deny(asking, modelClass, 'deepFix');
  expectStronger(asking, modelClass, 'deepFix');
  const attempt = asking.counters.last + 1;
  return [
    { type: 'DeepFixConfirmed', data: command.data },
    { type: 'AttemptStarted', data: { jobId, at, attempt, modelClass } },
  ];
};

export const openIntervention = (command: OpenIntervention, state: JobState): JobEvent[] => {
  expectStatus(state, command, 'WAITING_INTERVENTION', 'FALLBACK_REQUIRED');
  return [{ type: 'InterventionOpened', data: command.data }];
};

/** The person's own patch meets the same locked tests. */
export const runInterventionTests = (command: RunInterventionTests, state: JobState): JobEvent[] => {
  const intervening = expectStatus(state, command, 'USER_INTERVENING');
  const { executionId, patch } = command.data;
  if (intervening.execution !== null)
    return reject('EXECUTION_OPEN', 'Your tests are running already.', {
      executionId: intervening.execution.executionId,
    });
  const attempt = Math.max(intervening.counters.last, 0);
  return [testRequested(command.data, intervening, { executionId, attempt, patch })];
};

export const continueRepair = (command: ContinueRepair, state: JobState): JobEvent[] => {
  expectStatus(state, command, 'WAITING_INTERVENTION', 'USER_INTERVENING');
  return [{ type: 'RepairContinued', data: command.data }];
};

export const timeOutIntervention = (command: TimeOutIntervention, state: JobState): JobEvent[] => {
  const { deadlineAt } = expectStatus(state, command, 'WAITING_INTERVENTION');
  const { jobId, at } = command.data;
  expectDeadline(deadlineAt, at);
  return [{ type: 'InterventionTimedOut', data: { jobId, at, billable: false } }];
};

export const retryStronger = (command: RetryStronger, state: JobState): JobEvent[] => {
  const fallback = expectStatus(state, command, 'FALLBACK_REQUIRED');
  expectStronger(fallback, command.data.modelClass, 'retryStronger');
  return [{ type: 'RetriedStronger', data: command.data }];
};

/** The workspace is never touched before a delivery is applied: recovering means packing what there is. */
export const completeRecovery = (command: CompleteRecovery, state: JobState): JobEvent[] => {
  expectStatus(state, command, 'RECOVERY_PENDING');
  return [{ type: 'RecoveryCompleted', data: command.data }];
};
