import type { Placed } from '../../domain/kernel/message.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import type { Condition, FailureClass, TimedOut } from '../../domain/refactoring/job/values.ts';
import type { RefactorJobRow } from './refactor-job-row.ts';

type Change = Partial<RefactorJobRow>;

/** The row of a job that was requested just now. */
export const requested = (event: Placed<Extract<JobEvent, { type: 'JobRequested' }>>): RefactorJobRow => {
  const { jobId, ownerId, title, goal, goalText, mode, targets, at } = event.data;
  return {
    job_id: jobId,
    owner_id: ownerId,
    title,
    goal,
    goal_text: goalText,
    mode,
    targets,
    status: 'PENDING',
    strategy: null,
    tier: null,
    failure_class: null,
    reasons: [],
    attempts: 0,
    model_class: null,
    executions: [],
    heartbeat_status: 'PARKED',
    grace_deadline_at: null,
    decision_deadline_at: null,
    escalation: null,
    timed_out: null,
    delivery_phase: null,
    artifact_expires_at: null,
    model_calls: 0,
    tokens: 0n,
    requested_at: at,
    started_at: null,
    finished_at: null,
    updated_at: at,
  };
};

const timedOut = (found: TimedOut | undefined): RefactorJobRow['timed_out'] =>
  found === undefined ? null : { timeout_seconds: found.timeoutSeconds, tests: found.tests };

const failed = (failure_class: FailureClass, at: string): Change => ({
  failure_class,
  executions: [],
  finished_at: at,
});

const notAccepted = (condition: Condition): RefactorJobRow['reasons'][number] => ({
  code: 'CONDITION_NOT_ACCEPTED',
  path: null,
  line: null,
  reason: `The condition ${condition} of the proposal was not accepted.`,
});

/** What the event changes besides the status and the time. */
export const change = (row: RefactorJobRow, event: JobEvent): Change => {
  switch (event.type) {
    case 'ContextAttached':
      return { artifact_expires_at: event.data.context.expiresAt };
    case 'JobStarted':
      return { started_at: event.data.at, tier: event.data.entitlement.tier };
    case 'JobRefused':
      return { ...failed('REFUSED', event.data.at), reasons: event.data.reasons };
    case 'ProposalSelected':
      return { strategy: event.data.strategy };
    case 'BaselineFailed':
      return {
        timed_out: timedOut(event.data.timedOut),
        reasons: [{ code: 'BASELINE_FAILED', path: null, line: null, reason: event.data.reason }],
      };
    case 'AttemptStarted':
      return { attempts: row.attempts + 1, model_class: event.data.modelClass };
    case 'PatchRejected':
      return {
        reasons: [{ code: event.data.failureClass, path: null, line: null, reason: event.data.reason }],
      };
    case 'EscalationRequested': {
      const { reason, toClass, deadlineAt } = event.data;
      return { decision_deadline_at: deadlineAt, escalation: { reason, to_class: toClass } };
    }
    case 'InterventionTriggered': {
      const { deadlineAt, timedOut: late } = event.data;
      return { decision_deadline_at: deadlineAt, timed_out: timedOut(late) };
    }
    case 'TestsPassed':
      return {
        delivery_phase: 'OFFERED',
        artifact_expires_at: event.data.delivery.expiresAt,
        finished_at: event.data.at,
        reasons: [],
      };
    case 'ClientHeartbeatMissed':
      return { grace_deadline_at: event.data.graceDeadlineAt };
    case 'ClientHeartbeatResumed':
      return { grace_deadline_at: null };
    case 'InterventionTimedOut':
      return failed('INTERVENTION_TIMEOUT', event.data.at);
    case 'JobAbandoned':
      return failed('ABANDONED', event.data.at);
    case 'JobCancelled':
      return {
        ...failed(event.data.failureClass, event.data.at),
        ...(event.data.declined === undefined ? {} : { reasons: event.data.declined.map(notAccepted) }),
      };
    case 'ClientLost':
      return failed(event.data.failureClass, event.data.at);
    case 'InfraFailed':
      return {
        ...failed(event.data.failureClass, event.data.at),
        reasons: [
          { code: event.data.code ?? event.data.stage, path: null, line: null, reason: event.data.reason },
        ],
      };
    case 'SpecUpdatedDuringExecution':
    case 'SpecReopened':
    case 'InterventionOpened':
      return { executions: [], reasons: [] };
    case 'ExecutionRequested': {
      const { executionId, kind, attempt, at } = event.data;
      const execution = { execution_id: executionId, kind, attempt, requested_at: at, claimant: null };
      return { executions: [execution] };
    }
    case 'ExecutionClaimed': {
      const { executionId, claimant } = event.data;
      return {
        executions: row.executions.map((open) =>
          open.execution_id === executionId ? { ...open, claimant } : open,
        ),
      };
    }
    case 'ExecutionReported':
    case 'ExecutionTimedOut':
      return { executions: row.executions.filter((open) => open.execution_id !== event.data.executionId) };
    case 'ModelCalled': {
      const { inputTokens, outputTokens } = event.data.call;
      return {
        model_calls: row.model_calls + 1,
        tokens: row.tokens + BigInt(inputTokens) + BigInt(outputTokens),
      };
    }
    case 'DeliveryAccepted':
      return { delivery_phase: 'ACCEPTED' };
    case 'DeliveryApplied':
      return { delivery_phase: 'APPLIED' };
    case 'DeliveryReverted':
      return { delivery_phase: 'REVERTED' };
    case 'RevertBlocked':
      return { reasons: [{ code: event.data.code, path: null, line: null, reason: event.data.reason }] };
    default:
      return {};
  }
};
