import type {
  AbandonJob,
  CancelJob,
  ExpireGrace,
  ForceTerminate,
  JobCommand,
  RecordFailedCall,
  ReportHeartbeatMissed,
  ReportHeartbeatResumed,
  ReportInfraFailure,
} from '../commands.ts';
import type { JobEvent } from '../events.ts';
import { isStarted } from '../layers.ts';
import { GRACE_SECONDS, reached, secondsAfter } from '../limits.ts';
import { expectStatus, reject } from '../rejections.ts';
import type { InStatus, JobState, Started } from '../state.ts';
import { CONDITIONS, EXECUTING_STATUSES, JOB_STATUSES, type JobStatus } from '../values.ts';
import { modelCalled } from './model-called.ts';

type Open = Exclude<JobStatus, 'FAILED' | 'DELIVERED'>;
const OPEN: readonly Open[] = JOB_STATUSES.filter(
  (status): status is Open => status !== 'FAILED' && status !== 'DELIVERED',
);

const STARTED = OPEN.filter((status): status is Exclude<Open, 'PENDING'> => status !== 'PENDING');

const expectOpen = (state: JobState, command: JobCommand): InStatus<Open> =>
  expectStatus(state, command, ...OPEN);

const expectGrace = (
  state: JobState,
  command: JobCommand,
): Readonly<{ deadlineAt: string; state: Started }> => {
  const executing = expectStatus(state, command, ...EXECUTING_STATUSES);
  if (executing.grace === null) return reject('NOT_IN_GRACE', 'The client is connected.');
  return { deadlineAt: executing.grace.deadlineAt, state: executing };
};

/** Whatever it is ended for, it ends; recorded as declined is only what a proposal of the job asks for. */
export const cancelJob = (command: CancelJob, state: JobState): JobEvent[] => {
  const open = expectOpen(state, command);
  const { declined: named = [], ...data } = command.data;
  const asked = open.status === 'WAITING_STRATEGY' ? open.proposals : [];
  const declined = CONDITIONS.filter(
    (condition) =>
      named.includes(condition) && asked.some(({ conditions = [] }) => conditions.includes(condition)),
  );
  const why = declined.length === 0 ? {} : { declined };
  return [{ type: 'JobCancelled', data: { ...data, forced: false, failureClass: 'USER_CANCELLED', ...why } }];
};

/** JOB-02: does not wait for the rest of the grace. */
export const forceTerminate = (command: ForceTerminate, state: JobState): JobEvent[] => {
  expectGrace(state, command);
  return [{ type: 'JobCancelled', data: { ...command.data, forced: true, failureClass: 'USER_CANCELLED' } }];
};

export const abandonJob = (command: AbandonJob, state: JobState): JobEvent[] => {
  expectStatus(state, command, 'FALLBACK_REQUIRED');
  return [{ type: 'JobAbandoned', data: command.data }];
};

/** JOB-05: only executing states need a client; the first miss sets the deadline, others change nothing. */
export const missHeartbeat = (command: ReportHeartbeatMissed, state: JobState): JobEvent[] => {
  const { grace } = expectStatus(state, command, ...EXECUTING_STATUSES);
  if (grace !== null) return [];
  const { graceSeconds = GRACE_SECONDS, ...data } = command.data;
  const graceDeadlineAt = secondsAfter(data.at, graceSeconds);
  return [{ type: 'ClientHeartbeatMissed', data: { ...data, graceDeadlineAt } }];
};

export const resumeHeartbeat = (command: ReportHeartbeatResumed, state: JobState): JobEvent[] => {
  expectGrace(state, command);
  return [{ type: 'ClientHeartbeatResumed', data: command.data }];
};

/** BIL-06: where our side was failing too, the loss of the client is not held against the person. */
export const expireGrace = (command: ExpireGrace, state: JobState): JobEvent[] => {
  const { deadlineAt, state: started } = expectGrace(state, command);
  const { at, graceDeadlineAt } = command.data;
  if (graceDeadlineAt !== deadlineAt || !reached(deadlineAt, at))
    return reject('DEADLINE_NOT_REACHED', 'The client may still come back.', { deadlineAt });
  const failureClass = started.infraTrouble ? 'INFRA_FAILURE' : 'CLIENT_DISCONNECTED';
  return [{ type: 'ClientLost', data: { ...command.data, failureClass } }];
};

export const reportInfraFailure = (command: ReportInfraFailure, state: JobState): JobEvent[] => {
  const open = expectOpen(state, command);
  const { call, ...data } = command.data;
  const failed: JobEvent = { type: 'InfraFailed', data: { ...data, failureClass: 'INFRA_FAILURE' } };
  return call !== undefined && isStarted(open)
    ? [modelCalled(command, open.ownerId, call), failed]
    : [failed];
};

/** Nothing ends yet: another gateway may be asked, or the same one again. What was under way when its job ended is told after it, too. */
export const recordFailedCall = (command: RecordFailedCall, state: JobState): JobEvent[] => {
  const { ownerId } = expectStatus(state, command, ...STARTED, 'FAILED', 'DELIVERED');
  return [modelCalled(command, ownerId, command.data.call)];
};
