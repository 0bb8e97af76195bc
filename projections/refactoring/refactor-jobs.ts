import type { Placed } from '../../domain/kernel/message.ts';
import type { Projection } from '../../domain/kernel/projection.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import type { JobStatus } from '../../domain/refactoring/job/values.ts';
import { isExecutingStatus, statusAfter } from './job-status.ts';
import { change, requested } from './refactor-job-changes.ts';
import type { RefactorJobRow } from './refactor-job-row.ts';

export type { RefactorJobRow } from './refactor-job-row.ts';

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
    escalation: row.status === 'WAITING_ESCALATION_DECISION' ? row.escalation : null,
    timed_out: mayBeLate.has(row.status) ? row.timed_out : null,
  };
};

const isRequested = (event: Placed<JobEvent>): event is Placed<Extract<JobEvent, { type: 'JobRequested' }>> =>
  event.type === 'JobRequested';

export const refactorJobs: Projection<RefactorJobRow, JobEvent> = {
  name: 'refactor-jobs',
  revision: 4,
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
    escalation: 'json?',
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
