import type { Positioned } from '../../domain/kernel/message.ts';
import type { ProcessManager, ProcessOutput } from '../../domain/kernel/process-manager.ts';
import type { JobCommand } from '../../domain/refactoring/job/commands.ts';
import type { JobEffect } from './effects.ts';
import { evolve, initialState, type JobProcessState, type ProcessEvent } from './job-process/state.ts';
import { timersOf } from './job-process/timers.ts';
import { JOB_TIMINGS, type JobTimings } from './job-process/timings.ts';
import { requestWork } from './job-process/work.ts';

/** Listed with `satisfies`, so that a new event of the job must be placed here or left out on purpose. */
const HANDLES = {
  JobRequested: true,
  ContextAttached: true,
  JobStarted: true,
  ScopeAnalysed: true,
  ProposalsGenerated: true,
  JobRefused: true,
  ProposalSelected: true,
  SpecDrafted: true,
  SpecRevised: true,
  SpecApproved: true,
  SpecReopened: true,
  SpecUpdatedDuringExecution: true,
  TestPlanGenerated: true,
  BaselinePassed: true,
  BaselineFailed: true,
  BaselineRepeated: true,
  BaselineOverridden: true,
  AttemptStarted: true,
  PatchGenerated: true,
  PatchRejected: true,
  TestsPassed: true,
  TestsFailed: true,
  AttemptsExhausted: true,
  EscalationRequested: true,
  EscalationConfirmed: true,
  EscalationDeclined: true,
  InterventionTriggered: true,
  TestsRepeated: true,
  InterventionTimedOut: true,
  DeepFixConfirmed: true,
  InterventionOpened: true,
  RepairContinued: true,
  RecoveryCompleted: true,
  RetriedStronger: true,
  JobAbandoned: true,
  JobCancelled: true,
  ClientHeartbeatMissed: true,
  ClientHeartbeatResumed: true,
  ClientLost: true,
  InfraFailed: true,
  StageTimedOut: true,
  ExecutionRequested: true,
  ExecutionClaimed: true,
  ExecutionReported: true,
  ExecutionTimedOut: true,
  ClientHeartbeatReceived: true,
} as const satisfies Record<ProcessEvent['type'], true>;

/** Events at which the work of our side changes; a grace that ends asks for it again. */
const STARTS_WORK: ReadonlySet<ProcessEvent['type']> = new Set([
  'JobStarted',
  'ProposalSelected',
  'SpecApproved',
  'BaselinePassed',
  'BaselineOverridden',
  'EscalationConfirmed',
  'RepairContinued',
  'RetriedStronger',
  'TestsFailed',
  'PatchRejected',
  'AttemptStarted',
  'AttemptsExhausted',
  'EscalationDeclined',
  'ClientHeartbeatResumed',
  'StageTimedOut',
]);

const reactWith =
  (timings: JobTimings) =>
  (
    event: Positioned<ProcessEvent>,
    state: JobProcessState,
  ): readonly ProcessOutput<JobCommand, JobEffect>[] => {
    // While the client is missing nothing new begins: that is what halts the spending (JOB-05).
    const starts = STARTS_WORK.has(event.type) && !state.grace;
    const work = starts ? requestWork(event, state, timings) : [];
    return [...timersOf(event, state, timings), ...work];
  };

/**
 * Moves a job on: asks models and machines for the next piece of work, and watches every deadline (spec/40). What ran
 * when the client went missing is stopped by its reactor (`cancelledBy`) and asked for again when it is back.
 */
export const jobProcessWith = (
  timings: JobTimings,
): ProcessManager<JobProcessState, ProcessEvent, JobCommand, JobEffect> => ({
  name: 'job-process',
  // 2: states know the accepted conditions.
  revision: 2,
  handles: Object.keys(HANDLES) as readonly ProcessEvent['type'][],
  correlate: (event) => event.data.jobId,
  initialState,
  evolve,
  react: reactWith(timings),
});

export const jobProcess = jobProcessWith(JOB_TIMINGS);
