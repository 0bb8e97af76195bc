import type { Event, Json, Positioned } from '../../domain/kernel/message.ts';
import type { LogLineWritten } from '../../domain/refactoring/client/job-log.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { ARTIFACT_EVENTS, artifactsOf } from '../../projections/refactoring/job-artifacts.ts';
import { statusAfter } from '../../projections/refactoring/job-status.ts';
import type { RefactorJobRow } from '../../projections/refactoring/refactor-jobs.ts';
import { refactorJobs } from '../../projections/refactoring/refactor-jobs.ts';
import { snakeKeys } from '../kernel/wire.ts';

/** Names of the messages on a job's stream (JOB-06). */
export type JobMessageName =
  | 'state_change'
  | 'log_line'
  | 'attempt_start'
  | 'attempt_end'
  | 'heartbeat_status'
  | 'deep_fix_start'
  | 'artifact_ready'
  | 'execution_requested'
  | 'budget_warning';

export type JobMessage = Readonly<{ name: JobMessageName; data: { readonly [key: string]: Json } }>;

type ArtifactEvent = Parameters<typeof artifactsOf>[0];
const jobTypes: ReadonlySet<string> = new Set(refactorJobs.handles);
const artifactTypes: ReadonlySet<string> = new Set(ARTIFACT_EVENTS);

const isJobEvent = (event: Positioned): event is Positioned<JobEvent> => jobTypes.has(event.type);
const isLogLine = (event: Event): event is LogLineWritten => event.type === 'LogLineWritten';
const isArtifactEvent = (event: JobEvent): event is ArtifactEvent => artifactTypes.has(event.type);

/** The job that an event of the stream of a job, or of its log, belongs to; null: not for this stream. */
export const jobOf = (event: Positioned): string | null =>
  isJobEvent(event) || isLogLine(event) ? String(event.data['jobId']) : null;

const deliveryPhase = (event: JobEvent): RefactorJobRow['delivery_phase'] => {
  switch (event.type) {
    case 'TestsPassed':
      return 'OFFERED';
    case 'DeliveryAccepted':
      return 'ACCEPTED';
    case 'DeliveryApplied':
      return 'APPLIED';
    case 'DeliveryReverted':
      return 'REVERTED';
    default:
      return null;
  }
};

/** Also for what happens to a delivery, during which the status stays DELIVERED. */
const stateChange = (event: JobEvent): JobMessage[] => {
  const phase = deliveryPhase(event);
  const status = statusAfter(event) ?? (phase === null ? null : 'DELIVERED');
  if (status === null) return [];
  const { jobId, at } = event.data;
  return [
    {
      name: 'state_change',
      data: { job_id: jobId, status, event: event.type, delivery_phase: phase, at },
    },
  ];
};

const told = (name: JobMessageName, event: JobEvent, fields: Record<string, unknown> = {}): JobMessage => ({
  name,
  data: { job_id: event.data.jobId, ...asObject(snakeKeys(fields)), at: event.data.at },
});

const asObject = (value: Json): { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};

const particular = (event: JobEvent): JobMessage[] => {
  switch (event.type) {
    case 'AttemptStarted':
      return [
        told('attempt_start', event, { attempt: event.data.attempt, modelClass: event.data.modelClass }),
      ];
    case 'TestsPassed': {
      const { attempt, counts } = event.data;
      return [told('attempt_end', event, { attempt, outcome: 'PASSED', counts })];
    }
    case 'TestsFailed': {
      const { attempt, counts, failureClass, fingerprint, identical } = event.data;
      const fields = { attempt, outcome: 'FAILED', counts, failureClass, fingerprint, identical };
      return [told('attempt_end', event, fields)];
    }
    case 'PatchRejected': {
      const { attempt, failureClass, reason } = event.data;
      return [told('attempt_end', event, { attempt, outcome: 'REJECTED', failureClass, reason })];
    }
    case 'ClientHeartbeatMissed': {
      const { graceDeadlineAt } = event.data;
      return [told('heartbeat_status', event, { heartbeatStatus: 'GRACE', graceDeadlineAt })];
    }
    case 'ClientHeartbeatResumed':
      return [told('heartbeat_status', event, { heartbeatStatus: 'ALIVE', graceDeadlineAt: null })];
    case 'DeepFixConfirmed':
      return [told('deep_fix_start', event, { modelClass: event.data.modelClass })];
    case 'ExecutionRequested': {
      const { executionId, kind, attempt } = event.data;
      return [told('execution_requested', event, { executionId, kind, attempt })];
    }
    case 'EscalationRequested': {
      const { reason, deadlineAt } = event.data;
      return reason === 'BUDGET' ? [told('budget_warning', event, { deadlineAt })] : [];
    }
    default:
      return [];
  }
};

/** An execution only names artifacts that were ready before. */
const artifacts = (event: JobEvent): JobMessage[] =>
  isArtifactEvent(event) && event.type !== 'ExecutionRequested'
    ? artifactsOf(event).map((artifact) => told('artifact_ready', event, { artifact }))
    : [];

/** What clients are told of one event: nothing, or several messages that belong to one position. */
export const messagesOf = (event: Positioned): readonly JobMessage[] => {
  if (isLogLine(event)) {
    const { jobId, executionId, line, percent, at } = event.data;
    return [{ name: 'log_line', data: { job_id: jobId, execution_id: executionId, line, percent, at } }];
  }
  if (!isJobEvent(event)) return [];
  return [...particular(event), ...artifacts(event), ...stateChange(event)];
};
