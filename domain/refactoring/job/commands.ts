import type { Command } from '../../kernel/message.ts';
import type { JobRefused } from './events.ts';
import type { ExecutionOutcome } from './execution-outcome.ts';
import type {
  ArtifactRef,
  BaseManifest,
  Condition,
  DeliverySelection,
  EntitlementSnapshot,
  Goal,
  ModelCall,
  ModelClass,
  Preflight,
  PresentationMode,
  Proposal,
  Specification,
  Stage,
  TestMode,
  TimeoutChoice,
} from './values.ts';

/** Everything that can be asked of a job. `at` is the time of the request; ids are made outside. */
type Ask<Type extends string, Data extends Record<string, unknown>> = Command<
  Type,
  Data & { jobId: string; at: string }
>;

// By the person
export type RequestJob = Ask<
  'RequestJob',
  {
    ownerId: string;
    goal: Goal;
    goalText: string;
    targets: readonly string[];
    mode: PresentationMode;
    title: string;
  }
>;
export type AttachContext = Ask<
  'AttachContext',
  { context: ArtifactRef; files: number; bytes: number; baseManifest: BaseManifest }
>;
export type StartJob = Ask<
  'StartJob',
  {
    consentAt: string | null;
    entitlement: EntitlementSnapshot;
    preflight: Preflight | null;
    fastTrack: boolean;
    hold: number;
    /** Model classes that the person allows without being asked again at a phase boundary (JOB-07, INT-02). */
    preAuthorised?: readonly ModelClass[];
    /** How the tests are to be made; absent: as the code lets them be made (TST-01). */
    testMode?: TestMode;
  }
>;
export type SelectProposal = Ask<
  'SelectProposal',
  {
    proposalId: string;
    /** Conditions that the person takes by name (SPC-01); absent: none. */
    accepted?: readonly Condition[];
  }
>;
export type ReviseSpec = Ask<
  'ReviseSpec',
  { revisionToken: string; nextRevisionToken: string; specification: Specification; specHash: string }
>;
export type ApproveSpec = Ask<'ApproveSpec', { revisionToken: string; specHash: string }>;
export type ReopenSpec = Ask<'ReopenSpec', { reason: string; nextRevisionToken: string }>;
export type OverrideBaseline = Ask<
  'OverrideBaseline',
  { quarantined: readonly string[]; mocks: readonly string[]; by: string; why: string }
>;
/** TST-04; `executionId` is of the run that may follow. */
export type DecideTimeout = Ask<'DecideTimeout', { by: string; choice: TimeoutChoice; executionId: string }>;
export type ConfirmEscalation = Ask<'ConfirmEscalation', { by: string }>;
export type DeclineEscalation = Ask<'DeclineEscalation', { by: string }>;
export type ConfirmDeepFix = Ask<'ConfirmDeepFix', { by: string; modelClass: ModelClass }>;
export type OpenIntervention = Ask<'OpenIntervention', { by: string }>;
export type ContinueRepair = Ask<'ContinueRepair', { by: string }>;
export type RunInterventionTests = Ask<
  'RunInterventionTests',
  { by: string; executionId: string; patch: ArtifactRef }
>;
export type RetryStronger = Ask<'RetryStronger', { by: string; modelClass: ModelClass }>;
export type AbandonJob = Ask<'AbandonJob', { by: string }>;
export type CancelJob = Ask<
  'CancelJob',
  {
    by: string;
    /** Conditions of a proposal that the person does not take, and for which the job ends; absent: it ends for another reason. */
    declined?: readonly Condition[];
  }
>;
export type ForceTerminate = Ask<'ForceTerminate', { by: string }>;
export type AcceptDelivery = Ask<
  'AcceptDelivery',
  {
    by: string;
    selection: DeliverySelection;
    /** Files, hunks and symbols of the selection that the delivery does not have. */
    unknown: readonly string[];
    /** How many behaviours without a test the person was told of and takes the risk of (TST-01). */
    acknowledgedUncovered?: number;
  }
>;
/** `waiveRetest`: a part of the delivery is applied without being tested on its own (DEL-03); absent: it is tested. */
export type ApplyDelivery = Ask<'ApplyDelivery', { by: string; executionId: string; waiveRetest?: boolean }>;
export type RevertDelivery = Ask<'RevertDelivery', { by: string; executionId: string }>;

// By the job process and its reactors
export type RecordScopeAnalysis = Ask<'RecordScopeAnalysis', { report: ArtifactRef }>;
export type RecordProposals = Ask<
  'RecordProposals',
  { call: ModelCall; analysis: ArtifactRef; proposals: readonly Proposal[]; notes: readonly string[] }
>;
export type RefuseJob = Ask<'RefuseJob', { call: ModelCall; reasons: JobRefused['data']['reasons'] }>;
export type RecordSpecDraft = Ask<
  'RecordSpecDraft',
  { call: ModelCall; revisionToken: string; specHash: string; specification: Specification }
>;
export type RecordTestPlan = Ask<
  'RecordTestPlan',
  {
    call: ModelCall;
    executionId: string;
    plan: ArtifactRef;
    mode: TestMode;
    subjects: number;
    cases: number;
    confidence: number;
  }
>;
/** The next attempt of the repair loop; the decider chooses its number and its model class (JOB-07, JOB-08). */
export type StartAttempt = Ask<'StartAttempt', Record<never, never>>;
export type RecordPatch = Ask<
  'RecordPatch',
  {
    call: ModelCall;
    executionId: string;
    attempt: number;
    patch: ArtifactRef;
    filesTouched: readonly string[];
    summary: string;
  }
>;
export type RecordPatchFailure = Ask<
  'RecordPatchFailure',
  { call: ModelCall; attempt: number; failureClass: 'SCHEMA_VIOLATION' | 'REFUSED'; reason: string }
>;
export type CompleteRecovery = Ask<
  'CompleteRecovery',
  { partialPatch: ArtifactRef | null; restored: boolean }
>;
export type TimeOutEscalation = Ask<'TimeOutEscalation', Record<never, never>>;
export type TimeOutIntervention = Ask<'TimeOutIntervention', Record<never, never>>;
/** `attempt`: of the patch that is awaited; null in other stages. */
export type TimeOutStage = Ask<'TimeOutStage', { stage: Stage; attempt: number | null }>;
export type TimeOutExecution = Ask<'TimeOutExecution', { executionId: string; retryExecutionId: string }>;
export type ReportHeartbeatMissed = Ask<
  'ReportHeartbeatMissed',
  {
    lastSeenAt: string;
    /** How long the client may take to come back; `GRACE_SECONDS` unless told. */
    graceSeconds?: number;
  }
>;
export type ReportHeartbeatResumed = Ask<'ReportHeartbeatResumed', { lastSeenAt: string }>;
export type ExpireGrace = Ask<'ExpireGrace', { graceDeadlineAt: string }>;
export type ReportInfraFailure = Ask<
  'ReportInfraFailure',
  {
    stage: string;
    reason: string;
    /** Stable, where the cause is a known one, such as RECIPE_TIMEOUT. */
    code?: string;
    call?: ModelCall;
  }
>;
/** A gateway was asked and gave no answer; whoever is asked next tells of its own call (BIL-05, LLM-04). */
export type RecordFailedCall = Ask<'RecordFailedCall', { call: ModelCall }>;
/** The next call could exceed the cap or the hold: the job asks before it goes on (BIL-08). */
export type ReportBudgetReached = Ask<'ReportBudgetReached', Record<never, never>>;

// By the executor on the person's machine
export type ClaimExecution = Ask<
  'ClaimExecution',
  { executionId: string; claimant: string; leaseSeconds: number }
>;
export type ReportExecution = Ask<'ReportExecution', { executionId: string; outcome: ExecutionOutcome }>;

export type JobCommand =
  | RequestJob
  | AttachContext
  | StartJob
  | SelectProposal
  | ReviseSpec
  | ApproveSpec
  | ReopenSpec
  | OverrideBaseline
  | DecideTimeout
  | ConfirmEscalation
  | DeclineEscalation
  | ConfirmDeepFix
  | OpenIntervention
  | ContinueRepair
  | RunInterventionTests
  | RetryStronger
  | AbandonJob
  | CancelJob
  | ForceTerminate
  | AcceptDelivery
  | ApplyDelivery
  | RevertDelivery
  | RecordScopeAnalysis
  | RecordProposals
  | RefuseJob
  | RecordSpecDraft
  | RecordTestPlan
  | StartAttempt
  | RecordPatch
  | RecordPatchFailure
  | CompleteRecovery
  | TimeOutEscalation
  | TimeOutIntervention
  | TimeOutStage
  | TimeOutExecution
  | ReportHeartbeatMissed
  | ReportHeartbeatResumed
  | ExpireGrace
  | ReportInfraFailure
  | RecordFailedCall
  | ReportBudgetReached
  | ClaimExecution
  | ReportExecution;
