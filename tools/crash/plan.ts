import type { ScenarioName } from './scenarios.ts';

/**
 * In which scenario a process is killed at the first event of a type. The delivery is killed at every further one of its
 * events too.
 */
export const KILLED_IN: Readonly<Record<string, ScenarioName>> = {
  JobRequested: 'delivery',
  ContextAttached: 'delivery',
  JobStarted: 'delivery',
  JobSlotClaimed: 'delivery',
  HoldTaken: 'delivery',
  HoldReleased: 'delivery',
  ModelCalled: 'delivery',
  UsageRecorded: 'delivery',
  ScopeAnalysed: 'delivery',
  ProposalsGenerated: 'delivery',
  ProposalSelected: 'delivery',
  SpecDrafted: 'delivery',
  SpecApproved: 'delivery',
  TestPlanGenerated: 'delivery',
  ExecutionRequested: 'delivery',
  ExecutionClaimed: 'delivery',
  ExecutionReported: 'delivery',
  LogLineWritten: 'delivery',
  ClientHeartbeatReceived: 'delivery',
  BaselinePassed: 'delivery',
  AttemptStarted: 'delivery',
  PatchGenerated: 'delivery',
  PatchEditsReported: 'delivery',
  TestsPassed: 'delivery',
  DeliveryAccepted: 'delivery',
  DeliveryApplied: 'delivery',
  DeliveryReverted: 'delivery',
  JobRefused: 'refused',
  TestsFailed: 'repair',
  SpecRevised: 'spec-changed',
  SpecUpdatedDuringExecution: 'spec-changed',
  BudgetCapSet: 'spec-changed',
  HoldRaised: 'spec-changed',
  BaselineFailed: 'unguarded',
  SpecReopened: 'unguarded',
  BaselineOverridden: 'unguarded',
  PatchRejected: 'unguarded',
  UsageWaived: 'unguarded',
  AttemptsExhausted: 'unguarded',
  RecoveryCompleted: 'unguarded',
  RetriedStronger: 'unguarded',
  DeepFixConfirmed: 'unguarded',
  JobAbandoned: 'abandoned',
  RepairContinued: 'repair-continued',
  InterventionTriggered: 'intervention',
  InterventionOpened: 'intervention',
  InterventionTimedOut: 'intervention-late',
  JobCancelled: 'cancelled',
  ClientHeartbeatMissed: 'client-back',
  ClientHeartbeatResumed: 'client-back',
  ClientLost: 'client-lost',
  ExecutionTimedOut: 'time-out',
  BaselineRepeated: 'time-out',
  TestsRepeated: 'time-out',
  StageTimedOut: 'stage-late',
  InfraFailed: 'storage-lost',
  RevertBlocked: 'partial',
};

const FREE =
  'recipes cost nothing: no call is reserved for them, and nothing is charged, so that nothing can be given back';
const NO_MODEL =
  'it comes before the seventh attempt that counts, or before a call that costs too much; a recipe has four patches at most to offer, and costs nothing';

/** Types that no job of this installation writes as long as no model is configured, and why. */
export const NOT_WRITTEN: Readonly<Record<string, string>> = {
  EscalationRequested: NO_MODEL,
  EscalationConfirmed: NO_MODEL,
  EscalationDeclined: NO_MODEL,
  HoldPosted: FREE,
  ChargeWaived: FREE,
  ChargeReversed: FREE,
  CallReserved: FREE,
  CallSettled: FREE,
  BudgetWarned: FREE,
  BudgetReached: FREE,
};

/** Types that a job can write and that nothing was killed at; `types` come from the definitions. */
export const notKilledAt = (types: readonly string[], killed: ReadonlySet<string>): string[] =>
  types.filter((type) => !killed.has(type) && !Object.hasOwn(NOT_WRITTEN, type));

/** Names in the lists above that no definition has any more, or that were said not to be written and were. */
export const untrue = (types: readonly string[], killed: ReadonlySet<string>): string[] => [
  ...[...Object.keys(KILLED_IN), ...Object.keys(NOT_WRITTEN)].filter((type) => !types.includes(type)),
  ...Object.keys(NOT_WRITTEN).filter((type) => killed.has(type)),
];
