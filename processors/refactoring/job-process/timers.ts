import type { Positioned } from '../../../domain/kernel/message.ts';
import { never } from '../../../domain/kernel/never.ts';
import { dueAfter, type ProcessOutput } from '../../../domain/kernel/process-manager.ts';
import type { JobCommand } from '../../../domain/refactoring/job/commands.ts';
import { idFrom } from '../ids.ts';
import { STAGE } from './stage-limit.ts';
import type { JobProcessState, ProcessEvent } from './state.ts';
import type { JobTimings } from './timings.ts';

type Output = ProcessOutput<JobCommand, never>;
type Of<Type extends ProcessEvent['type']> = Positioned<Extract<ProcessEvent, { type: Type }>>;

const cancel = (...keys: readonly string[]): readonly Output[] =>
  keys.map((key) => ({ kind: 'cancelTimer', key }));

/** Fires unless the client is heard of again. */
const expectHeartbeat = (
  event: Positioned<ProcessEvent>,
  { heartbeatPatienceMs, graceSeconds }: JobTimings,
): Output => {
  const due = dueAfter(event, heartbeatPatienceMs);
  const { jobId, at } = event.data;
  return {
    kind: 'timer',
    key: 'heartbeat',
    due,
    command: { type: 'ReportHeartbeatMissed', data: { jobId, at: due, lastSeenAt: at, graceSeconds } },
  };
};

/** Time starts anew with a claim: a person may open the laptop late, but then the work must end. */
const expectReport = (
  event: Of<'ExecutionRequested' | 'ExecutionClaimed'>,
  { execution }: JobProcessState,
  { longestExecutionSeconds, reportPatienceMs }: JobTimings,
): readonly Output[] => {
  if (execution === null) return [];
  const { executionId, timeoutSeconds } = execution;
  const seconds = Math.min(timeoutSeconds, longestExecutionSeconds);
  const due = dueAfter(event, seconds * 1_000 + reportPatienceMs);
  const retryExecutionId = idFrom('retry', executionId);
  const { jobId } = event.data;
  return [
    {
      kind: 'timer',
      key: 'execution',
      due,
      command: { type: 'TimeOutExecution', data: { jobId, at: due, executionId, retryExecutionId } },
    },
  ];
};

const latest = (a: string, b: string): string => (Date.parse(a) >= Date.parse(b) ? a : b);

/** Fires at a deadline that stands on the stream. */
const atDeadline = (key: string, due: string, command: JobCommand): readonly Output[] => [
  { kind: 'timer', key, due, command },
];

/**
 * Timers that an event sets and ends. Each is set under one key, so that setting it again moves it; ending one that is
 * not set does nothing.
 */
export const timersOf = (
  event: Positioned<ProcessEvent>,
  state: JobProcessState,
  timings: JobTimings,
): readonly Output[] => {
  const { jobId } = event.data;
  switch (event.type) {
    case 'JobStarted':
    case 'SpecApproved':
    case 'BaselineRepeated':
    case 'BaselineOverridden':
    case 'RetriedStronger':
      return [expectHeartbeat(event, timings)];
    case 'EscalationConfirmed':
    case 'EscalationDeclined':
      // A specification is written while the job is parked.
      return [
        ...cancel('escalation'),
        ...(state.mode === 'EXECUTING' ? [expectHeartbeat(event, timings)] : []),
      ];
    case 'DeepFixConfirmed':
    case 'TestsRepeated':
      return [...cancel('intervention'), expectHeartbeat(event, timings)];
    case 'RepairContinued':
      return [...cancel('intervention', 'execution'), expectHeartbeat(event, timings)];
    case 'InterventionOpened':
      return cancel('intervention');
    case 'ClientHeartbeatReceived':
      return state.mode === 'EXECUTING' && !state.grace ? [expectHeartbeat(event, timings)] : [];
    case 'ClientHeartbeatMissed': {
      const { graceDeadlineAt } = event.data;
      // Told late, because our side was down: the client still gets the whole grace.
      const due = latest(graceDeadlineAt, dueAfter(event, timings.graceSeconds * 1_000));
      const data = { jobId, at: due, graceDeadlineAt };
      return [...cancel('heartbeat', STAGE), ...atDeadline('grace', due, { type: 'ExpireGrace', data })];
    }
    case 'ClientHeartbeatResumed':
      return [...cancel('grace'), expectHeartbeat(event, timings)];
    case 'EscalationRequested': {
      const at = event.data.deadlineAt;
      return [
        ...parking,
        ...atDeadline('escalation', at, { type: 'TimeOutEscalation', data: { jobId, at } }),
      ];
    }
    case 'InterventionTriggered': {
      const at = event.data.deadlineAt;
      return [
        ...parking,
        ...atDeadline('intervention', at, { type: 'TimeOutIntervention', data: { jobId, at } }),
      ];
    }
    case 'AttemptsExhausted':
      return cancel('start-attempt');
    case 'ExecutionRequested':
    case 'ExecutionClaimed':
      return expectReport(event, state, timings);
    case 'ExecutionReported':
    case 'ExecutionTimedOut':
      return cancel('execution');
    case 'ProposalsGenerated':
    case 'SpecReopened':
    case 'SpecUpdatedDuringExecution':
    case 'BaselineFailed':
    case 'RecoveryCompleted':
    case 'TestsPassed':
      return parking;
    case 'JobRefused':
    case 'InterventionTimedOut':
    case 'JobAbandoned':
    case 'JobCancelled':
    case 'ClientLost':
    case 'InfraFailed':
      return [...parking, ...cancel('escalation', 'intervention')];
    case 'SpecDrafted':
    case 'TestPlanGenerated':
    case 'PatchGenerated':
    case 'PatchRejected':
      return cancel(STAGE);
    case 'JobRequested':
    case 'ContextAttached':
    case 'ScopeAnalysed':
    case 'ProposalSelected':
    case 'SpecRevised':
    case 'BaselinePassed':
    case 'AttemptStarted':
    case 'StageTimedOut':
    case 'TestsFailed':
      return [];
    default:
      return never(event);
  }
};

/** Nothing runs any more: no client is awaited, no report, no attempt, no answer. */
const parking = cancel('heartbeat', 'grace', 'execution', 'start-attempt', STAGE);
