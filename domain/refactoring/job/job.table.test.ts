import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { specificationFor } from '../../kernel/specification.ts';
import type { JobCommand } from './commands.ts';
import type { JobEvent } from './events.ts';
import { job, statusOf } from './job.ts';
import * as at from './testing/journey.ts';
import {
  AT,
  artifact,
  ask,
  base,
  JOB,
  later,
  OWNER,
  outcomes,
  testFailed,
  testTimedOut,
  timeoutChoice,
} from './testing/samples.ts';
import type { JobStatus } from './values.ts';

/** JOB-01: each row of the table of spec/40 as given/when/then: where the job is, what happens, where it is then. */

const by = 'ada';
const why = { ...base, by };

type Row = readonly [
  name: string,
  journey: () => at.Journey,
  from: JobStatus | null,
  command: JobCommand,
  events: readonly JobEvent['type'][],
  to: JobStatus,
];

const claimed = (journey: at.Journey, executionId: string): at.Journey => {
  journey.does(ask.claim(executionId));
  return journey;
};

const testing = (journey: at.Journey, attempt: number): at.Journey => {
  journey.does(ask.attempt());
  journey.does(ask.patch(attempt));
  return claimed(journey, `e-${attempt}`);
};

const interveningTest = (): at.Journey => {
  const journey = at.intervening();
  journey.does({
    type: 'RunInterventionTests',
    data: { ...why, executionId: 'mine', patch: artifact('PATCH') },
  });
  return claimed(journey, 'mine');
};

const timedOutBaseline = (): at.Journey => {
  const journey = at.baseline();
  journey.claimAndReport('e-baseline', { ...outcomes.baselineFailed, failureClass: 'TIMEOUT_EXECUTION' });
  return journey;
};

const lateOnce = (): at.Journey => {
  const journey = testing(at.refactoring(), 0);
  journey.does(ask.report('e-0', testTimedOut('slow')));
  return journey;
};

const lateTwice = (): at.Journey => {
  const journey = lateOnce();
  journey.claimAndReport('e-0-2', testTimedOut('slow'));
  return journey;
};

const selected = (fastTrack: boolean): at.Journey => {
  const journey = at.waitingStrategy('PRO', { fastTrack });
  journey.does(ask.select());
  return journey;
};

const reported = (): at.Journey => {
  const journey = at.analysing('ENTERPRISE');
  journey.does(ask.scope());
  return journey;
};

const inGrace = (journey: at.Journey): at.Journey => {
  journey.does({ type: 'ReportHeartbeatMissed', data: { ...base, lastSeenAt: AT } });
  return journey;
};

const accepted = (): at.Journey => {
  const journey = at.delivered();
  journey.does({ type: 'AcceptDelivery', data: { ...why, selection: 'ALL', unknown: [] } });
  return journey;
};

const open = (journey: at.Journey, kind: 'ApplyDelivery' | 'RevertDelivery'): at.Journey => {
  journey.does({ type: kind, data: { ...why, executionId: 'e-open' } });
  return claimed(journey, 'e-open');
};

const expired = { jobId: JOB, at: later(300), graceDeadlineAt: later(300) };
const cancel: JobCommand = { type: 'CancelJob', data: why };
const infra: JobCommand = { type: 'ReportInfraFailure', data: { ...base, stage: 'PATCH', reason: 'gone' } };

const rows: readonly Row[] = [
  ['is requested', () => new at.Journey(), null, ask.request(), ['JobRequested'], 'PENDING'],
  ['starts', at.pending, 'PENDING', ask.start('FREE'), ['JobStarted'], 'ANALYZING'],
  [
    'reports its scope (ENTERPRISE)',
    () => at.analysing('ENTERPRISE'),
    'ANALYZING',
    ask.scope(),
    ['ScopeAnalysed'],
    'GENERATING_ANALYSIS_REPORT',
  ],
  [
    'proposes',
    at.analysing,
    'ANALYZING',
    ask.proposals(),
    ['ModelCalled', 'ProposalsGenerated'],
    'WAITING_STRATEGY',
  ],
  [
    'proposes after the report',
    reported,
    'GENERATING_ANALYSIS_REPORT',
    ask.proposals(),
    ['ModelCalled', 'ProposalsGenerated'],
    'WAITING_STRATEGY',
  ],
  ['refuses', at.analysing, 'ANALYZING', ask.refuse(), ['ModelCalled', 'JobRefused'], 'FAILED'],
  [
    'takes the choice',
    at.waitingStrategy,
    'WAITING_STRATEGY',
    ask.select(),
    ['ProposalSelected'],
    'WAITING_STRATEGY',
  ],
  [
    'drafts',
    () => selected(false),
    'WAITING_STRATEGY',
    ask.draft(),
    ['ModelCalled', 'SpecDrafted'],
    'WAITING_SPEC_APPROVAL',
  ],
  [
    'drafts on the fast track',
    () => selected(true),
    'WAITING_STRATEGY',
    ask.draft(),
    ['ModelCalled', 'SpecDrafted', 'SpecApproved'],
    'GENERATING_TESTS',
  ],
  [
    'is approved',
    at.waitingApproval,
    'WAITING_SPEC_APPROVAL',
    ask.approve(),
    ['SpecApproved'],
    'GENERATING_TESTS',
  ],
  [
    'plans tests',
    at.generatingTests,
    'GENERATING_TESTS',
    ask.plan(),
    ['ModelCalled', 'TestPlanGenerated', 'ExecutionRequested'],
    'BASELINE_VALIDATION',
  ],
  [
    'proves the baseline',
    () => claimed(at.baseline(), 'e-baseline'),
    'BASELINE_VALIDATION',
    ask.report('e-baseline', outcomes.baselinePassed),
    ['ExecutionReported', 'BaselinePassed'],
    'REFACTORING',
  ],
  [
    'fails the baseline',
    () => claimed(at.baseline(), 'e-baseline'),
    'BASELINE_VALIDATION',
    ask.report('e-baseline', outcomes.baselineFailed),
    ['ExecutionReported', 'BaselineFailed'],
    'BASELINE_VALIDATION_FAILED',
  ],
  [
    'reopens after a failed baseline',
    at.baselineFailed,
    'BASELINE_VALIDATION_FAILED',
    { type: 'ReopenSpec', data: { ...base, reason: 'wrong', nextRevisionToken: 't2' } },
    ['SpecReopened'],
    'WAITING_SPEC_APPROVAL',
  ],
  [
    'overrides the baseline',
    at.baselineFailed,
    'BASELINE_VALIDATION_FAILED',
    { type: 'OverrideBaseline', data: { ...why, quarantined: ['a'], mocks: [], why: 'known' } },
    ['BaselineOverridden'],
    'REFACTORING',
  ],
  [
    'records the baseline again with more time',
    timedOutBaseline,
    'BASELINE_VALIDATION_FAILED',
    timeoutChoice('increase_timeout', 'e-more'),
    ['BaselineRepeated', 'ExecutionRequested'],
    'BASELINE_VALIDATION',
  ],
  [
    'goes on without a baseline that ran out of time',
    timedOutBaseline,
    'BASELINE_VALIDATION_FAILED',
    timeoutChoice('continue', 'e-more'),
    ['BaselineOverridden'],
    'REFACTORING',
  ],
  [
    'passes',
    () => testing(at.refactoring(), 0),
    'REFACTORING',
    ask.report('e-0', outcomes.testPassed),
    ['ExecutionReported', 'TestsPassed'],
    'DELIVERED',
  ],
  [
    'fails the same way a third time',
    () => testing(at.refactoring().failing('r', 'same', 'same'), 3),
    'REFACTORING',
    ask.report('e-3', testFailed('same')),
    ['ExecutionReported', 'TestsFailed', 'InterventionTriggered'],
    'WAITING_INTERVENTION',
  ],
  [
    'runs out of time a second time',
    () => claimed(lateOnce(), 'e-0-2'),
    'REFACTORING',
    ask.report('e-0-2', testTimedOut('slow')),
    ['ExecutionReported', 'TestsFailed', 'InterventionTriggered'],
    'WAITING_INTERVENTION',
  ],
  ...(['increase_timeout', 'quarantine'] as const).map(
    (choice): Row => [
      `tests the patch again after ${choice}`,
      lateTwice,
      'WAITING_INTERVENTION',
      timeoutChoice(choice, 'e-more'),
      ['TestsRepeated', 'ExecutionRequested'],
      'REFACTORING',
    ],
  ),
  [
    'goes on after a run without time',
    lateTwice,
    'WAITING_INTERVENTION',
    timeoutChoice('continue', 'e-more'),
    ['RepairContinued'],
    'REFACTORING',
  ],
  [
    'meets a phase that needs confirmation',
    () => testing(at.refactoring('MAX').failing('r', 'a', 'b', 'c', 'd', 'e'), 6),
    'REFACTORING',
    ask.report('e-6', testFailed('f')),
    ['ExecutionReported', 'TestsFailed', 'EscalationRequested'],
    'WAITING_ESCALATION_DECISION',
  ],
  [
    'meets the budget',
    at.refactoring,
    'REFACTORING',
    { type: 'ReportBudgetReached', data: base },
    ['EscalationRequested'],
    'WAITING_ESCALATION_DECISION',
  ],
  [
    'meets the budget in a deep fix',
    at.deepFix,
    'DEEP_FIX_ACTIVE',
    { type: 'ReportBudgetReached', data: base },
    ['EscalationRequested'],
    'WAITING_ESCALATION_DECISION',
  ],
  [
    'has no phase left',
    () => testing(at.refactoring().failing('r', 'a', 'b'), 3),
    'REFACTORING',
    ask.report('e-3', testFailed('c')),
    ['ExecutionReported', 'TestsFailed', 'AttemptsExhausted'],
    'RECOVERY_PENDING',
  ],
  [
    'escalates',
    at.waitingEscalation,
    'WAITING_ESCALATION_DECISION',
    { type: 'ConfirmEscalation', data: why },
    ['EscalationConfirmed'],
    'REFACTORING',
  ],
  [
    'does not escalate',
    at.waitingEscalation,
    'WAITING_ESCALATION_DECISION',
    { type: 'DeclineEscalation', data: why },
    ['EscalationDeclined'],
    'RECOVERY_PENDING',
  ],
  [
    'hears nothing about the escalation for 3,600 s',
    at.waitingEscalation,
    'WAITING_ESCALATION_DECISION',
    { type: 'TimeOutEscalation', data: { jobId: JOB, at: later(3_600) } },
    ['EscalationDeclined'],
    'RECOVERY_PENDING',
  ],
  [
    'goes into a deep fix',
    () => at.waitingIntervention('PRO'),
    'WAITING_INTERVENTION',
    { type: 'ConfirmDeepFix', data: { ...why, modelClass: 'L2' } },
    ['DeepFixConfirmed', 'AttemptStarted'],
    'DEEP_FIX_ACTIVE',
  ],
  [
    'is taken over by the person',
    at.waitingIntervention,
    'WAITING_INTERVENTION',
    { type: 'OpenIntervention', data: why },
    ['InterventionOpened'],
    'USER_INTERVENING',
  ],
  [
    'is told to go on',
    at.waitingIntervention,
    'WAITING_INTERVENTION',
    { type: 'ContinueRepair', data: why },
    ['RepairContinued'],
    'REFACTORING',
  ],
  [
    'hears nothing about the intervention for 1,800 s',
    at.waitingIntervention,
    'WAITING_INTERVENTION',
    { type: 'TimeOutIntervention', data: { jobId: JOB, at: later(1_800) } },
    ['InterventionTimedOut'],
    'FAILED',
  ],
  [
    'has its deep fix',
    at.deepFix,
    'DEEP_FIX_ACTIVE',
    ask.patch(4),
    ['ModelCalled', 'PatchGenerated', 'ExecutionRequested'],
    'REFACTORING',
  ],
  [
    'passes with the patch of the person',
    interveningTest,
    'USER_INTERVENING',
    ask.report('mine', outcomes.testPassed),
    ['ExecutionReported', 'TestsPassed'],
    'DELIVERED',
  ],
  [
    'fails with the patch of the person, who goes on trying',
    interveningTest,
    'USER_INTERVENING',
    ask.report('mine', testFailed('same')),
    ['ExecutionReported', 'TestsFailed'],
    'USER_INTERVENING',
  ],
  [
    'is handed back by the person',
    at.intervening,
    'USER_INTERVENING',
    { type: 'ContinueRepair', data: why },
    ['RepairContinued'],
    'REFACTORING',
  ],
  [
    'packs what there is',
    at.recovering,
    'RECOVERY_PENDING',
    { type: 'CompleteRecovery', data: { ...base, partialPatch: null, restored: true } },
    ['RecoveryCompleted'],
    'FALLBACK_REQUIRED',
  ],
  [
    'reopens after the fallback',
    at.fallback,
    'FALLBACK_REQUIRED',
    { type: 'ReopenSpec', data: { ...base, reason: 'wrong', nextRevisionToken: 't2' } },
    ['SpecReopened'],
    'WAITING_SPEC_APPROVAL',
  ],
  [
    'goes into a deep fix after the fallback',
    () => at.fallback('MAX'),
    'FALLBACK_REQUIRED',
    { type: 'ConfirmDeepFix', data: { ...why, modelClass: 'L3' } },
    ['DeepFixConfirmed', 'AttemptStarted'],
    'DEEP_FIX_ACTIVE',
  ],
  [
    'is taken over after the fallback',
    at.fallback,
    'FALLBACK_REQUIRED',
    { type: 'OpenIntervention', data: why },
    ['InterventionOpened'],
    'USER_INTERVENING',
  ],
  [
    'is tried again with a stronger class',
    () => at.fallback('MAX'),
    'FALLBACK_REQUIRED',
    { type: 'RetryStronger', data: { ...why, modelClass: 'L3' } },
    ['RetriedStronger'],
    'REFACTORING',
  ],
  [
    'is given up',
    at.fallback,
    'FALLBACK_REQUIRED',
    { type: 'AbandonJob', data: why },
    ['JobAbandoned'],
    'FAILED',
  ],
  ...(
    [
      ['GENERATING_TESTS', at.generatingTests],
      ['BASELINE_VALIDATION', at.baseline],
      ['REFACTORING', at.refactoring],
      ['DEEP_FIX_ACTIVE', at.deepFix],
      ['RECOVERY_PENDING', at.recovering],
    ] as const
  ).map(
    ([from, journey]): Row => [
      `is specified anew while ${from}`,
      journey,
      from,
      ask.revise('t1', 't2'),
      ['SpecUpdatedDuringExecution'],
      'WAITING_SPEC_APPROVAL',
    ],
  ),
  ...(
    [
      ['PENDING', at.pending],
      ['ANALYZING', at.analysing],
      ['GENERATING_ANALYSIS_REPORT', reported],
      ['WAITING_STRATEGY', at.waitingStrategy],
      ['WAITING_SPEC_APPROVAL', at.waitingApproval],
      ['GENERATING_TESTS', at.generatingTests],
      ['BASELINE_VALIDATION', at.baseline],
      ['BASELINE_VALIDATION_FAILED', at.baselineFailed],
      ['REFACTORING', at.refactoring],
      ['WAITING_ESCALATION_DECISION', at.waitingEscalation],
      ['WAITING_INTERVENTION', at.waitingIntervention],
      ['DEEP_FIX_ACTIVE', at.deepFix],
      ['USER_INTERVENING', at.intervening],
      ['RECOVERY_PENDING', at.recovering],
      ['FALLBACK_REQUIRED', at.fallback],
    ] as const
  ).flatMap(([from, journey]): readonly Row[] => [
    [`is cancelled while ${from}`, journey, from, cancel, ['JobCancelled'], 'FAILED'],
    [`fails for our reasons while ${from}`, journey, from, infra, ['InfraFailed'], 'FAILED'],
  ]),
  ...(
    [
      ['ANALYZING', at.analysing],
      ['GENERATING_ANALYSIS_REPORT', reported],
      ['GENERATING_TESTS', at.generatingTests],
      ['BASELINE_VALIDATION', at.baseline],
      ['REFACTORING', at.refactoring],
      ['DEEP_FIX_ACTIVE', at.deepFix],
      ['RECOVERY_PENDING', at.recovering],
    ] as const
  ).map(
    ([from, journey]): Row => [
      `loses its client while ${from}`,
      () => inGrace(journey()),
      from,
      { type: 'ExpireGrace', data: expired },
      ['ClientLost'],
      'FAILED',
    ],
  ),
  [
    'is accepted',
    at.delivered,
    'DELIVERED',
    { type: 'AcceptDelivery', data: { ...why, selection: { files: ['index.ts'], hunks: [] }, unknown: [] } },
    ['DeliveryAccepted'],
    'DELIVERED',
  ],
  [
    'is applied',
    () => open(accepted(), 'ApplyDelivery'),
    'DELIVERED',
    ask.report('e-open', outcomes.applied),
    ['ExecutionReported', 'DeliveryApplied'],
    'DELIVERED',
  ],
  [
    'is reverted',
    () => open(at.applied(), 'RevertDelivery'),
    'DELIVERED',
    ask.report('e-open', outcomes.reverted),
    ['ExecutionReported', 'DeliveryReverted'],
    'DELIVERED',
  ],
  [
    'cannot be reverted',
    () => open(at.applied(), 'RevertDelivery'),
    'DELIVERED',
    ask.report('e-open', outcomes.blocked),
    ['ExecutionReported', 'RevertBlocked'],
    'DELIVERED',
  ],
];

describe('the transition table', () => {
  it.each(rows)('[JOB-01] a job %s', (_name, journey, from, command, events, to) => {
    const given = journey();
    expect(statusOf(given.state)).toBe(from);
    expect(given.does(command).map(({ type }) => type)).toEqual(events);
    expect(statusOf(given.state)).toBe(to);
  });

  it('[JOB-01] says why a job failed', () => {
    const failure = (journey: at.Journey, command: JobCommand): unknown => {
      journey.does(command);
      return journey.state.status === 'FAILED' ? journey.state.failureClass : null;
    };
    expect(failure(at.refactoring(), cancel)).toBe('USER_CANCELLED');
    expect(failure(at.refactoring(), infra)).toBe('INFRA_FAILURE');
    expect(failure(inGrace(at.refactoring()), { type: 'ExpireGrace', data: expired })).toBe(
      'CLIENT_DISCONNECTED',
    );
    expect(
      failure(at.waitingIntervention(), {
        type: 'TimeOutIntervention',
        data: { jobId: JOB, at: later(1_800) },
      }),
    ).toBe('INTERVENTION_TIMEOUT');
    expect(failure(at.fallback(), { type: 'AbandonJob', data: why })).toBe('ABANDONED');
    expect(failure(at.analysing(), ask.refuse())).toBe('REFUSED');
  });
});

describe('what an event holds', () => {
  const given = specificationFor(job, deepStrictEqual);

  it('[JOB-01] repeats the owner where a reader of the log needs it', () => {
    const { events } = at.pending();
    given(...events)
      .when(ask.start('FREE', { hold: 7 }))
      .then({
        type: 'JobStarted',
        data: {
          ...base,
          ownerId: OWNER,
          consentAt: AT,
          entitlement: {
            tier: 'FREE',
            modelClasses: ['L1'],
            contextCapTokens: 128_000,
            jobsPerDay: 3,
            fastTrack: false,
            deepFix: false,
          },
          preflight: { vcs: 'GIT', headCommit: 'abc', dirtyPaths: [], choice: 'CLEAN' },
          fastTrack: false,
          hold: 7,
        },
      });
  });

  it('[EXE-01] asks for a test with base, tests, recorded results and the newest patch', () => {
    const journey = at.refactoring();
    journey.does(ask.attempt());
    const requested = journey.does(ask.patch(0)).at(-1);
    expect(requested).toEqual({
      type: 'ExecutionRequested',
      data: {
        ...base,
        ownerId: OWNER,
        executionId: 'e-0',
        kind: 'TEST',
        attempt: 0,
        artifacts: [
          artifact('CONTEXT'),
          artifact('PATCH', '0'),
          artifact('TEST_PLAN'),
          artifact('BASELINE_REPORT'),
        ],
        selection: null,
        lockedHashes: outcomes.baselinePassed.lockedHashes,
        timeoutSeconds: 900,
      },
    });
  });
});
