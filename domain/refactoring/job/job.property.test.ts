import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRejection } from '../../kernel/rejection.ts';
import type { ExecutionOutcome, JobCommand } from './commands.ts';
import type { JobEvent } from './events.ts';
import { job, statusOf } from './job.ts';
import type { JobState } from './state.ts';
import {
  AT,
  artifact,
  ask,
  base,
  edit,
  JOB,
  later,
  outcomes,
  testFailed,
  testTimedOut,
  timeoutChoice,
} from './testing/samples.ts';
import { type ExecutionKind, type JobStatus, TIMEOUT_CHOICES, type Tier } from './values.ts';

/**
 * JOB-01: the table of spec/40 written a second time, as data, without looking at the decider. Random command sequences
 * then prove that every event happened in a status where the table has it, led where the table says, and that commands
 * outside their statuses are rejected.
 */
type Status = JobStatus | 'NONE';

const EXECUTING: readonly Status[] = [
  'ANALYZING',
  'GENERATING_ANALYSIS_REPORT',
  'GENERATING_TESTS',
  'BASELINE_VALIDATION',
  'REFACTORING',
  'DEEP_FIX_ACTIVE',
  'RECOVERY_PENDING',
];
const NON_TERMINAL: readonly Status[] = [
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
const WITH_SPEC: readonly Status[] = EXECUTING.filter(
  (status) => status !== 'ANALYZING' && status !== 'GENERATING_ANALYSIS_REPORT',
);
const WITH_EXECUTION: readonly Status[] = [
  'BASELINE_VALIDATION',
  'REFACTORING',
  'USER_INTERVENING',
  'DELIVERED',
];

type Moves = Readonly<Partial<Record<Status, Status>>>;
const from = (statuses: readonly Status[], to: Status): Moves =>
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
  EscalationRequested: from(['REFACTORING', 'DEEP_FIX_ACTIVE'], 'WAITING_ESCALATION_DECISION'),
  EscalationConfirmed: { WAITING_ESCALATION_DECISION: 'REFACTORING' },
  EscalationDeclined: { WAITING_ESCALATION_DECISION: 'RECOVERY_PENDING' },
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
  StageTimedOut: staying([
    'ANALYZING',
    'GENERATING_ANALYSIS_REPORT',
    'WAITING_STRATEGY',
    'GENERATING_TESTS',
    'REFACTORING',
    'DEEP_FIX_ACTIVE',
    'RECOVERY_PENDING',
  ]),
  ExecutionRequested: staying(WITH_EXECUTION),
  ExecutionClaimed: staying(WITH_EXECUTION),
  ExecutionReported: staying(WITH_EXECUTION),
  ExecutionTimedOut: staying(WITH_EXECUTION),
  ModelCalled: staying(NON_TERMINAL),
  DeliveryAccepted: staying(['DELIVERED']),
  DeliveryApplied: staying(['DELIVERED']),
  DeliveryReverted: staying(['DELIVERED']),
  RevertBlocked: staying(['DELIVERED']),
};

/** Where a command may have any effect at all; elsewhere it must be rejected. */
const ACCEPTED: Readonly<Record<JobCommand['type'], readonly Status[]>> = {
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
  TimeOutStage: [
    'ANALYZING',
    'GENERATING_ANALYSIS_REPORT',
    'WAITING_STRATEGY',
    'GENERATING_TESTS',
    'REFACTORING',
    'DEEP_FIX_ACTIVE',
    'RECOVERY_PENDING',
  ],
  TimeOutExecution: WITH_EXECUTION,
  ReportHeartbeatMissed: EXECUTING,
  ReportHeartbeatResumed: EXECUTING,
  ExpireGrace: EXECUTING,
  ReportInfraFailure: NON_TERMINAL,
  ReportBudgetReached: ['REFACTORING', 'DEEP_FIX_ACTIVE'],
  ClaimExecution: WITH_EXECUTION,
  ReportExecution: WITH_EXECUTION,
};

/** What the sequence has seen, so that commands often name the right token, attempt or execution. */
type Seen = Readonly<{
  token: string;
  specHash: string;
  attempt: number;
  executionId: string;
  kind: ExecutionKind;
  fresh: string;
}>;

const see = (events: readonly JobEvent[]): Seen => {
  let seen: Omit<Seen, 'fresh'> = {
    token: 't0',
    specHash: 's1',
    attempt: 0,
    executionId: 'none',
    kind: 'TEST',
  };
  for (const { type, data } of events) {
    if (type === 'SpecDrafted' || type === 'SpecRevised' || type === 'SpecUpdatedDuringExecution')
      seen = { ...seen, token: data.revisionToken, specHash: data.specHash };
    if (type === 'SpecReopened') seen = { ...seen, token: data.revisionToken };
    if (type === 'AttemptStarted') seen = { ...seen, attempt: data.attempt };
    if (type === 'ExecutionRequested') seen = { ...seen, executionId: data.executionId, kind: data.kind };
  }
  return { ...seen, fresh: `f${events.length}` };
};

type Make = (seen: Seen) => JobCommand;
const by = { ...base, by: 'ada' };
const far = later(10_000);
const tiers: readonly Tier[] = ['FREE', 'PLUS', 'PRO', 'MAX', 'ENTERPRISE'];
const reports: readonly ExecutionOutcome[] = [
  ...Object.values(outcomes),
  ...[...'xxxxxxxxyzw'].map((fingerprint) => testFailed(fingerprint)),
  { ...outcomes.rejected, edits: [edit] },
  testTimedOut('slow'),
  { ...outcomes.baselineFailed, failureClass: 'TIMEOUT_EXECUTION' },
];

const commands: Readonly<Record<JobCommand['type'], readonly Make[]>> = {
  RequestJob: [() => ask.request()],
  AttachContext: [() => ask.attach()],
  StartJob: tiers.flatMap((tier) => [
    () => ask.start(tier),
    () => ask.start(tier, { fastTrack: true }),
    () => ask.start(tier, { preAuthorised: ['L3'] }),
  ]),
  SelectProposal: [() => ask.select('CONSERVATIVE'), () => ask.select('STANDARD')],
  ReviseSpec: [({ token, fresh }) => ask.revise(token, fresh)],
  ApproveSpec: [({ token, specHash }) => ask.approve(token, specHash)],
  ReopenSpec: [
    ({ fresh }) => ({ type: 'ReopenSpec', data: { ...base, reason: 'r', nextRevisionToken: fresh } }),
  ],
  OverrideBaseline: [
    () => ({ type: 'OverrideBaseline', data: { ...by, quarantined: [], mocks: [], why: 'w' } }),
  ],
  DecideTimeout: TIMEOUT_CHOICES.map(
    (choice) =>
      ({ fresh }) =>
        timeoutChoice(choice, fresh),
  ),
  ConfirmEscalation: [() => ({ type: 'ConfirmEscalation', data: by })],
  DeclineEscalation: [() => ({ type: 'DeclineEscalation', data: by })],
  ConfirmDeepFix: (['L1', 'L2', 'L3'] as const).map((modelClass) => () => ({
    type: 'ConfirmDeepFix',
    data: { ...by, modelClass },
  })),
  OpenIntervention: [() => ({ type: 'OpenIntervention', data: by })],
  ContinueRepair: [() => ({ type: 'ContinueRepair', data: by })],
  RunInterventionTests: [
    ({ fresh }) => ({
      type: 'RunInterventionTests',
      data: { ...by, executionId: fresh, patch: artifact('PATCH') },
    }),
  ],
  RetryStronger: (['L2', 'L3'] as const).map((modelClass) => () => ({
    type: 'RetryStronger',
    data: { ...by, modelClass },
  })),
  AbandonJob: [() => ({ type: 'AbandonJob', data: by })],
  CancelJob: [() => ({ type: 'CancelJob', data: by })],
  ForceTerminate: [() => ({ type: 'ForceTerminate', data: by })],
  AcceptDelivery: [() => ({ type: 'AcceptDelivery', data: { ...by, selection: 'ALL', unknown: [] } })],
  ApplyDelivery: [({ fresh }) => ({ type: 'ApplyDelivery', data: { ...by, executionId: fresh } })],
  RevertDelivery: [({ fresh }) => ({ type: 'RevertDelivery', data: { ...by, executionId: fresh } })],
  RecordScopeAnalysis: [() => ask.scope()],
  RecordProposals: [() => ask.proposals()],
  RefuseJob: [() => ask.refuse()],
  RecordSpecDraft: [({ fresh }) => ask.draft(fresh)],
  RecordTestPlan: [({ fresh }) => ask.plan(fresh)],
  StartAttempt: [() => ask.attempt()],
  RecordPatch: [({ attempt, fresh }) => ask.patch(attempt, fresh)],
  RecordPatchFailure: (['REFUSED', 'SCHEMA_VIOLATION'] as const).map(
    (kind) =>
      ({ attempt }) =>
        ask.patchFailure(attempt, kind),
  ),
  CompleteRecovery: [
    () => ({ type: 'CompleteRecovery', data: { ...base, partialPatch: null, restored: true } }),
  ],
  TimeOutEscalation: [() => ({ type: 'TimeOutEscalation', data: { jobId: JOB, at: far } })],
  TimeOutIntervention: [() => ({ type: 'TimeOutIntervention', data: { jobId: JOB, at: far } })],
  TimeOutStage: (['ANALYSE', 'SPECIFY', 'PLAN_TESTS', 'PATCH', 'RECOVER'] as const).map(
    (stage) =>
      ({ attempt }) =>
        ask.timeOutStage(stage, attempt),
  ),
  TimeOutExecution: [({ executionId, fresh }) => ask.timeOut(executionId, fresh)],
  ReportHeartbeatMissed: [() => ({ type: 'ReportHeartbeatMissed', data: { ...base, lastSeenAt: AT } })],
  ReportHeartbeatResumed: [() => ({ type: 'ReportHeartbeatResumed', data: { ...base, lastSeenAt: AT } })],
  ExpireGrace: [() => ({ type: 'ExpireGrace', data: { jobId: JOB, at: far, graceDeadlineAt: later(300) } })],
  ReportInfraFailure: [() => ({ type: 'ReportInfraFailure', data: { ...base, stage: 's', reason: 'r' } })],
  ReportBudgetReached: [() => ({ type: 'ReportBudgetReached', data: base })],
  ClaimExecution: [({ executionId }) => ask.claim(executionId)],
  ReportExecution: reports.map(
    (outcome) =>
      ({ executionId }) =>
        ask.report(executionId, outcome),
  ),
};

/** Reports about another kind of work than was asked for are tried too, but would block most walks. */
const fitReports = (seen: Seen): readonly Make[] =>
  reports.flatMap((outcome) =>
    outcome.kind === seen.kind ? [() => ask.report(seen.executionId, outcome)] : [],
  );

const ENDING: readonly JobCommand['type'][] = [
  'CancelJob',
  'ReportInfraFailure',
  'RefuseJob',
  'ExpireGrace',
  'ForceTerminate',
];

/** Leads back or aside: rare, so that walks also get far. */
const RARE: readonly JobCommand['type'][] = [
  'ReviseSpec',
  'ReopenSpec',
  'ReportBudgetReached',
  'ReportHeartbeatMissed',
  'ReportHeartbeatResumed',
  'DeclineEscalation',
  'TimeOutEscalation',
  'TimeOutExecution',
  'TimeOutStage',
  'RecordPatchFailure',
  'AbandonJob',
];

const types = Object.keys(commands) as readonly JobCommand['type'][];
/** Steps that fit the status: without them a random walk would hardly get past the first gates. */
const fitting = (status: Status): readonly JobCommand['type'][] => {
  const fit = types.filter((type) => ACCEPTED[type].includes(status) && !ENDING.includes(type));
  return fit.flatMap((type) => Array.from({ length: RARE.includes(type) ? 1 : 6 }, () => type));
};

/** One random step: mostly a fitting command, sometimes (`wild` 0) any. The numbers choose among what there is. */
type Choice = Readonly<{ wild: number; command: number; variant: number }>;
// Unbiased: small numbers would choose the first commands of each list again and again.
const choices = fc.noBias(
  fc.array(
    fc.record({ wild: fc.nat({ max: 9 }), command: fc.nat({ max: 9_999 }), variant: fc.nat({ max: 9_999 }) }),
    { minLength: 120, maxLength: 120 },
  ),
);

const choose = <T>(from: readonly T[], index: number): T => {
  const chosen = from[index % from.length];
  if (chosen === undefined) throw new Error('nothing to choose from');
  return chosen;
};

const make = (choice: Choice, status: Status, seen: Seen): JobCommand => {
  const fit = fitting(status);
  const wild = choice.wild === 0 || fit.length === 0;
  const type = choose(wild ? types : fit, choice.command);
  const variants = type === 'ReportExecution' && !wild ? fitReports(seen) : commands[type];
  return choose(variants, choice.variant)(seen);
};

type Outcome = Readonly<{ events: JobEvent[] } | { code: string }>;
const decide = (asked: JobCommand, state: JobState): Outcome => {
  try {
    return { events: job.decide(asked, state) };
  } catch (error) {
    if (isRejection(error)) return { code: error.code };
    throw error;
  }
};

/** One random walk; returns what was seen, so that the property can be checked for being worth something. */
const walk = (steps: readonly Choice[]) => {
  const log: JobEvent[] = [];
  const visited = new Map<Status, JobState>();
  let state = job.initialState();
  let status: Status = 'NONE';
  for (const choice of steps) {
    const asked = make(choice, status, see(log));
    const outcome = decide(asked, state);
    if (!ACCEPTED[asked.type].includes(status)) {
      const repeated = asked.type === 'ReportExecution' && 'events' in outcome;
      if (repeated) expect(outcome.events).toEqual([]);
      else expect(outcome).toHaveProperty('code');
    }
    if ('code' in outcome) continue;
    for (const event of outcome.events) {
      const to: Status | undefined = TABLE[event.type][status];
      expect(to, `${event.type} in ${status}`).toBeDefined();
      state = job.evolve(state, event);
      status = to ?? status;
      expect(statusOf(state), event.type).toBe(status);
      visited.set(status, state);
      log.push(event);
    }
  }
  return { log, visited };
};

describe('random command sequences', () => {
  const visited = new Map<Status, JobState>([['NONE', job.initialState()]]);

  it('[JOB-01] never leave the table, and every other pair is rejected', () => {
    const happened = new Set<string>();
    fc.assert(
      fc.property(choices, (steps) => {
        const seen = walk(steps);
        for (const [status, state] of seen.visited) visited.set(status, state);
        for (const { type } of seen.log) happened.add(type);
        const numbers = seen.log.flatMap(({ type, data }) =>
          type === 'AttemptStarted' ? [data.attempt] : [],
        );
        expect(new Set(numbers).size, 'attempt numbers never repeat').toBe(numbers.length);
      }),
      { numRuns: 1_200, seed: 20_261_120 },
    );
    // A walk that never gets anywhere would prove nothing.
    expect([...visited.keys()].sort()).toEqual([...NON_TERMINAL, 'DELIVERED', 'FAILED', 'NONE'].sort());
    expect(Object.keys(TABLE).filter((type) => !happened.has(type))).toEqual([]);
  }, 30_000);

  it('[JOB-01] rejects every command in every status that the table does not give it', () => {
    const seen: Seen = {
      token: 't',
      specHash: 's',
      attempt: 0,
      executionId: 'never-asked',
      kind: 'TEST',
      fresh: 'f',
    };
    expect(visited.size).toBe(NON_TERMINAL.length + 3);
    for (const [status, state] of visited)
      for (const type of types.filter((name) => !ACCEPTED[name].includes(status)))
        for (const variant of commands[type])
          expect(decide(variant(seen), state), `${type} in ${status}`).toHaveProperty('code');
  });
});
