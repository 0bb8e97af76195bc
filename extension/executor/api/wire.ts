import { z } from 'zod';

/** Ids become parts of addresses and names of files on this machine, so that they may be nothing but names. */
const id = z.string().regex(/^[\w-]{1,100}$/u);

/**
 * What travels between this machine and the API (docs/reference/http-protocol.md), in the wire's own snake_case. Every
 * answer is checked when it arrives; fields that are not named here are let through.
 */
export const artifactRef = z.object({
  artifact_id: id,
  kind: z.string(),
  sha256: z.string(),
  size: z.number(),
  expires_at: z.string(),
});
export type ArtifactRef = z.infer<typeof artifactRef>;

export const executionKind = z.enum(['BASELINE', 'TEST', 'APPLY', 'REVERT', 'RECOVER']);
export type ExecutionKind = z.infer<typeof executionKind>;

/** `'ALL'`, or files by path and hunks by id. */
export const selection = z.union([
  z.literal('ALL'),
  z.object({ files: z.array(z.string()), hunks: z.array(z.string()) }),
]);
export type SelectionWire = z.infer<typeof selection>;

export const fileHashes = z.record(z.string(), z.string().nullable());
export type FileHashes = Readonly<Record<string, string | null>>;

export const claim = z.object({
  task_token: z.string(),
  lease_seconds: z.number(),
  execution: z.object({
    execution_id: id,
    kind: executionKind,
    attempt: z.number(),
    artifacts: z.array(artifactRef),
    selection: selection.nullable(),
    locked_hashes: fileHashes,
    timeout_seconds: z.number(),
  }),
});
export type Claim = z.infer<typeof claim>;

export const session = z.object({ access_token: z.string(), expires_in: z.number(), user_id: z.string() });
export type Session = z.infer<typeof session>;

export const jobAnswer = z.looseObject({ job_id: id, status: z.string() });

/** An execution that waits to be done, or is being done. */
export const openExecution = z.looseObject({
  execution_id: id,
  kind: executionKind,
  claimant: z.string().nullish(),
});

const reason = z.looseObject({
  code: z.string(),
  path: z.string().nullish(),
  line: z.number().nullish(),
  reason: z.string(),
});

export const jobView = z.looseObject({
  job_id: id,
  status: z.string(),
  title: z.string(),
  goal: z.string(),
  strategy: z.string().nullish(),
  failure_class: z.string().nullish(),
  reasons: z.array(reason).nullish(),
  attempts: z.number(),
  executions: z.array(openExecution),
  grace_deadline_at: z.string().nullish(),
  decision_deadline_at: z.string().nullish(),
  delivery_phase: z.enum(['OFFERED', 'ACCEPTED', 'APPLIED', 'REVERTED']).nullish(),
  requested_at: z.string(),
});
export type JobView = z.infer<typeof jobView>;

export const jobList = z.looseObject({ jobs: z.array(jobView) });

export const proposal = z.looseObject({
  proposal_id: z.string(),
  strategy: z.enum(['CONSERVATIVE', 'STANDARD', 'COMPREHENSIVE']),
  title: z.string(),
  simple: z.string(),
  professional: z.string(),
  files_touched: z.array(z.string()),
  risk: z.number(),
  breaking_surface: z.array(z.string()),
  dependency_compatibility: z.array(z.string()),
  complexity: z.looseObject({
    files: z.number(),
    lines: z.number(),
    functions: z.number(),
    branches: z.number(),
  }),
  credits: z.looseObject({ estimate: z.number(), low: z.number(), high: z.number() }),
});
export type Proposal = z.infer<typeof proposal>;
export const proposals = z.looseObject({
  proposals: z.array(proposal),
  notes: z.array(z.string()).nullish(),
});

export const specView = z.looseObject({
  revision: z.number(),
  revision_token: z.string(),
  spec_hash: z.string(),
  specification: z.looseObject({
    bdd: z.array(z.looseObject({ id: z.string(), given: z.string(), when: z.string(), then: z.string() })),
    sdd: z.array(z.looseObject({ id: z.string(), topic: z.string(), statement: z.string() })),
  }),
});
export type SpecView = z.infer<typeof specView>;

const counts = z.looseObject({
  total: z.number(),
  passed: z.number(),
  failed: z.number(),
  timed_out: z.number(),
  skipped: z.number(),
});
export type Counts = z.infer<typeof counts>;

const ratio = z.object({ covered: z.number(), total: z.number() });
export const coverage = z.looseObject({ branches: ratio, functions: ratio, lines: ratio });
export const deliveryView = z.looseObject({
  artifact: artifactRef,
  phase: z.string(),
  files: z.array(
    z.looseObject({
      path: z.string(),
      to: z.string(),
      status: z.enum(['ADDED', 'DELETED', 'MODIFIED', 'RENAMED']),
      diff: z.string(),
      hunks: z.array(z.looseObject({ hunk_id: z.string(), old_start: z.number(), new_start: z.number() })),
    }),
  ),
  tests: counts.extend({ strict_errors: z.number() }),
  baseline: z
    .looseObject({
      recorded: z.number(),
      kept: z.number(),
      runs: z.number(),
      quarantined: z.array(z.looseObject({ name: z.string(), why: z.string() })),
      coverage,
    })
    .nullable(),
});
export type DeliveryView = z.infer<typeof deliveryView>;

export const jobEvent = z.looseObject({
  version: z.number(),
  type: z.string(),
  recorded_at: z.string(),
  data: z.unknown(),
});
export type JobEventView = z.infer<typeof jobEvent>;

export type Ratio = Readonly<{ covered: number; total: number }>;
export type Coverage = Readonly<{ branches: Ratio; functions: Ratio; lines: Ratio }>;

/** What an execution ends with; artifacts were uploaded before. */
export type Outcome =
  | Readonly<{
      kind: 'BASELINE';
      status: 'PASSED';
      report: ArtifactRef;
      recorded: number;
      kept: number;
      quarantined: readonly Readonly<{ name: string; why: string }>[];
      runs: number;
      coverage: Coverage;
      locked_hashes: FileHashes;
    }>
  | Readonly<{
      kind: 'BASELINE';
      status: 'FAILED';
      report: ArtifactRef | null;
      reason: string;
      failing_tests: readonly string[];
    }>
  | Readonly<{
      kind: 'TEST';
      status: 'PASSED';
      report: ArtifactRef;
      delivery: ArtifactRef;
      counts: Counts;
      strict_errors: number;
      test_hashes: FileHashes;
    }>
  | Readonly<{
      kind: 'TEST';
      status: 'FAILED';
      report: ArtifactRef;
      counts: Counts;
      failure_class: 'LOGIC_FAILURE' | 'TIMEOUT_EXECUTION';
      fingerprint: string;
      test_hashes: FileHashes;
    }>
  | Readonly<{ kind: 'TEST'; status: 'REJECTED'; code: 'APPLY_FAILED' | 'TESTS_WEAKENED'; reason: string }>
  | Readonly<{
      kind: 'APPLY';
      status: 'APPLIED';
      files: readonly Readonly<{ path: string; before: string | null; after: string | null }>[];
    }>
  | Readonly<{
      kind: 'APPLY';
      status: 'FAILED';
      code: 'BASE_CONFLICT' | 'APPLY_FAILED';
      files: readonly string[];
      reason: string;
    }>
  | Readonly<{ kind: 'REVERT'; status: 'REVERTED'; files: readonly string[] }>
  | Readonly<{
      kind: 'REVERT';
      status: 'BLOCKED';
      code: 'BASE_CONFLICT' | 'POST_COMMIT_REVERT_BLOCKED';
      files: readonly string[];
      reason: string;
    }>
  | Readonly<{ kind: 'RECOVER'; status: 'RESTORED'; partial_patch: ArtifactRef | null }>;
