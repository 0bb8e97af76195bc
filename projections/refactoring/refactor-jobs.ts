import type { Positioned } from '../../domain/kernel/message.ts';
import type { Projection } from '../../domain/kernel/projection.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import type {
  FailureClass,
  Goal,
  JobStatus,
  ModelClass,
  PresentationMode,
  StrategyName,
  Tier,
  TimedOut,
} from '../../domain/refactoring/job/values.ts';
import { isExecutingStatus, statusAfter } from './job-status.ts';

type OpenExecution = Readonly<{
  execution_id: string;
  kind: string;
  attempt: number;
  requested_at: string;
  claimant: string | null;
}>;

/** One job as people see it. Read by lists from the table, and by the single view from the stream itself. */
export type RefactorJobRow = Readonly<{
  job_id: string;
  owner_id: string;
  title: string;
  goal: Goal;
  goal_text: string;
  mode: PresentationMode;
  targets: readonly string[];
  status: JobStatus;
  strategy: StrategyName | null;
  tier: Tier | null;
  failure_class: FailureClass | null;
  /** Why the job was refused or a stage failed, in plain words. */
  reasons: readonly Readonly<{ code: string; path: string | null; line: number | null; reason: string }>[];
  attempts: number;
  model_class: ModelClass | null;
  /** At most one, as a list because clients read it so. */
  executions: readonly OpenExecution[];
  heartbeat_status: 'ALIVE' | 'GRACE' | 'PARKED';
  grace_deadline_at: string | null;
  /** When a decision is due (escalation, intervention). */
  decision_deadline_at: string | null;
  /** Tests ran out of time, and the job asks how to go on (TST-04); `tests` can be set aside. */
  timed_out: Readonly<{ timeout_seconds: number; tests: readonly string[] }> | null;
  delivery_phase: 'OFFERED' | 'ACCEPTED' | 'APPLIED' | 'REVERTED' | null;
  artifact_expires_at: string | null;
  /** Model calls and their tokens; recipes use none. */
  model_calls: number;
  tokens: bigint;
  requested_at: string;
  started_at: string | null;
  finished_at: string | null;
  updated_at: string;
}>;

type Change = Partial<RefactorJobRow>;

const requested = (event: Positioned<Extract<JobEvent, { type: 'JobRequested' }>>): RefactorJobRow => {
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

/** What the event changes besides the status and the time. */
const change = (row: RefactorJobRow, event: JobEvent): Change => {
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
    case 'EscalationRequested':
      return { decision_deadline_at: event.data.deadlineAt };
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

const mayBeLate: ReadonlySet<JobStatus> = new Set(['BASELINE_VALIDATION_FAILED', 'WAITING_INTERVENTION']);

const isWaiting = (row: RefactorJobRow): boolean =>
  row.status === 'WAITING_ESCALATION_DECISION' || row.status === 'WAITING_INTERVENTION';

/** What follows from the status: a job that waits for a person needs no client and has no grace (JOB-05). */
const consistent = (row: RefactorJobRow): RefactorJobRow => {
  const grace_deadline_at = isExecutingStatus(row.status) ? row.grace_deadline_at : null;
  const alive = isExecutingStatus(row.status) ? 'ALIVE' : 'PARKED';
  return {
    ...row,
    grace_deadline_at,
    heartbeat_status: grace_deadline_at === null ? alive : 'GRACE',
    decision_deadline_at: isWaiting(row) ? row.decision_deadline_at : null,
    timed_out: mayBeLate.has(row.status) ? row.timed_out : null,
  };
};

const isRequested = (
  event: Positioned<JobEvent>,
): event is Positioned<Extract<JobEvent, { type: 'JobRequested' }>> => event.type === 'JobRequested';

export const refactorJobs: Projection<RefactorJobRow, JobEvent> = {
  name: 'refactor-jobs',
  revision: 3,
  table: 'refactor_jobs',
  handles: [
    'JobRequested',
    'ContextAttached',
    'JobStarted',
    'ScopeAnalysed',
    'ProposalsGenerated',
    'JobRefused',
    'ProposalSelected',
    'SpecDrafted',
    'SpecRevised',
    'SpecApproved',
    'SpecReopened',
    'SpecUpdatedDuringExecution',
    'TestPlanGenerated',
    'BaselinePassed',
    'BaselineFailed',
    'BaselineRepeated',
    'BaselineOverridden',
    'AttemptStarted',
    'PatchGenerated',
    'PatchRejected',
    'TestsPassed',
    'TestsFailed',
    'AttemptsExhausted',
    'EscalationRequested',
    'EscalationConfirmed',
    'EscalationDeclined',
    'InterventionTriggered',
    'TestsRepeated',
    'InterventionTimedOut',
    'DeepFixConfirmed',
    'InterventionOpened',
    'RepairContinued',
    'RecoveryCompleted',
    'RetriedStronger',
    'JobAbandoned',
    'JobCancelled',
    'ClientHeartbeatMissed',
    'ClientHeartbeatResumed',
    'ClientLost',
    'InfraFailed',
    'StageTimedOut',
    'ExecutionRequested',
    'ExecutionClaimed',
    'ExecutionReported',
    'ExecutionTimedOut',
    'ModelCalled',
    'DeliveryAccepted',
    'DeliveryApplied',
    'DeliveryReverted',
    'RevertBlocked',
  ],
  columns: {
    job_id: 'text',
    owner_id: 'text',
    title: 'text',
    goal: 'text',
    goal_text: 'text',
    mode: 'text',
    targets: 'json',
    status: 'text',
    strategy: 'text?',
    tier: 'text?',
    failure_class: 'text?',
    reasons: 'json',
    attempts: 'int',
    model_class: 'text?',
    executions: 'json',
    heartbeat_status: 'text',
    grace_deadline_at: 'timestamptz?',
    decision_deadline_at: 'timestamptz?',
    timed_out: 'json?',
    delivery_phase: 'text?',
    artifact_expires_at: 'timestamptz?',
    model_calls: 'int',
    tokens: 'bigint',
    requested_at: 'timestamptz',
    started_at: 'timestamptz?',
    finished_at: 'timestamptz?',
    updated_at: 'timestamptz',
  },
  key: 'job_id',
  indexes: [['owner_id', '-requested_at', '-job_id']],
  keysOf: (event) => [event.data.jobId],
  evolve(row, event) {
    if (isRequested(event)) return requested(event);
    if (row === undefined) return undefined;
    const status = statusAfter(event) ?? row.status;
    return consistent({ ...row, ...change(row, event), status, updated_at: event.data.at });
  },
};
