import type { JobCommand } from '../commands.ts';
import type { ExecutionOutcome } from '../execution-outcome.ts';
import type { Condition, ModelCall, Proposal, Stage, StrategyName, Tier, TimeoutChoice } from '../values.ts';
import {
  AT,
  artifact,
  base,
  call,
  clean,
  entitlement,
  JOB,
  manifest,
  OWNER,
  proposals,
  specification,
} from './samples.ts';

/** Commands with every field filled; tests change what matters to them. */
export const ask = {
  request: (overrides: Partial<Extract<JobCommand, { type: 'RequestJob' }>['data']> = {}): JobCommand => ({
    type: 'RequestJob',
    data: {
      ...base,
      ownerId: OWNER,
      goal: 'JAVASCRIPT_TO_TYPESCRIPT',
      goalText: '',
      targets: [],
      mode: 'SIMPLE',
      title: 'ms',
      ...overrides,
    },
  }),
  attach: (): JobCommand => ({
    type: 'AttachContext',
    data: { ...base, context: artifact('CONTEXT'), files: 1, bytes: 10, baseManifest: manifest },
  }),
  start: (
    tier: Tier,
    overrides: Partial<Extract<JobCommand, { type: 'StartJob' }>['data']> = {},
  ): JobCommand => ({
    type: 'StartJob',
    data: {
      ...base,
      consentAt: AT,
      entitlement: entitlement(tier),
      preflight: clean,
      fastTrack: false,
      hold: 0,
      ...overrides,
    },
  }),
  scope: (): JobCommand => ({ type: 'RecordScopeAnalysis', data: { ...base, report: artifact('ANALYSIS') } }),
  proposals: (made: readonly Proposal[] = proposals): JobCommand => ({
    type: 'RecordProposals',
    data: {
      ...base,
      call: call({ stage: 'ANALYSE' }),
      analysis: artifact('ANALYSIS'),
      proposals: made,
      notes: [],
    },
  }),
  refuse: (): JobCommand => ({
    type: 'RefuseJob',
    data: {
      ...base,
      call: call({ stage: 'ANALYSE', outcome: 'REFUSED' }),
      reasons: [{ code: 'WITH_STATEMENT', path: 'index.js', line: 1, reason: 'with cannot be typed' }],
    },
  }),
  select: (strategy: StrategyName = 'STANDARD', accepted?: readonly Condition[]): JobCommand => ({
    type: 'SelectProposal',
    data: { ...base, proposalId: `p-${strategy}`, ...(accepted === undefined ? {} : { accepted }) },
  }),
  draft: (token = 't1', specHash = 's1'): JobCommand => ({
    type: 'RecordSpecDraft',
    data: { ...base, call: call({ stage: 'SPECIFY' }), revisionToken: token, specHash, specification },
  }),
  revise: (token: string, next: string, specHash = 's2'): JobCommand => ({
    type: 'ReviseSpec',
    data: { ...base, revisionToken: token, nextRevisionToken: next, specification, specHash },
  }),
  approve: (token = 't1', specHash = 's1'): JobCommand => ({
    type: 'ApproveSpec',
    data: { ...base, revisionToken: token, specHash },
  }),
  plan: (executionId = 'e-baseline'): JobCommand => ({
    type: 'RecordTestPlan',
    data: {
      ...base,
      call: call({ stage: 'PLAN_TESTS' }),
      executionId,
      plan: artifact('TEST_PLAN'),
      mode: 'CHARACTERISATION',
      subjects: 2,
      cases: 20,
      confidence: 90,
    },
  }),
  attempt: (): JobCommand => ({ type: 'StartAttempt', data: base }),
  patch: (attempt: number, executionId = `e-${attempt}`): JobCommand => ({
    type: 'RecordPatch',
    data: {
      ...base,
      call: call({ attempt }),
      executionId,
      attempt,
      patch: artifact('PATCH', `${attempt}`),
      filesTouched: ['index.js'],
      summary: 'converted',
    },
  }),
  failedCall: (overrides: Partial<ModelCall> = {}): JobCommand => ({
    type: 'RecordFailedCall',
    data: {
      ...base,
      call: call({ inputTokens: 0, outputTokens: 0, outcome: 'INFRA_FAILURE', ...overrides }),
    },
  }),
  patchFailure: (attempt: number, failureClass: 'REFUSED' | 'SCHEMA_VIOLATION'): JobCommand => ({
    type: 'RecordPatchFailure',
    data: { ...base, call: call({ attempt, outcome: failureClass }), attempt, failureClass, reason: 'why' },
  }),
  claim: (executionId: string, claimant = 'cli-1', at: string = AT): JobCommand => ({
    type: 'ClaimExecution',
    data: { jobId: JOB, at, executionId, claimant, leaseSeconds: 60 },
  }),
  report: (executionId: string, outcome: ExecutionOutcome): JobCommand => ({
    type: 'ReportExecution',
    data: { ...base, executionId, outcome },
  }),
  timeOutStage: (stage: Stage, attempt: number | null = null): JobCommand => ({
    type: 'TimeOutStage',
    data: { ...base, stage, attempt },
  }),
  timeOut: (executionId: string, retryExecutionId: string): JobCommand => ({
    type: 'TimeOutExecution',
    data: { ...base, executionId, retryExecutionId },
  }),
} as const;

export const timeoutChoice = (choice: TimeoutChoice, executionId: string): JobCommand => ({
  type: 'DecideTimeout',
  data: { ...base, by: 'ada', choice, executionId },
});
