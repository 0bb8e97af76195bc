import type { InterventionTriggered } from './events.ts';
import type {
  ArtifactRef,
  DeliverySelection,
  EntitlementSnapshot,
  ExecutionKind,
  FailureClass,
  FileHashes,
  Goal,
  JobStatus,
  KeptBaseline,
  ModelClass,
  Proposal,
  Retest,
  StrategyName,
  TestMode,
  TimedOut,
} from './values.ts';

/**
 * What the decider must remember of a job: a union on `status`, each member holding only what exists in that status.
 * The layers below are cumulative: each phase of the job adds one.
 */

export type Identity = Readonly<{ jobId: string; ownerId: string; goal: Goal }>;

export type Context = Readonly<{ artifact: ArtifactRef }>;

/** From the start on: what the job may use, and whether its client is missing (JOB-05). */
export type Started = Identity &
  Readonly<{
    context: Context;
    entitlement: EntitlementSnapshot;
    fastTrack: boolean;
    preAuthorised: readonly ModelClass[];
    grace: Readonly<{ deadlineAt: string }> | null;
    /** The newest model call failed for our reasons and none succeeded since (BIL-06). */
    infraTrouble: boolean;
    /** The work that runs took too long once and was asked for again (JOB-09). */
    late: boolean;
    /** Ids of executions whose report was taken, for duplicates (EXE-01). */
    reported: readonly string[];
  }>;

export type SpecRevision = Readonly<{ revision: number; revisionToken: string; specHash: string }>;

/** Counters of the repair loop. All but `last` start anew when the specification reopens or a deep fix begins. */
export type Counters = Readonly<{
  /** Highest attempt number so far; -1: none. Numbers never repeat, so that a late answer finds no other attempt. */
  last: number;
  /** Counted attempts of this cycle (JOB-07). */
  used: number;
  recipeTried: boolean;
  fingerprint: string | null;
  identical: number;
  /** Classes that the person allowed (INT-02). */
  confirmed: readonly ModelClass[];
}>;

export type Specified = Started &
  Readonly<{ strategy: StrategyName; spec: SpecRevision; counters: Counters }>;

export type Planned = Specified & Readonly<{ plan: ArtifactRef; mode: TestMode }>;

/**
 * What every later run must hold: of a passed baseline, or what an overridden one had recorded. `quarantined`: labels of
 * tests that the person set aside. `uncovered`: behaviours that the tests do not show, as far as they have to be
 * acknowledged (TST-01).
 */
export type Tested = Planned &
  Readonly<{ baseline: KeptBaseline; quarantined: readonly string[]; uncovered: number }>;

export type OpenExecution = Readonly<{
  executionId: string;
  kind: ExecutionKind;
  attempt: number;
  artifacts: readonly ArtifactRef[];
  selection: DeliverySelection | null;
  lockedHashes: FileHashes;
  timeoutSeconds: number;
  quarantined: readonly string[];
  retest: Retest | null;
  /** This execution repeats one that timed out; it is not repeated again. */
  isRetry: boolean;
  claim: Readonly<{ claimant: string; leaseExpiresAt: string }> | null;
}>;

export type Executing = Readonly<{ execution: OpenExecution | null }>;

export type OpenAttempt = Readonly<{ number: number; modelClass: ModelClass }>;

export type Delivery =
  | Readonly<{ phase: 'OFFERED' }>
  | Readonly<{ phase: 'ACCEPTED'; selection: DeliverySelection }>
  | Readonly<{ phase: 'APPLIED' | 'REVERTED' }>;

type At<Status extends JobStatus, Layer> = Readonly<{ status: Status }> & Layer;

export type Pending = At<'PENDING', Identity & Readonly<{ context: Context | null }>>;
export type WaitingStrategy = At<
  'WAITING_STRATEGY',
  Started & Readonly<{ proposals: readonly Proposal[]; chosen: Proposal | null }>
>;
export type WaitingIntervention = At<
  'WAITING_INTERVENTION',
  Tested &
    Readonly<{
      deadlineAt: string;
      attempt: number;
      timedOut: NonNullable<InterventionTriggered['data']['timedOut']> | null;
    }>
>;
export type Refactoring = At<'REFACTORING', Tested & Executing & Readonly<{ attempt: OpenAttempt | null }>>;
export type DeepFixActive = At<'DEEP_FIX_ACTIVE', Tested & Readonly<{ attempt: OpenAttempt | null }>>;
/** Where the job may have to ask whether a model is worth it to the person; it goes on from there. */
export type Asking =
  | At<'ANALYZING' | 'GENERATING_ANALYSIS_REPORT', Started>
  | WaitingStrategy
  | At<'GENERATING_TESTS', Specified>
  | Refactoring
  | DeepFixActive;
export type WaitingEscalation = At<
  'WAITING_ESCALATION_DECISION',
  Started & Readonly<{ toClass: ModelClass; deadlineAt: string; asking: Asking }>
>;
export type Delivered = At<
  'DELIVERED',
  Tested & Executing & Readonly<{ artifact: ArtifactRef; delivery: Delivery }>
>;
export type Failed = At<
  'FAILED',
  Identity & Readonly<{ failureClass: FailureClass; reported: readonly string[] }>
>;

export type JobState =
  | Readonly<{ status: 'NONE' }>
  | Pending
  | At<'ANALYZING', Started>
  | At<'GENERATING_ANALYSIS_REPORT', Started>
  | WaitingStrategy
  | At<'WAITING_SPEC_APPROVAL', Specified>
  | At<'GENERATING_TESTS', Specified>
  | At<'BASELINE_VALIDATION', Planned & Executing>
  | At<'BASELINE_VALIDATION_FAILED', Planned & Readonly<{ failed: KeptBaseline; timedOut: TimedOut | null }>>
  | Refactoring
  | WaitingEscalation
  | WaitingIntervention
  | DeepFixActive
  | At<'USER_INTERVENING', Tested & Executing>
  | At<'RECOVERY_PENDING', Tested>
  | At<'FALLBACK_REQUIRED', Tested>
  | Delivered
  | Failed;

export type InStatus<S extends JobState['status']> = Extract<JobState, Readonly<{ status: S }>>;

/** The members that have a layer. */
export type StateWith<Layer> = Extract<JobState, Layer>;

export const initialState = (): JobState => ({ status: 'NONE' });

/** The status of `refactor_jobs`; null before the job was requested. */
export const statusOf = (state: JobState): JobStatus | null =>
  state.status === 'NONE' ? null : state.status;
