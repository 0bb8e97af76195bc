import type {
  AttemptStarted,
  AttemptsExhausted,
  ModelCalled,
  PatchEditsReported,
  PatchGenerated,
  PatchRejected,
  TestsFailed,
  TestsPassed,
} from './events/attempts.ts';
import type {
  BaselineFailed,
  BaselineOverridden,
  BaselinePassed,
  BaselineRepeated,
  TestPlanGenerated,
} from './events/baseline.ts';
import type {
  DeliveryAccepted,
  DeliveryApplied,
  DeliveryReverted,
  RevertBlocked,
} from './events/delivery.ts';
import type {
  ClientHeartbeatMissed,
  ClientHeartbeatResumed,
  ClientLost,
  InfraFailed,
  JobCancelled,
  StageTimedOut,
} from './events/ends.ts';
import type {
  ExecutionClaimed,
  ExecutionReported,
  ExecutionRequested,
  ExecutionTimedOut,
} from './events/executions.ts';
import type {
  DeepFixConfirmed,
  EscalationConfirmed,
  EscalationDeclined,
  EscalationRequested,
  InterventionOpened,
  InterventionTimedOut,
  InterventionTriggered,
  JobAbandoned,
  RecoveryCompleted,
  RepairContinued,
  RetriedStronger,
  TestsRepeated,
} from './events/gates.ts';
import type { ContextAttached, JobRequested, JobStarted } from './events/setup.ts';
import type {
  JobRefused,
  ProposalSelected,
  ProposalsGenerated,
  ScopeAnalysed,
  SpecApproved,
  SpecDrafted,
  SpecReopened,
  SpecRevised,
  SpecUpdatedDuringExecution,
} from './events/specification.ts';

export type * from './events/attempts.ts';
export type * from './events/baseline.ts';
export type * from './events/delivery.ts';
export type * from './events/ends.ts';
export type * from './events/executions.ts';
export type * from './events/gates.ts';
export type * from './events/setup.ts';
export type * from './events/specification.ts';

/** Everything that can happen to a job. */
export type JobEvent =
  | JobRequested
  | ContextAttached
  | JobStarted
  | ScopeAnalysed
  | ProposalsGenerated
  | JobRefused
  | ProposalSelected
  | SpecDrafted
  | SpecRevised
  | SpecApproved
  | SpecReopened
  | SpecUpdatedDuringExecution
  | TestPlanGenerated
  | BaselinePassed
  | BaselineFailed
  | BaselineRepeated
  | BaselineOverridden
  | AttemptStarted
  | PatchGenerated
  | PatchRejected
  | TestsPassed
  | TestsFailed
  | AttemptsExhausted
  | PatchEditsReported
  | EscalationRequested
  | EscalationConfirmed
  | EscalationDeclined
  | InterventionTriggered
  | TestsRepeated
  | InterventionTimedOut
  | DeepFixConfirmed
  | InterventionOpened
  | RepairContinued
  | RecoveryCompleted
  | RetriedStronger
  | JobAbandoned
  | JobCancelled
  | ClientHeartbeatMissed
  | ClientHeartbeatResumed
  | ClientLost
  | InfraFailed
  | StageTimedOut
  | ExecutionRequested
  | ExecutionClaimed
  | ExecutionReported
  | ExecutionTimedOut
  | ModelCalled
  | DeliveryAccepted
  | DeliveryApplied
  | DeliveryReverted
  | RevertBlocked;
