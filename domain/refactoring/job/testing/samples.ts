import type { ExecutionOutcome } from '../execution-outcome.ts';
import type {
  ArtifactRef,
  BaseManifest,
  EditOperation,
  EntitlementSnapshot,
  FileHashes,
  ModelCall,
  ModelClass,
  Preflight,
  Proposal,
  Specification,
  StrategyName,
  Tier,
} from '../values.ts';

/** Values that the tests of the job share. */

export const JOB = '11111111-1111-4111-8111-111111111111';
export const OWNER = '22222222-2222-4222-8222-222222222222';
export const AT = '2026-11-20T10:00:00.000Z';
export const base = { jobId: JOB, at: AT } as const;

export const later = (seconds: number, at: string = AT): string =>
  new Date(Date.parse(at) + seconds * 1_000).toISOString();

export const artifact = (kind: ArtifactRef['kind'], name = 'a'): ArtifactRef => ({
  artifactId: `${kind}-${name}`,
  kind,
  sha256: '0'.repeat(64),
  size: 10,
  expiresAt: '2026-12-04T10:00:00.000Z',
});

const CLASSES: Readonly<Record<Tier, readonly ModelClass[]>> = {
  FREE: ['L1'],
  PLUS: ['L1', 'L2'],
  PRO: ['L1', 'L2'],
  MAX: ['L1', 'L2', 'L3'],
  ENTERPRISE: ['L1', 'L2', 'L3'],
};

export const entitlement = (tier: Tier): EntitlementSnapshot => ({
  tier,
  modelClasses: CLASSES[tier],
  contextCapTokens: 128_000,
  jobsPerDay: 3,
  fastTrack: tier === 'PRO' || tier === 'MAX' || tier === 'ENTERPRISE',
  deepFix: tier === 'PRO' || tier === 'MAX' || tier === 'ENTERPRISE',
});

export const clean: Preflight = { vcs: 'GIT', headCommit: 'abc', dirtyPaths: [], choice: 'CLEAN' };

export const call = (overrides: Partial<ModelCall> = {}): ModelCall => ({
  stage: 'PATCH',
  modelClass: 'L0',
  gateway: 'recipe',
  model: 'javascript-to-typescript',
  attempt: 0,
  ordinal: 0,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  latencyMs: 5,
  outcome: 'SUCCESS',
  ...overrides,
});

export const proposal = (strategy: StrategyName): Proposal => ({
  proposalId: `p-${strategy}`,
  strategy,
  title: strategy,
  simple: 'plain words',
  professional: 'figures',
  filesTouched: ['index.js'],
  risk: 2,
  breakingSurface: [],
  dependencyCompatibility: [],
  complexity: { files: 1, lines: 10, functions: 2, branches: 1 },
  credits: { estimate: 0, low: 0, high: 0 },
});

/** What the proposals of sloppy code look like. */
export const conditional = (strategy: StrategyName): Proposal => ({
  ...proposal(strategy),
  conditions: ['STRICT_MODE'],
});

export const proposals = [proposal('CONSERVATIVE'), proposal('STANDARD'), proposal('COMPREHENSIVE')];
export const specification: Specification = { bdd: [], sdd: [] };
export const coverage = {
  branches: { covered: 1, total: 2 },
  functions: { covered: 1, total: 1 },
  lines: { covered: 3, total: 4 },
};
export const locked: FileHashes = { '.iama/tests/a.test.mjs': 'h1', '.iama/tests/snapshots.json': 'h2' };
export const counts = { total: 3, passed: 3, failed: 0, timedOut: 0, skipped: 0 };
const failedCounts = { total: 3, passed: 2, failed: 1, timedOut: 0, skipped: 0 };

export const edit: EditOperation = {
  path: 'index.js',
  targetSha256: 'b',
  anchor: 'file, to index.ts',
  operation: 'RENAME_FILE',
  strategy: 'WHOLE_FILE',
  outcome: 'APPLIED',
  reason: null,
};

export const outcomes = {
  baselinePassed: {
    kind: 'BASELINE',
    status: 'PASSED',
    report: artifact('BASELINE_REPORT'),
    recorded: 3,
    kept: 3,
    quarantined: [],
    runs: 3,
    coverage,
    lockedHashes: locked,
    tests: 3,
  },
  baselineFailed: {
    kind: 'BASELINE',
    status: 'FAILED',
    report: artifact('BASELINE_REPORT'),
    reason: 'unstable',
    failureClass: 'LOGIC_FAILURE',
    failingTests: ['a'],
    lockedHashes: {},
    tests: 0,
  },
  testPassed: {
    kind: 'TEST',
    status: 'PASSED',
    report: artifact('TEST_REPORT'),
    delivery: artifact('DELIVERY'),
    counts,
    strictErrors: 0,
    testHashes: locked,
    edits: [],
  },
  rejected: { kind: 'TEST', status: 'REJECTED', code: 'APPLY_FAILED', reason: 'no match', edits: [] },
  applied: {
    kind: 'APPLY',
    status: 'APPLIED',
    files: [{ path: 'index.ts', before: null, after: 'h' }],
    retest: null,
  },
  baseConflict: {
    kind: 'APPLY',
    status: 'FAILED',
    code: 'BASE_CONFLICT',
    files: ['index.js'],
    reason: 'changed',
  },
  reverted: { kind: 'REVERT', status: 'REVERTED', files: ['index.ts'] },
  blocked: { kind: 'REVERT', status: 'BLOCKED', code: 'BASE_CONFLICT', files: ['index.ts'], reason: 'drift' },
} as const satisfies Record<string, ExecutionOutcome>;

export const testFailed = (fingerprint: string, hashes: FileHashes = locked): ExecutionOutcome => ({
  kind: 'TEST',
  status: 'FAILED',
  report: artifact('TEST_REPORT'),
  counts: failedCounts,
  failureClass: 'LOGIC_FAILURE',
  fingerprint,
  timedOutTests: [],
  testHashes: hashes,
  edits: [],
});

/** The run ended because its time was over (TST-04); `tests` are those that can be set aside. */
export const testTimedOut = (...tests: readonly string[]): ExecutionOutcome => ({
  kind: 'TEST',
  status: 'FAILED',
  report: artifact('TEST_REPORT'),
  counts: { total: 3, passed: 2, failed: 0, timedOut: 1, skipped: 0 },
  failureClass: 'TIMEOUT_EXECUTION',
  fingerprint: 'late',
  timedOutTests: tests,
  testHashes: locked,
  edits: [],
});

export const manifest: BaseManifest = { sha256: 'f'.repeat(64), files: 1, bytes: 80 };
