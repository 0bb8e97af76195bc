import type { JobCommand } from '../../commands.ts';
import type { JobEvent } from '../../events.ts';
import type { JobStatus } from '../../values.ts';

/**
 * JOB-01: the table of spec/40 written a second time, as data, without looking at the decider. Random command sequences
 * then prove that every event happened in a status where the table has it, led where the table says, and that commands
 * outside their statuses are rejected.
 */
export type Status = JobStatus | 'NONE';

const EXECUTING: readonly Status[] = [
  'ANALYZING',
  'GENERATING_ANALYSIS_REPORT',
  'GENERATING_TESTS',
  'BASELINE_VALIDATION',
  'REFACTORING',
  'DEEP_FIX_ACTIVE',
  'RECOVERY_PENDING',
];
export const NON_TERMINAL: readonly Status[] = [
  ...EXECUTING,
  'PENDING',
  'WAITING_STRATEGY',
  'WAITING_SPEC_APPROVAL',
  'BASELINE_VALIDATION_FAILED',
  'WAITING_ESCALATION_DECISION',
  'WAITING_INTERVENTION',
  'USER_INTERVENING',
  'FALLBACK_REQUIRED',
];
/** Calls of before are still told of. */
const ENDED: readonly Status[] = ['FAILED', 'DELIVERED'];
const WITH_SPEC: readonly Status[] = EXECUTING.filter(
  (status) => status !== 'ANALYZING' && status !== 'GENERATING_ANALYSIS_REPORT',
);
const WITH_EXECUTION: readonly Status[] = [
  'BASELINE_VALIDATION',
  'REFACTORING',
  'USER_INTERVENING',
  'DELIVERED',
];

/** Models are asked here, so that the job may have to ask the person first (BIL-08). */
const ASKING: readonly Status[] = [
  'ANALYZING',
  'GENERATING_ANALYSIS_REPORT',
  'WAITING_STRATEGY',
  'GENERATING_TESTS',
  'REFACTORING',
  'DEEP_FIX_ACTIVE',
];
const WITH_STAGE: readonly Status[] = [...ASKING, 'RECOVERY_PENDING'];

type Moves = Readonly<Partial<Record<Status, Status>>>;
export const from = (statuses: readonly Status[], to: Status): Moves =>
  Object.fromEntries(statuses.map((status) => [status, to]));
const staying = (statuses: readonly Status[]): Moves =>
  Object.fromEntries(statuses.map((status) => [status, status]));

const TABLE: Readonly<Record<JobEvent['type'], Moves>> = {
  JobRequested: { NONE: 'PENDING' },
  ContextAttached: { PENDING: 'PENDING' },
  JobStarted: { PENDING: 'ANALYZING' },
  ScopeAnalysed: { ANALYZING: 'GENERATING_ANALYSIS_REPORT' },
  ProposalsGenerated: from(['ANALYZING', 'GENERATING_ANALYSIS_REPORT'], 'WAITING_STRATEGY'),
  JobRefused: from(['ANALYZING', 'GENERATING_ANALYSIS_REPORT', 'GENERATING_TESTS'], 'FAILED'),
  ProposalSelected: staying(['WAITING_STRATEGY']),
  SpecDrafted: { WAITING_STRATEGY: 'WAITING_SPEC_APPROVAL' },
  SpecRevised: staying(['WAITING_SPEC_APPROVAL']),
  SpecApproved: { WAITING_SPEC_APPROVAL: 'GENERATING_TESTS' },
  SpecReopened: from(['BASELINE_VALIDATION_FAILED', 'FALLBACK_REQUIRED'], 'WAITING_SPEC_APPROVAL'),
  SpecUpdatedDuringExecution: from(WITH_SPEC, 'WAITING_SPEC_APPROVAL'),
  TestPlanGenerated: { GENERATING_TESTS: 'BASELINE_VALIDATION' },
  BaselinePassed: { BASELINE_VALIDATION: 'REFACTORING' },
  BaselineFailed: { BASELINE_VALIDATION: 'BASELINE_VALIDATION_FAILED' },
  BaselineRepeated: { BASELINE_VALIDATION_FAILED: 'BASELINE_VALIDATION' },
  BaselineOverridden: { BASELINE_VALIDATION_FAILED: 'REFACTORING' },
  AttemptStarted: staying(['REFACTORING', 'DEEP_FIX_ACTIVE']),
  PatchGenerated: { REFACTORING: 'REFACTORING', DEEP_FIX_ACTIVE: 'REFACTORING' },
  PatchRejected: staying(['REFACTORING', 'DEEP_FIX_ACTIVE', 'USER_INTERVENING']),
  TestsPassed: from(['REFACTORING', 'USER_INTERVENING'], 'DELIVERED'),
  TestsFailed: staying(['REFACTORING', 'USER_INTERVENING']),
  PatchEditsReported: staying(['REFACTORING', 'USER_INTERVENING']),
  AttemptsExhausted: { REFACTORING: 'RECOVERY_PENDING' },
  EscalationRequested: from(ASKING, 'WAITING_ESCALATION_DECISION'),
  EscalationConfirmed: {},
  EscalationDeclined: {},
  InterventionTriggered: { REFACTORING: 'WAITING_INTERVENTION' },
  TestsRepeated: { WAITING_INTERVENTION: 'REFACTORING' },
  InterventionTimedOut: { WAITING_INTERVENTION: 'FAILED' },
  DeepFixConfirmed: from(['WAITING_INTERVENTION', 'FALLBACK_REQUIRED'], 'DEEP_FIX_ACTIVE'),
  InterventionOpened: from(['WAITING_INTERVENTION', 'FALLBACK_REQUIRED'], 'USER_INTERVENING'),
  RepairContinued: from(['WAITING_INTERVENTION', 'USER_INTERVENING'], 'REFACTORING'),
  RecoveryCompleted: { RECOVERY_PENDING: 'FALLBACK_REQUIRED' },
  RetriedStronger: { FALLBACK_REQUIRED: 'REFACTORING' },
  JobAbandoned: { FALLBACK_REQUIRED: 'FAILED' },
  JobCancelled: from(NON_TERMINAL, 'FAILED'),
  ClientHeartbeatMissed: staying(EXECUTING),
  ClientHeartbeatResumed: staying(EXECUTING),
  ClientLost: from(EXECUTING, 'FAILED'),
  InfraFailed: from(NON_TERMINAL, 'FAILED'),
  StageTimedOut: staying(WITH_STAGE),
  ExecutionRequested: staying(WITH_EXECUTION),
  ExecutionClaimed: staying(WITH_EXECUTION),
  ExecutionReported: staying(WITH_EXECUTION),
  ExecutionTimedOut: staying(WITH_EXECUTION),
  ModelCalled: staying([...NON_TERMINAL, ...ENDED]),
  DeliveryAccepted: staying(['DELIVERED']),
  DeliveryApplied: staying(['DELIVERED']),
  DeliveryReverted: staying(['DELIVERED']),
  RevertBlocked: staying(['DELIVERED']),
};

/** What an answer to WAITING_ESCALATION_DECISION leads to, by the status that the job asked in. */
const ANSWERS: Readonly<Partial<Record<JobEvent['type'], Moves>>> = {
  EscalationConfirmed: { ...staying(ASKING), DEEP_FIX_ACTIVE: 'REFACTORING' },
  EscalationDeclined: from(['REFACTORING', 'DEEP_FIX_ACTIVE'], 'RECOVERY_PENDING'),
  JobRefused: from(
    ['ANALYZING', 'GENERATING_ANALYSIS_REPORT', 'WAITING_STRATEGY', 'GENERATING_TESTS'],
    'FAILED',
  ),
};

export const EVENT_TYPES = Object.keys(TABLE);

/** Where an event leads a job in a status; `askedIn`: where it asked last. Undefined: the table has no such event there. */
export const leadsTo = (type: JobEvent['type'], status: Status, askedIn: Status): Status | undefined =>
  (status === 'WAITING_ESCALATION_DECISION' ? ANSWERS[type]?.[askedIn] : undefined) ?? TABLE[type][status];

/** Where a command may have any effect at all; elsewhere it must be rejected. */
export const ACCEPTED: Readonly<Record<JobCommand['type'], readonly Status[]>> = {
  RequestJob: ['NONE'],
  AttachContext: ['PENDING'],
  StartJob: ['PENDING'],
  SelectProposal: ['WAITING_STRATEGY'],
  ReviseSpec: ['WAITING_SPEC_APPROVAL', ...WITH_SPEC],
  ApproveSpec: ['WAITING_SPEC_APPROVAL'],
  ReopenSpec: ['BASELINE_VALIDATION_FAILED', 'FALLBACK_REQUIRED'],
  OverrideBaseline: ['BASELINE_VALIDATION_FAILED'],
  DecideTimeout: ['BASELINE_VALIDATION_FAILED', 'WAITING_INTERVENTION'],
  ConfirmEscalation: ['WAITING_ESCALATION_DECISION'],
  DeclineEscalation: ['WAITING_ESCALATION_DECISION'],
  ConfirmDeepFix: ['WAITING_INTERVENTION', 'FALLBACK_REQUIRED'],
  OpenIntervention: ['WAITING_INTERVENTION', 'FALLBACK_REQUIRED'],
  ContinueRepair: ['WAITING_INTERVENTION', 'USER_INTERVENING'],
  RunInterventionTests: ['USER_INTERVENING'],
  RetryStronger: ['FALLBACK_REQUIRED'],
  AbandonJob: ['FALLBACK_REQUIRED'],
  CancelJob: NON_TERMINAL,
  ForceTerminate: EXECUTING,
  AcceptDelivery: ['DELIVERED'],
  ApplyDelivery: ['DELIVERED'],
  RevertDelivery: ['DELIVERED'],
  RecordScopeAnalysis: ['ANALYZING'],
  RecordProposals: ['ANALYZING', 'GENERATING_ANALYSIS_REPORT'],
  RefuseJob: ['ANALYZING', 'GENERATING_ANALYSIS_REPORT', 'GENERATING_TESTS'],
  RecordSpecDraft: ['WAITING_STRATEGY'],
  RecordTestPlan: ['GENERATING_TESTS'],
  StartAttempt: ['REFACTORING'],
  RecordPatch: ['REFACTORING', 'DEEP_FIX_ACTIVE'],
  RecordPatchFailure: ['REFACTORING', 'DEEP_FIX_ACTIVE'],
  CompleteRecovery: ['RECOVERY_PENDING'],
  TimeOutEscalation: ['WAITING_ESCALATION_DECISION'],
  TimeOutIntervention: ['WAITING_INTERVENTION'],
  TimeOutStage: WITH_STAGE,
  TimeOutExecution: WITH_EXECUTION,
  ReportHeartbeatMissed: EXECUTING,
  ReportHeartbeatResumed: EXECUTING,
  ExpireGrace: EXECUTING,
  ReportInfraFailure: NON_TERMINAL,
  RecordFailedCall: [...NON_TERMINAL.filter((status) => status !== 'PENDING'), ...ENDED],
  ReportBudgetReached: ASKING,
  ClaimExecution: WITH_EXECUTION,
  ReportExecution: WITH_EXECUTION,
};
