/** Value types of the job, shared by its events, its commands and its read tables. */

export const JOB_STATUSES = [
  'PENDING',
  'ANALYZING',
  'GENERATING_ANALYSIS_REPORT',
  'WAITING_STRATEGY',
  'WAITING_SPEC_APPROVAL',
  'GENERATING_TESTS',
  'BASELINE_VALIDATION',
  'BASELINE_VALIDATION_FAILED',
  'REFACTORING',
  'WAITING_ESCALATION_DECISION',
  'WAITING_INTERVENTION',
  'DEEP_FIX_ACTIVE',
  'USER_INTERVENING',
  'RECOVERY_PENDING',
  'FALLBACK_REQUIRED',
  'DELIVERED',
  'FAILED',
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** States in which something runs, so that a client must send heartbeats (JOB-05). All others park without one. */
export const EXECUTING_STATUSES = [
  'ANALYZING',
  'GENERATING_ANALYSIS_REPORT',
  'GENERATING_TESTS',
  'BASELINE_VALIDATION',
  'REFACTORING',
  'DEEP_FIX_ACTIVE',
  'RECOVERY_PENDING',
] as const satisfies readonly JobStatus[];

/** States in which models are asked, so that the job may have to ask the person first (BIL-08, INT-02). */
export const ASKING_STATUSES = [
  'ANALYZING',
  'GENERATING_ANALYSIS_REPORT',
  'WAITING_STRATEGY',
  'GENERATING_TESTS',
  'REFACTORING',
  'DEEP_FIX_ACTIVE',
] as const satisfies readonly JobStatus[];
/** Where a job goes on that asked; a deep fix goes on with a further attempt. */
export type ResumedStatus = Exclude<(typeof ASKING_STATUSES)[number], 'DEEP_FIX_ACTIVE'>;

export type Tier = 'FREE' | 'PLUS' | 'PRO' | 'MAX' | 'ENTERPRISE';
/** L0 is a deterministic recipe; L1 to L3 are model classes (JOB-07, JOB-08). */
export type ModelClass = 'L0' | 'L1' | 'L2' | 'L3';
export type StrategyName = 'CONSERVATIVE' | 'STANDARD' | 'COMPREHENSIVE';
export type PresentationMode = 'SIMPLE' | 'PROFESSIONAL' | 'ENTERPRISE';
export type Goal =
  | 'JAVASCRIPT_TO_TYPESCRIPT'
  | 'PYTHON_2_TO_3'
  | 'JAVA_8_TO_21'
  | 'REACT_CLASS_TO_HOOKS'
  | 'FREE_TEXT';

/** How tests are made: results that the project's own tests state, recorded results of exports, or programs run from outside (TST-01). */
export const TEST_MODES = ['ASSERTION', 'CHARACTERISATION', 'BLACK_BOX'] as const;
export type TestMode = (typeof TEST_MODES)[number];

export const ARTIFACT_KINDS = [
  'CONTEXT',
  'ANALYSIS',
  'TEST_PLAN',
  'BASELINE_REPORT',
  'PATCH',
  'TEST_REPORT',
  'PARTIAL_PATCH',
  'DELIVERY',
] as const;

/** Names encrypted content outside the log; `sha256` is of the plain bytes, `size` in bytes, times RFC 3339 (DEL-05). */
export type ArtifactRef = Readonly<{
  artifactId: string;
  kind: (typeof ARTIFACT_KINDS)[number];
  sha256: string;
  size: number;
  expiresAt: string;
  /** Name of the key that it is encrypted under; absent in events before it was recorded. */
  keyRef?: string;
}>;

/** What a job may use, fixed at its start (BIL-02). */
export type EntitlementSnapshot = Readonly<{
  tier: Tier;
  modelClasses: readonly ModelClass[];
  contextCapTokens: number;
  jobsPerDay: number;
  fastTrack: boolean;
  deepFix: boolean;
}>;

/** Answer of the person's machine about the workspace before anything runs (JOB-04). */
export type Preflight = Readonly<{
  vcs: 'GIT' | 'NONE';
  headCommit: string | null;
  dirtyPaths: readonly string[];
  /** `CLEAN` needs no choice; a dirty tree needs `SAFE_MODE` (continue: only a shadow copy is worked on). */
  choice: 'CLEAN' | 'SAFE_MODE';
}> &
  Omitted;

export type RiskLevel = 1 | 2 | 3 | 4 | 5;

/**
 * What a proposal needs the person to take with it, because no proof excludes it. STRICT_MODE: sloppy code becomes strict, where a
 * write that something refuses throws in place of being ignored.
 */
export const CONDITIONS = ['STRICT_MODE'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** One of three strategies (SPC-01). Credits are integers in micro-credits. Texts exist in both wordings (JOB-10). */
export type Proposal = Readonly<{
  proposalId: string;
  strategy: StrategyName;
  title: string;
  simple: string;
  professional: string;
  filesTouched: readonly string[];
  risk: RiskLevel;
  breakingSurface: readonly string[];
  dependencyCompatibility: readonly string[];
  complexity: Readonly<{ files: number; lines: number; functions: number; branches: number }>;
  credits: Readonly<{ estimate: number; low: number; high: number }>;
  /** The person has to accept each by name; their places stand in `breakingSurface`. Absent: none. */
  conditions?: readonly Condition[];
}> &
  /** Of `filesTouched`. */
  Omitted;

export type BddItem = Readonly<{ id: string; given: string; when: string; then: string }>;
export type SddItem = Readonly<{
  id: string;
  topic: 'STRUCTURE' | 'TYPES' | 'DEPENDENCIES';
  statement: string;
}>;
export type Specification = Readonly<{ bdd: readonly BddItem[]; sdd: readonly SddItem[] }>;

export type TestCounts = Readonly<{
  total: number;
  passed: number;
  failed: number;
  timedOut: number;
  skipped: number;
}>;

/** How many more there were than the list beside it names: an event holds what fits. Absent: none. */
export type Omitted = Readonly<{ omitted?: number }>;

/** Work of our side that has a limit (JOB-09); the proposals come with the analysis. */
export type Stage = 'ANALYSE' | 'SPECIFY' | 'PLAN_TESTS' | 'PATCH' | 'RECOVER';

/** A baseline that the untouched code passed. */
export type ProvenBaseline = Readonly<{
  report: ArtifactRef;
  /** Tests that passed, counted in the report itself: later runs must pass as many. */
  tests: number;
  /** Generated tests, snapshots and runner configuration; any other hash later is TESTS_WEAKENED (TST-02). */
  lockedHashes: FileHashes;
  coverage: Coverage;
  recorded: number;
  kept: number;
  quarantined: readonly Readonly<{ name: string; why: string }>[];
  runs: number;
}>;

/** What a failed baseline recorded; `lockedHashes` null: nothing that could be locked. */
export type KeptBaseline = Readonly<{
  report: ArtifactRef | null;
  lockedHashes: FileHashes | null;
  tests: number;
}>;

/** How the person goes on after a run that had too little time (TST-04). */
export const TIMEOUT_CHOICES = ['increase_timeout', 'quarantine', 'continue'] as const;
export type TimeoutChoice = (typeof TIMEOUT_CHOICES)[number];

/** A run that ended because its time was over, as far as it can be asked for again (TST-04). */
export type TimedOut = Readonly<{
  executionId: string;
  timeoutSeconds: number;
  /** Labels of tests that can be set aside; empty: it was the run as a whole that did not end. */
  tests: readonly string[];
}>;

/** Integers; a ratio is for the reader to compute. */
export type Coverage = Readonly<{
  branches: Readonly<{ covered: number; total: number }>;
  functions: Readonly<{ covered: number; total: number }>;
  lines: Readonly<{ covered: number; total: number }>;
}>;

/** What no recorded run came to: branches never taken and functions never called. */
export const uncoveredBehaviours = ({ branches, functions }: Coverage): number =>
  branches.total - branches.covered + functions.total - functions.covered;

/**
 * What the person has to name before they take the work (TST-01). Programs are seen from outside only, and the project's own
 * tests hold no more than they state; of recorded calls the coverage is told, and nothing asked.
 */
export const toAcknowledge = (mode: TestMode, coverage: Coverage): number =>
  mode === 'CHARACTERISATION' ? 0 : uncoveredBehaviours(coverage);

/** Path (workspace relative, POSIX) to lower-case hex SHA-256; null: the file does not exist. */
export type FileHashes = Readonly<Record<string, string | null>>;

/**
 * What the base hashes of a context are, without them: they stand in the context artifact, as JSON with sorted paths.
 * `sha256` and `bytes` are of that text.
 */
export type BaseManifest = Readonly<{ sha256: string; files: number; bytes: number }>;

export type ExecutionKind = 'BASELINE' | 'TEST' | 'APPLY' | 'REVERT';

/** One edit of a patch, as the person's machine applied it or did not (EXE-06). `targetSha256` null: a new file. */
export type EditOperation = Readonly<{
  path: string;
  targetSha256: string | null;
  anchor: string;
  operation: 'SEARCH_REPLACE' | 'SYMBOL_REPLACE' | 'WRITE_FILE' | 'RENAME_FILE' | 'DELETE_FILE';
  /** Step of the apply ladder that found the place; null: none did. */
  strategy: string | null;
  outcome: string;
  /** A plain sentence; null: it was applied. */
  reason: string | null;
}>;

/**
 * Why a route answers none of our questions until an operator mends it: the key is refused, the account is not paid, or there is
 * no such model or address (LLM-04).
 */
export const ROUTE_FAULTS = [
  'GATEWAY_KEY_REJECTED',
  'GATEWAY_ACCOUNT_UNPAID',
  'GATEWAY_ROUTE_UNKNOWN',
] as const;
export type RouteFault = (typeof ROUTE_FAULTS)[number];

/** One answer of the model router, as it is recorded (LLM-09). Tokens are integers; recipes use none. */
export type ModelCall = Readonly<{
  stage: 'ANALYSE' | 'SPECIFY' | 'PLAN_TESTS' | 'PATCH' | 'REPAIR';
  modelClass: ModelClass;
  gateway: string;
  model: string;
  attempt: number;
  ordinal: number;
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  latencyMs: number;
  /** Of the list that counted at the dispatch; micro-credits per 1,000 tokens. Absent: the call has no price. */
  price?: Readonly<{ version: string; input: number; cached: number; output: number }>;
  /**
   * STOPPED: its job had ended. HALTED: stopped for any other reason, and never charged; it may be asked again. LOST: its process died
   * before it told what came of it, so that the gateway may have answered.
   */
  outcome: 'SUCCESS' | 'REFUSED' | 'INFRA_FAILURE' | 'SCHEMA_VIOLATION' | 'STOPPED' | 'HALTED' | 'LOST';
  /** Under which it was reserved. Absent: it used nothing that a gateway could be paid for, so nothing was. */
  callKey?: string;
  /** Of a call that was lost: the most that it can have cost us, micro-credits. */
  atMost?: number;
  /** Of a failure that is the fault of our key, account or settings. */
  fault?: RouteFault;
  /** How long the gateway asks to be left alone. */
  retryAfterMs?: number;
}>;

/** Why a job ended in FAILED. None of these is billable before the point of no return (BIL-06). */
export type FailureClass =
  | 'USER_CANCELLED'
  | 'CLIENT_DISCONNECTED'
  | 'INFRA_FAILURE'
  | 'INTERVENTION_TIMEOUT'
  | 'ABANDONED'
  /** Nothing here can be done safely, or the person let a step before the first patch cost no more; the reasons say which. */
  | 'REFUSED';

/** A part of a delivery is tested on its own before it is applied, unless the person waives it (DEL-03). */
export type Retest = 'REQUIRED' | 'WAIVED';

/** What the person takes of a delivery (DEL-02). Ids of hunks and symbols come from `GET .../delivery`. */
export type DeliverySelection =
  | 'ALL'
  | Readonly<{ files: readonly string[]; hunks: readonly string[]; symbols?: readonly string[] }>;
