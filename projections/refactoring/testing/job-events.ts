import { history } from '../../../domain/kernel/history.ts';
import type { Positioned } from '../../../domain/kernel/message.ts';
import type { ExecutionRequested, JobEvent } from '../../../domain/refactoring/job/events.ts';
import { AT, artifact, call, counts, in_, JOB, LATER, proposal, ratio, specification } from './job-values.ts';

export { AT, artifact, call, counts, JOB, LATER } from './job-values.ts';

const execution = (
  executionId: string,
  kind: 'BASELINE' | 'TEST' | 'APPLY',
  attempt: number,
): ExecutionRequested => ({
  type: 'ExecutionRequested',
  data: {
    ...in_,
    ownerId: 'owner',
    executionId,
    kind,
    attempt,
    artifacts: [],
    selection: null,
    lockedHashes: {},
    timeoutSeconds: 900,
  },
});

/** One event of each kind that a test may need, by name. */
export const made = {
  requested: {
    type: 'JobRequested',
    data: {
      ...in_,
      ownerId: 'owner',
      goal: 'JAVASCRIPT_TO_TYPESCRIPT',
      goalText: '',
      targets: [],
      mode: 'SIMPLE',
      title: 'A job',
    },
  },
  context: {
    type: 'ContextAttached',
    data: { ...in_, context: artifact('a-context', 'CONTEXT'), files: 1, bytes: 10, baseManifest: null },
  },
  started: {
    type: 'JobStarted',
    data: {
      ...in_,
      ownerId: 'owner',
      consentAt: AT,
      entitlement: {
        tier: 'PRO',
        modelClasses: ['L0', 'L1', 'L2'],
        contextCapTokens: 200_000,
        jobsPerDay: 50,
        fastTrack: true,
        deepFix: true,
      },
      preflight: { vcs: 'GIT', headCommit: 'c', dirtyPaths: [], choice: 'CLEAN' },
      fastTrack: false,
      hold: 0,
    },
  },
  proposed: {
    type: 'ProposalsGenerated',
    data: { ...in_, analysis: artifact('a-analysis', 'ANALYSIS'), proposals: [proposal], notes: [] },
  },
  selected: { type: 'ProposalSelected', data: { ...in_, proposalId: 'p1', strategy: 'STANDARD' } },
  drafted: {
    type: 'SpecDrafted',
    data: { ...in_, revision: 1, revisionToken: 't1', specHash: 'h1', specification },
  },
  revised: {
    type: 'SpecRevised',
    data: {
      ...in_,
      revision: 2,
      revisionToken: 't2',
      specHash: 'h2',
      specification: { bdd: [], sdd: specification.sdd },
    },
  },
  approved: {
    type: 'SpecApproved',
    data: { ...in_, at: LATER, revision: 1, specHash: 'h1', implicit: false },
  },
  planned: {
    type: 'TestPlanGenerated',
    data: {
      ...in_,
      plan: artifact('a-plan', 'TEST_PLAN'),
      mode: 'CHARACTERISATION',
      subjects: 1,
      cases: 3,
      confidence: 1,
    },
  },
  baselineAsked: execution('e-baseline', 'BASELINE', 0),
  claimed: {
    type: 'ExecutionClaimed',
    data: { ...in_, executionId: 'e-baseline', claimant: 'cli', leaseSeconds: 120 },
  },
  baselineReported: {
    type: 'ExecutionReported',
    data: {
      ...in_,
      at: LATER,
      executionId: 'e-baseline',
      kind: 'BASELINE',
      outcome: 'SUCCEEDED',
      code: null,
    },
  },
  baselinePassed: {
    type: 'BaselinePassed',
    data: {
      ...in_,
      report: artifact('a-baseline', 'BASELINE_REPORT'),
      recorded: 3,
      kept: 3,
      quarantined: [],
      runs: 3,
      coverage: { branches: ratio, functions: ratio, lines: ratio },
      lockedHashes: {},
      tests: 3,
    },
  },
  attempt: { type: 'AttemptStarted', data: { ...in_, attempt: 1, modelClass: 'L1' } },
  patched: {
    type: 'PatchGenerated',
    data: {
      ...in_,
      attempt: 1,
      modelClass: 'L1',
      patch: artifact('a-patch', 'PATCH'),
      filesTouched: ['index.js'],
      summary: 'renamed',
    },
  },
  testAsked: execution('e-test', 'TEST', 1),
  testTimedOut: {
    type: 'ExecutionTimedOut',
    data: { ...in_, at: LATER, executionId: 'e-test', kind: 'TEST', retrying: true },
  },
  failed: {
    type: 'TestsFailed',
    data: {
      ...in_,
      at: LATER,
      attempt: 1,
      report: artifact('a-report', 'TEST_REPORT'),
      counts,
      failureClass: 'LOGIC_FAILURE',
      fingerprint: 'f',
      identical: 1,
    },
  },
  rejected: {
    type: 'PatchRejected',
    data: { ...in_, at: LATER, attempt: 1, failureClass: 'APPLY_FAILED', reason: 'No such line.' },
  },
  passed: {
    type: 'TestsPassed',
    data: {
      ...in_,
      at: LATER,
      attempt: 1,
      report: artifact('a-report', 'TEST_REPORT'),
      delivery: artifact('a-delivery', 'DELIVERY'),
      counts,
      strictErrors: 0,
    },
  },
  called: { type: 'ModelCalled', data: { ...in_, ownerId: 'owner', call } },
  missed: {
    type: 'ClientHeartbeatMissed',
    data: { ...in_, lastSeenAt: AT, graceDeadlineAt: LATER },
  },
  resumed: { type: 'ClientHeartbeatResumed', data: { ...in_, lastSeenAt: AT } },
  lost: {
    type: 'ClientLost',
    data: { ...in_, at: LATER, graceDeadlineAt: LATER, failureClass: 'CLIENT_DISCONNECTED' },
  },
  accepted: { type: 'DeliveryAccepted', data: { ...in_, selection: 'ALL', by: 'owner' } },
  applyAsked: execution('e-apply', 'APPLY', 1),
  applied: { type: 'DeliveryApplied', data: { ...in_, files: [] } },
  intervention: {
    type: 'InterventionTriggered',
    data: { ...in_, fingerprint: 'f', attempt: 1, deadlineAt: LATER },
  },
  late: {
    type: 'InterventionTriggered',
    data: {
      ...in_,
      fingerprint: 'f',
      attempt: 1,
      deadlineAt: LATER,
      timedOut: {
        executionId: 'e-test',
        timeoutSeconds: 900,
        tests: ['slow'],
        patch: artifact('a-patch', 'PATCH'),
        modelClass: 'L1',
      },
    },
  },
  overBudget: {
    type: 'EscalationRequested',
    data: { ...in_, reason: 'BUDGET', toClass: 'L1', deadlineAt: LATER },
  },
  confirmed: {
    type: 'EscalationConfirmed',
    data: { ...in_, by: 'owner', toClass: 'L1', resumes: 'ANALYZING' },
  },
  repeated: {
    type: 'TestsRepeated',
    data: {
      ...in_,
      by: 'owner',
      choice: 'quarantine',
      attempt: 1,
      modelClass: 'L1',
      timeoutSeconds: 900,
      quarantined: ['slow'],
    },
  },
  baselineLate: {
    type: 'BaselineFailed',
    data: {
      ...in_,
      report: null,
      reason: 'Too slow.',
      failingTests: [],
      timedOut: { executionId: 'e-baseline', timeoutSeconds: 900, tests: [] },
    },
  },
  baselineRepeated: { type: 'BaselineRepeated', data: { ...in_, by: 'owner', timeoutSeconds: 1_800 } },
  continued: { type: 'RepairContinued', data: { ...in_, by: 'owner' } },
  cancelled: {
    type: 'JobCancelled',
    data: { ...in_, at: LATER, by: 'owner', forced: false, failureClass: 'USER_CANCELLED' },
  },
  refused: {
    type: 'JobRefused',
    data: {
      ...in_,
      at: LATER,
      reasons: [{ code: 'DYNAMIC_REQUIRE', path: 'index.js', line: 3, reason: 'It loads what it is told.' }],
    },
  },
} as const satisfies Record<string, JobEvent>;

/** The events as recorded on the job's stream, with dense positions. */
export const told = (...events: readonly JobEvent[]): readonly Positioned<JobEvent>[] =>
  history<JobEvent>(`job-${JOB}`, events);

/** Only the events that a projection handles, as the runtime passes them. */
export const toldTo = <Type extends string>(
  projection: Readonly<{ handles: readonly Type[] }>,
  ...events: readonly JobEvent[]
): readonly Positioned<Extract<JobEvent, { type: Type }>>[] => {
  const handled: ReadonlySet<string> = new Set(projection.handles);
  return told(...events).filter((event): event is Positioned<Extract<JobEvent, { type: Type }>> =>
    handled.has(event.type),
  );
};
