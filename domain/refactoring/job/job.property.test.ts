import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRejection } from '../../kernel/rejection.ts';
import type { ExecutionOutcome, JobCommand } from './commands.ts';
import type { JobEvent } from './events.ts';
import { job, statusOf } from './job.ts';
import type { JobState } from './state.ts';
import { AT, artifact, ask, base, JOB, later, outcomes, testFailed } from './testing/samples.ts';
import type { ExecutionKind, JobStatus, Tier } from './values.ts';

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
  'RECOVERY_PENDING',
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
  BaselineOverridden: { BASELINE_VALIDATION_FAILED: 'REFACTORING' },
  AttemptStarted: staying(['REFACTORING', 'DEEP_FIX_ACTIVE']),
  PatchGenerated: { REFACTORING: 'REFACTORING', DEEP_FIX_ACTIVE: 'REFACTORING' },
  PatchRejected: staying(['REFACTORING', 'DEEP_FIX_ACTIVE', 'USER_INTERVENING']),
  TestsPassed: from(['REFACTORING', 'USER_INTERVENING'], 'DELIVERED'),
  TestsFailed: staying(['REFACTORING', 'USER_INTERVENING']),
  AttemptsExhausted: { REFACTORING: 'RECOVERY_PENDING' },
  EscalationRequested: { REFACTORING: 'WAITING_ESCALATION_DECISION' },
  EscalationConfirmed: { WAITING_ESCALATION_DECISION: 'REFACTORING' },
  EscalationDeclined: { WAITING_ESCALATION_DECISION: 'RECOVERY_PENDING' },
  InterventionTriggered: { REFACTORING: 'WAITING_INTERVENTION' },
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
  TimeOutExecution: WITH_EXECUTION,
  ReportHeartbeatMissed: EXECUTING,
  ReportHeartbeatResumed: EXECUTING,
  ExpireGrace: EXECUTING,
  ReportInfraFailure: NON_TERMINAL,
  ReportBudgetReached: ['REFACTORING'],
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
  ...['x', 'x', 'x', 'x', 'y', 'z', 'w'].map((fingerprint) => testFailed(fingerprint)),
  { kind: 'RECOVER', status: 'RESTORED', partialPatch: null },
];

const constant = (command: JobCommand): fc.Arbitrary<Make> => fc.constant(() => command);
const built = (make: Make): fc.Arbitrary<Make> => fc.constant(make);

const commands: Readonly<Record<JobCommand['type'], fc.Arbitrary<Make>>> = {
  RequestJob: constant(ask.request()),
  AttachContext: constant(ask.attach()),
  StartJob: fc.tuple(fc.constantFrom(...tiers), fc.boolean()).map(
    ([tier, fastTrack]) =>
      () =>
        ask.start(tier, { fastTrack }),
  ),
  SelectProposal: fc
    .constantFrom('CONSERVATIVE' as const, 'STANDARD' as const)
    .map((name) => () => ask.select(name)),
  ReviseSpec: built(({ token, fresh }) => ask.revise(token, fresh)),
  ApproveSpec: built(({ token, specHash }) => ask.approve(token, specHash)),
  ReopenSpec: built(({ fresh }) => ({
    type: 'ReopenSpec',
    data: { ...base, reason: 'r', nextRevisionToken: fresh },
  })),
  OverrideBaseline: constant({
    type: 'OverrideBaseline',
    data: { ...by, quarantined: [], mocks: [], why: 'w' },
  }),
  ConfirmEscalation: constant({ type: 'ConfirmEscalation', data: by }),
  DeclineEscalation: constant({ type: 'DeclineEscalation', data: by }),
  ConfirmDeepFix: fc
    .constantFrom('L1' as const, 'L2' as const, 'L3' as const)
    .map((modelClass) => () => ({ type: 'ConfirmDeepFix', data: { ...by, modelClass } })),
  OpenIntervention: constant({ type: 'OpenIntervention', data: by }),
  ContinueRepair: constant({ type: 'ContinueRepair', data: by }),
  RunInterventionTests: built(({ fresh }) => ({
    type: 'RunInterventionTests',
    data: { ...by, executionId: fresh, patch: artifact('PATCH') },
  })),
  RetryStronger: fc
    .constantFrom('L2' as const, 'L3' as const)
    .map((modelClass) => () => ({ type: 'RetryStronger', data: { ...by, modelClass } })),
  AbandonJob: constant({ type: 'AbandonJob', data: by }),
  CancelJob: constant({ type: 'CancelJob', data: by }),
  ForceTerminate: constant({ type: 'ForceTerminate', data: by }),
  AcceptDelivery: constant({ type: 'AcceptDelivery', data: { ...by, selection: 'ALL' } }),
  ApplyDelivery: built(({ fresh }) => ({ type: 'ApplyDelivery', data: { ...by, executionId: fresh } })),
  RevertDelivery: built(({ fresh }) => ({ type: 'RevertDelivery', data: { ...by, executionId: fresh } })),
  RecordScopeAnalysis: constant(ask.scope()),
  RecordProposals: constant(ask.proposals()),
  RefuseJob: constant(ask.refuse()),
  RecordSpecDraft: built(({ fresh }) => ask.draft(fresh)),
  RecordTestPlan: built(({ fresh }) => ask.plan(fresh)),
  StartAttempt: constant(ask.attempt()),
  RecordPatch: built(({ attempt, fresh }) => ask.patch(attempt, fresh)),
  RecordPatchFailure: fc.constantFrom('REFUSED' as const, 'SCHEMA_VIOLATION' as const).map(
    (kind) =>
      ({ attempt }: Seen) =>
        ask.patchFailure(attempt, kind),
  ),
  CompleteRecovery: constant({
    type: 'CompleteRecovery',
    data: { ...base, partialPatch: null, restored: true },
  }),
  TimeOutEscalation: constant({ type: 'TimeOutEscalation', data: { jobId: JOB, at: far } }),
  TimeOutIntervention: constant({ type: 'TimeOutIntervention', data: { jobId: JOB, at: far } }),
  TimeOutExecution: built(({ executionId, fresh }) => ask.timeOut(executionId, fresh)),
  ReportHeartbeatMissed: constant({ type: 'ReportHeartbeatMissed', data: { ...base, lastSeenAt: AT } }),
  ReportHeartbeatResumed: constant({ type: 'ReportHeartbeatResumed', data: { ...base, lastSeenAt: AT } }),
  ExpireGrace: constant({ type: 'ExpireGrace', data: { jobId: JOB, at: far, graceDeadlineAt: later(300) } }),
  ReportInfraFailure: constant({ type: 'ReportInfraFailure', data: { ...base, stage: 's', reason: 'r' } }),
  ReportBudgetReached: constant({ type: 'ReportBudgetReached', data: base }),
  ClaimExecution: built(({ executionId }) => ask.claim(executionId)),
  // Mostly about the work that was asked for.
  ReportExecution: fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 999 })).map(([any, index]) => (seen: Seen) => {
    const about = reports.filter(({ kind }) => any === 0 || kind === seen.kind);
    const outcome = about[index % about.length] ?? outcomes.rejected;
    return ask.report(seen.executionId, outcome);
  }),
};

const ENDING: readonly JobCommand['type'][] = [
  'CancelJob',
  'ReportInfraFailure',
  'RefuseJob',
  'AbandonJob',
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
  'RecordPatchFailure',
];

const types = Object.keys(commands) as readonly JobCommand['type'][];
const command = (type: JobCommand['type']): fc.Arbitrary<Make> => commands[type];
const anyCommand = fc.constantFrom(...types).chain(command);

/** Steps that fit the status: without them a random walk would hardly get past the first gates. */
const fitting = (status: Status): fc.Arbitrary<Make> => {
  const fit = types.filter((type) => ACCEPTED[type].includes(status) && !ENDING.includes(type));
  const weighed = fit.flatMap((type) => Array.from({ length: RARE.includes(type) ? 1 : 6 }, () => type));
  return fit.length === 0 ? anyCommand : fc.constantFrom(...weighed).chain(command);
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
const walk = (pick: (arbitrary: fc.Arbitrary<Make>) => Make, wild: () => boolean, steps: number) => {
  const log: JobEvent[] = [];
  const visited = new Set<Status>();
  let state = job.initialState();
  let status: Status = 'NONE';
  for (let index = 0; index < steps; index += 1) {
    const asked = pick(wild() ? anyCommand : fitting(status))(see(log));
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
      visited.add(status);
      log.push(event);
    }
  }
  return { log, visited };
};

describe('random command sequences', () => {
  it('[JOB-01] never leave the table, and every other pair is rejected', () => {
    const visited = new Set<Status>();
    const happened = new Set<string>();
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const seen = walk(
          (arbitrary) => gen(() => arbitrary),
          () => gen(fc.integer, { min: 0, max: 9 }) === 0,
          100,
        );
        for (const status of seen.visited) visited.add(status);
        for (const { type } of seen.log) happened.add(type);
        const started = seen.log.filter(({ type }) => type === 'AttemptStarted');
        const numbers = started.map(({ data }) => ('attempt' in data ? data.attempt : null));
        expect(new Set(numbers).size, 'attempt numbers never repeat').toBe(numbers.length);
      }),
      { numRuns: 1_000, seed: 20_261_120 },
    );
    // A walk that never gets anywhere would prove nothing.
    expect([...visited].sort()).toEqual([...new Set([...NON_TERMINAL, 'DELIVERED', 'FAILED'])].sort());
    expect(Object.keys(TABLE).filter((type) => !happened.has(type))).toEqual([]);
  });

  it('[JOB-01] rejects every command in every status that the table does not give it', () => {
    const states = new Map<Status, JobState>([['NONE', job.initialState()]]);
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const { log } = walk(
          (arbitrary) => gen(() => arbitrary),
          () => false,
          100,
        );
        let state = job.initialState();
        for (const event of log) {
          state = job.evolve(state, event);
          states.set(statusOf(state) ?? 'NONE', state);
        }
        const ended = job.decide({ type: 'CancelJob', data: by }, job.evolve(job.initialState(), requested));
        states.set('FAILED', ended.reduce(job.evolve, job.evolve(job.initialState(), requested)));
      }),
      { numRuns: 300, seed: 7 },
    );
    expect(states.size).toBe(NON_TERMINAL.length + 3);
    const seen: Seen = {
      token: 't',
      specHash: 's',
      attempt: 0,
      executionId: 'never-asked',
      kind: 'TEST',
      fresh: 'f',
    };
    for (const [status, state] of states)
      for (const type of types.filter((name) => !ACCEPTED[name].includes(status)))
        for (const make of fc.sample(commands[type], { numRuns: 3, seed: 1 }))
          expect(decide(make(seen), state), `${type} in ${status}`).toHaveProperty('code');
  });
});

const requested: JobEvent = {
  type: 'JobRequested',
  data: {
    ...base,
    ownerId: 'o',
    goal: 'JAVASCRIPT_TO_TYPESCRIPT',
    goalText: '',
    targets: [],
    mode: 'SIMPLE',
    title: 't',
  },
};
