import type { Event } from '../../kernel/message.ts';
import type {
  ArtifactRef,
  BaseManifest,
  Coverage,
  DeliverySelection,
  EditOperation,
  EntitlementSnapshot,
  ExecutionKind,
  FailureClass,
  FileHashes,
  Goal,
  KeptBaseline,
  ModelCall,
  ModelClass,
  Omitted,
  Preflight,
  PresentationMode,
  Proposal,
  Specification,
  Stage,
  StrategyName,
  TestCounts,
  TimedOut,
} from './values.ts';

/**
 * Everything that can happen to a job; stream `job-<id>` (spec/40). Times are RFC 3339 in UTC and come in with the
 * command. `jobId` and `ownerId` are repeated where a reader of the global log needs them without the stream.
 */
type In<Type extends string, Data extends Record<string, unknown>> = Event<
  Type,
  Data & { jobId: string; at: string }
>;

// Setting up
export type JobRequested = In<
  'JobRequested',
  {
    ownerId: string;
    goal: Goal;
    goalText: string;
    targets: readonly string[];
    mode: PresentationMode;
    title: string;
  }
>;
export type ContextAttached = In<
  'ContextAttached',
  {
    context: ArtifactRef;
    files: number;
    bytes: number;
    baseManifest?: BaseManifest;
    /** In events written before there was a manifest: the hashes themselves. */
    baseHashes?: FileHashes;
  }
>;
export type JobStarted = In<
  'JobStarted',
  {
    ownerId: string;
    consentAt: string;
    entitlement: EntitlementSnapshot;
    preflight: Preflight;
    fastTrack: boolean;
    /** Micro-credits held; 0 for recipe-only jobs. */
    hold: number;
    /** Model classes allowed without a further question; absent: none. */
    preAuthorised?: readonly ModelClass[];
  }
>;

// Analysis, proposals, specification
export type ScopeAnalysed = In<'ScopeAnalysed', { report: ArtifactRef }>;
export type ProposalsGenerated = In<
  'ProposalsGenerated',
  { analysis: ArtifactRef; proposals: readonly Proposal[]; notes: readonly string[] }
>;
export type JobRefused = In<
  'JobRefused',
  {
    reasons: readonly Readonly<{ code: string; path: string | null; line: number | null; reason: string }>[];
  } & Omitted
>;
export type ProposalSelected = In<'ProposalSelected', { proposalId: string; strategy: StrategyName }>;
export type SpecDrafted = In<
  'SpecDrafted',
  { revision: number; revisionToken: string; specHash: string; specification: Specification }
>;
export type SpecRevised = In<
  'SpecRevised',
  { revision: number; revisionToken: string; specHash: string; specification: Specification }
>;
export type SpecApproved = In<'SpecApproved', { revision: number; specHash: string; implicit: boolean }>;
export type SpecReopened = In<'SpecReopened', { reason: string; revisionToken: string }>;
export type SpecUpdatedDuringExecution = In<
  'SpecUpdatedDuringExecution',
  { revision: number; revisionToken: string; specHash: string; specification: Specification }
>;

// Tests and baseline
export type TestPlanGenerated = In<
  'TestPlanGenerated',
  {
    plan: ArtifactRef;
    mode: 'ASSERTION' | 'CHARACTERISATION' | 'BLACK_BOX';
    subjects: number;
    cases: number;
    confidence: number;
  }
>;
export type BaselinePassed = In<
  'BaselinePassed',
  {
    report: ArtifactRef;
    recorded: number;
    kept: number;
    quarantined: readonly Readonly<{ name: string; why: string }>[];
    runs: number;
    coverage: Coverage;
    /** Generated tests, snapshots and runner configuration; any other hash later is TESTS_WEAKENED (TST-02). */
    lockedHashes: FileHashes;
    /** Tests that passed on the untouched code: later runs must pass as many. Absent in events before it was counted. */
    tests?: number;
  } & Omitted
>;
export type BaselineFailed = In<
  'BaselineFailed',
  {
    report: ArtifactRef | null;
    reason: string;
    failingTests: readonly string[];
    /** Tests that were recorded although the baseline failed; absent: none. */
    lockedHashes?: FileHashes;
    tests?: number;
    /** It ran out of time, and can be repeated with more (TST-04); absent: it failed otherwise. */
    timedOut?: TimedOut;
  } & Omitted
>;
export type BaselineRepeated = In<'BaselineRepeated', { by: string; timeoutSeconds: number }>;
export type BaselineOverridden = In<
  'BaselineOverridden',
  {
    quarantined: readonly string[];
    mocks: readonly string[];
    by: string;
    why: string;
    /** What the failed baseline left; the override keeps it and marks it so. Absent in events before it was kept. */
    kept?: KeptBaseline;
  }
>;

// Attempts. Numbers never repeat in a job: 0 is the recipe, and after a reset of the counters they go on counting.
export type AttemptStarted = In<'AttemptStarted', { attempt: number; modelClass: ModelClass }>;
export type PatchGenerated = In<
  'PatchGenerated',
  {
    attempt: number;
    modelClass: ModelClass;
    patch: ArtifactRef;
    filesTouched: readonly string[];
    summary: string;
  } & Omitted
>;
export type PatchRejected = In<
  'PatchRejected',
  {
    attempt: number;
    failureClass: 'APPLY_FAILED' | 'SCHEMA_VIOLATION' | 'TESTS_WEAKENED' | 'REFUSED';
    reason: string;
  }
>;
export type TestsPassed = In<
  'TestsPassed',
  { attempt: number; report: ArtifactRef; delivery: ArtifactRef; counts: TestCounts; strictErrors: number }
>;
export type TestsFailed = In<
  'TestsFailed',
  {
    attempt: number;
    report: ArtifactRef;
    counts: TestCounts;
    failureClass: 'LOGIC_FAILURE' | 'TIMEOUT_EXECUTION';
    fingerprint: string;
    /** How many consecutive attempts, this one included, failed with this fingerprint; 0 where it is not counted (recipe, person). */
    identical: number;
  }
>;
export type AttemptsExhausted = In<
  'AttemptsExhausted',
  { attempts: number; reason: 'LIMIT' | 'NO_ENTITLED_PHASE' | 'REFUSED' }
>;

/** How each edit of the patch fared on the person's machine; `first` is the place of `edits[0]` in the patch (EXE-06). */
export type PatchEditsReported = In<
  'PatchEditsReported',
  { executionId: string; attempt: number; first: number; edits: readonly EditOperation[] }
>;

// Gates
export type EscalationRequested = In<
  'EscalationRequested',
  { reason: 'PHASE' | 'BUDGET'; toClass: ModelClass; deadlineAt: string }
>;
export type EscalationConfirmed = In<'EscalationConfirmed', { by: string; toClass: ModelClass }>;
export type EscalationDeclined = In<'EscalationDeclined', { by: string; timedOut: boolean }>;
export type InterventionTriggered = In<
  'InterventionTriggered',
  {
    fingerprint: string;
    attempt: number;
    deadlineAt: string;
    /** The tests had too little time, and the patch can be tested again (TST-04); absent: it failed a third time. */
    timedOut?: TimedOut & Readonly<{ patch: ArtifactRef; modelClass: ModelClass }>;
  }
>;
/** The patch of the attempt is tested again: with more time, or without the tests that ran out of it (TST-04). */
export type TestsRepeated = In<
  'TestsRepeated',
  {
    by: string;
    choice: 'increase_timeout' | 'quarantine';
    attempt: number;
    modelClass: ModelClass;
    timeoutSeconds: number;
    /** All tests that are set aside from now on. */
    quarantined: readonly string[];
  }
>;
export type InterventionTimedOut = In<'InterventionTimedOut', { billable: false }>;
export type DeepFixConfirmed = In<'DeepFixConfirmed', { by: string; modelClass: ModelClass }>;
export type InterventionOpened = In<'InterventionOpened', { by: string }>;
export type RepairContinued = In<'RepairContinued', { by: string }>;
export type RecoveryCompleted = In<
  'RecoveryCompleted',
  { partialPatch: ArtifactRef | null; restored: boolean }
>;
export type RetriedStronger = In<'RetriedStronger', { by: string; modelClass: ModelClass }>;
export type JobAbandoned = In<'JobAbandoned', { by: string }>;

// Ends from outside
export type JobCancelled = In<'JobCancelled', { by: string; forced: boolean; failureClass: FailureClass }>;
export type ClientHeartbeatMissed = In<
  'ClientHeartbeatMissed',
  { lastSeenAt: string; graceDeadlineAt: string }
>;
export type ClientHeartbeatResumed = In<'ClientHeartbeatResumed', { lastSeenAt: string }>;
export type ClientLost = In<'ClientLost', { graceDeadlineAt: string; failureClass: FailureClass }>;
export type InfraFailed = In<
  'InfraFailed',
  {
    stage: string;
    reason: string;
    failureClass: FailureClass;
    /** Stable, where the cause is a known one. */
    code?: string;
  }
>;

/** The stage took longer than its limit and is asked for once more; a second time the job fails (JOB-09). */
export type StageTimedOut = In<'StageTimedOut', { stage: Stage; attempt: number | null }>;

// Work on the person's machine (EXE-01)
export type ExecutionRequested = In<
  'ExecutionRequested',
  {
    ownerId: string;
    executionId: string;
    kind: ExecutionKind;
    attempt: number;
    artifacts: readonly ArtifactRef[];
    selection: DeliverySelection | null;
    lockedHashes: FileHashes;
    timeoutSeconds: number;
    /** Labels of tests that the person set aside (TST-04); absent: none. */
    quarantined?: readonly string[];
    /** The execution that timed out and that this one repeats. */
    retryOf?: string;
  }
>;
export type ExecutionClaimed = In<
  'ExecutionClaimed',
  { executionId: string; claimant: string; leaseSeconds: number }
>;
export type ExecutionReported = In<
  'ExecutionReported',
  {
    executionId: string;
    kind: ExecutionKind;
    outcome: 'SUCCEEDED' | 'FAILED' | 'REJECTED';
    code: string | null;
  }
>;
export type ExecutionTimedOut = In<
  'ExecutionTimedOut',
  { executionId: string; kind: ExecutionKind; retrying: boolean }
>;

// Models
export type ModelCalled = In<'ModelCalled', { ownerId: string; call: ModelCall }>;

// Delivery
export type DeliveryAccepted = In<'DeliveryAccepted', { selection: DeliverySelection; by: string }>;
export type DeliveryApplied = In<
  'DeliveryApplied',
  { files: readonly Readonly<{ path: string; before: string | null; after: string | null }>[] } & Omitted
>;
export type DeliveryReverted = In<'DeliveryReverted', { files: readonly string[] } & Omitted>;
export type RevertBlocked = In<
  'RevertBlocked',
  { code: 'BASE_CONFLICT' | 'POST_COMMIT_REVERT_BLOCKED'; files: readonly string[]; reason: string } & Omitted
>;

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
