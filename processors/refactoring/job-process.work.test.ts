import { describe, expect, it } from 'vitest';
import { ask, timeoutChoice } from '../../domain/refactoring/job/testing/ask.ts';
import * as at from '../../domain/refactoring/job/testing/journey.ts';
import {
  artifact,
  base,
  conditional,
  JOB,
  later,
  outcomes,
  proposal,
  specification,
  testFailed,
  testTimedOut,
} from '../../domain/refactoring/job/testing/samples.ts';
import { outOfBudget } from '../../domain/refactoring/job/testing/table/row.ts';
import { jobProcess } from './job-process.ts';
import {
  assignment,
  atLast,
  cancel,
  does,
  heartbeat,
  limit,
  logOf,
  newest,
  type Output,
  parking,
  startAttempt,
  startAttemptAt,
  why,
} from './testing/process-log.ts';

/** What the newest event of a journey asks for. */
const effects = (journey: at.Journey): readonly Output[] => {
  const log = logOf(journey.events);
  const last = log.at(-1);
  const state = log.reduce(jobProcess.evolve, jobProcess.initialState());
  return last === undefined ? [] : jobProcess.react(last, state).filter(({ kind }) => kind === 'effect');
};

describe('the work of our side', () => {
  it('[JOB-01] asks for the analysis when the job starts, and for a heartbeat', () => {
    const { spec, due } = atLast(at.analysing());
    spec.then(heartbeat(due(38)), {
      kind: 'effect',
      key: 'analyse',
      effect: { type: 'AnalyseCode', data: assignment() },
      limit: limit('ANALYSE', 480),
    });
  });

  it.each([null, 'BLACK_BOX'] as const)(
    '[SPC-02] [TST-01] asks for the specification when a proposal is chosen (test mode: %s)',
    (testMode) => {
      const start = testMode === null ? {} : { testMode };
      const { spec } = atLast(does(at.waitingStrategy('FREE', start), ask.select()));
      spec.then({
        kind: 'effect',
        key: 'specify',
        effect: {
          type: 'WriteSpecification',
          data: {
            ...assignment(),
            analysis: artifact('ANALYSIS'),
            proposal: proposal('STANDARD'),
            testMode,
          },
        },
        limit: limit('SPECIFY', 480),
      });
    },
  );

  it('[TST-01] asks with the test mode that the person chose at the start', () => {
    const testMode = 'BLACK_BOX';
    const { spec, due } = atLast(at.generatingTests('FREE', { testMode }));
    spec.then(heartbeat(due(38)), {
      kind: 'effect',
      key: 'plan-tests',
      effect: {
        type: 'PlanTests',
        data: { ...assignment(), proposal: proposal('STANDARD'), specification, testMode },
      },
      limit: limit('PLAN_TESTS', 480),
    });
  });

  it('[SPC-01] asks with the condition that the person accepted for the specification, the tests and the patch', () => {
    const journey = at.analysing();
    journey.does(ask.proposals([conditional('STANDARD')]));
    const accepted = ['STRICT_MODE'] as const;
    const asked = (type: string) => [
      { effect: { type, data: { accepted, proposal: conditional('STANDARD') } } },
    ];
    expect(effects(does(journey, ask.select('STANDARD', accepted)))).toMatchObject(
      asked('WriteSpecification'),
    );
    journey.does(ask.draft());
    expect(effects(does(journey, ask.approve()))).toMatchObject(asked('PlanTests'));
    journey.does(ask.plan());
    journey.claimAndReport('e-baseline', outcomes.baselinePassed);
    expect(effects(does(journey, ask.attempt()))).toMatchObject(asked('GeneratePatch'));
  });

  it('[TST-01] asks for the test plan when the specification is approved', () => {
    const { spec, due } = atLast(at.generatingTests());
    spec.then(heartbeat(due(38)), {
      kind: 'effect',
      key: 'plan-tests',
      effect: {
        type: 'PlanTests',
        data: { ...assignment(), proposal: proposal('STANDARD'), specification, testMode: null },
      },
      limit: limit('PLAN_TESTS', 480),
    });
  });

  it('[SPC-02] [TST-01] asks for the test plan of the specification as the person left it', () => {
    const journey = at.waitingApproval();
    const left = { ...specification, sdd: [] };
    const data = { ...base, revisionToken: 't1', nextRevisionToken: 't2', specHash: 's2' };
    journey.does({ type: 'ReviseSpec', data: { ...data, specification: left } });
    expect(effects(does(journey, ask.approve('t2', 's2')))).toMatchObject([
      { effect: { type: 'PlanTests', data: { specification: left } } },
    ]);
  });

  it('[BIL-08] asks anew for what the budget stopped, when the person lets it cost more', () => {
    const resumed = (journey: at.Journey) =>
      atLast(does(outOfBudget(journey), { type: 'ConfirmEscalation', data: why }));
    const chosen = { ...assignment(), proposal: proposal('STANDARD') };
    const analysing = resumed(at.analysing());
    analysing.spec.then(...cancel('escalation'), heartbeat(analysing.due(38)), {
      kind: 'effect',
      key: 'analyse',
      effect: { type: 'AnalyseCode', data: assignment() },
      limit: limit('ANALYSE', 480),
    });
    // The specification is written while the job is parked: no client is awaited.
    resumed(does(at.waitingStrategy(), ask.select())).spec.then(...cancel('escalation'), {
      kind: 'effect',
      key: 'specify',
      effect: {
        type: 'WriteSpecification',
        data: { ...chosen, analysis: artifact('ANALYSIS'), testMode: null },
      },
      limit: limit('SPECIFY', 480),
    });
    const planning = resumed(at.generatingTests());
    planning.spec.then(...cancel('escalation'), heartbeat(planning.due(38)), {
      kind: 'effect',
      key: 'plan-tests',
      effect: { type: 'PlanTests', data: { ...chosen, specification, testMode: null } },
      limit: limit('PLAN_TESTS', 480),
    });
  });

  it('[JOB-07] starts an attempt when the baseline is settled', () => {
    atLast(at.refactoring()).spec.then(startAttempt);
    const overridden = does(at.baselineFailed(), {
      type: 'OverrideBaseline',
      data: { ...why, quarantined: [], mocks: [], why: 'known' },
    });
    const { spec, due } = atLast(overridden);
    spec.then(heartbeat(due(38)), startAttempt);
  });

  it('[JOB-07] starts an attempt after a gate', () => {
    const confirmed = atLast(does(at.waitingEscalation(), { type: 'ConfirmEscalation', data: why }));
    confirmed.spec.then(...cancel('escalation'), heartbeat(confirmed.due(38)), startAttempt);
    const continued = atLast(does(at.waitingIntervention(), { type: 'ContinueRepair', data: why }));
    continued.spec.then(...cancel('intervention', 'execution'), heartbeat(continued.due(38)), startAttempt);
    const stronger = atLast(
      does(at.fallback('MAX'), { type: 'RetryStronger', data: { ...why, modelClass: 'L2' } }),
    );
    stronger.spec.then(heartbeat(stronger.due(38)), startAttempt);
  });

  it('[TST-04] waits for the machine of the person when a run is repeated, and starts no attempt', () => {
    const baseline = at.baseline();
    baseline.claimAndReport('e-baseline', { ...outcomes.baselineFailed, failureClass: 'TIMEOUT_EXECUTION' });
    const repeated = newest('BaselineRepeated', does(baseline, timeoutChoice('increase_timeout', 'more')));
    repeated.spec.then(heartbeat(repeated.due(38)));
    const testing = at.refactoring();
    testing.attempt(testTimedOut());
    testing.claimAndReport('e-0-2', testTimedOut());
    const again = newest('TestsRepeated', does(testing, timeoutChoice('increase_timeout', 'more')));
    again.spec.then(...cancel('intervention'), heartbeat(again.due(38)));
  });

  it('[JOB-07] starts the next attempt after a failure or a rejection', () => {
    const failed = atLast(at.refactoring().failing('r'));
    failed.spec.then(startAttemptAt(failed.due(0)));
    const journey = at.refactoring();
    journey.attempt(outcomes.rejected);
    const rejected = atLast(journey);
    rejected.spec.then(...cancel('stage'), startAttemptAt(rejected.due(0)));
  });

  it('[JOB-07] takes the next attempt back when a gate follows', () => {
    const intervention = atLast(at.waitingIntervention());
    intervention.spec.then(...parking, {
      kind: 'timer',
      key: 'intervention',
      due: later(1_800),
      command: { type: 'TimeOutIntervention', data: { jobId: JOB, at: later(1_800) } },
    });
    atLast(at.waitingEscalation()).spec.then(...parking, {
      kind: 'timer',
      key: 'escalation',
      due: later(3_600),
      command: { type: 'TimeOutEscalation', data: { jobId: JOB, at: later(3_600) } },
    });
    const recovering = atLast(at.recovering());
    recovering.spec.then(...cancel('start-attempt'), {
      kind: 'effect',
      key: 'recover',
      effect: {
        type: 'PackageRecovery',
        data: { jobId: JOB, context: artifact('CONTEXT'), patch: artifact('PATCH', '3') },
      },
      limit: limit('RECOVER', 180),
    });
  });

  it('[JOB-01] does not start an attempt when the tests of the person fail', () => {
    const journey = at.intervening();
    journey.does({
      type: 'RunInterventionTests',
      data: { ...why, executionId: 'm', patch: artifact('PATCH') },
    });
    journey.claimAndReport('m', testFailed('same'));
    atLast(journey).spec.thenNothing();
  });

  it('[JOB-08] asks for a patch, and tells the next attempt what the last ones met', () => {
    const patch = (attempt: number, modelClass: 'L0' | 'L1', past: readonly unknown[]): unknown => ({
      kind: 'effect',
      key: 'patch',
      effect: {
        type: 'GeneratePatch',
        data: { ...assignment(), attempt, modelClass, proposal: proposal('STANDARD'), specification, past },
      },
      limit: limit('PATCH', 1_980, attempt),
    });
    expect(effects(does(at.refactoring(), ask.attempt()))).toEqual([patch(0, 'L0', [])]);
    const failed = at.refactoring().failing('r');
    failed.attempt(outcomes.rejected);
    expect(effects(does(failed, ask.attempt()))).toEqual([
      patch(2, 'L1', [
        {
          attempt: 0,
          modelClass: 'L0',
          patch: artifact('PATCH', '0'),
          report: artifact('TEST_REPORT'),
          rejection: null,
        },
        {
          attempt: 1,
          modelClass: 'L1',
          patch: artifact('PATCH', '1'),
          report: null,
          rejection: 'no match',
        },
      ]),
    ]);
  });

  it('[SPC-02] purges what was tried before the specification was opened again', () => {
    const journey = at.fallback();
    journey.does({ type: 'ReopenSpec', data: { ...base, reason: 'wrong', nextRevisionToken: 't2' } });
    journey.does(ask.approve('t2'));
    journey.does(ask.plan('e-again'));
    journey.claimAndReport('e-again', outcomes.baselinePassed);
    expect(effects(does(journey, ask.attempt()))).toMatchObject([
      { effect: { type: 'GeneratePatch', data: { attempt: 4, past: [] } } },
    ]);
  });

  it('[INT-01] purges what was tried before a deep fix', () => {
    atLast(at.deepFix()).spec.then({
      kind: 'effect',
      key: 'patch',
      effect: {
        type: 'GeneratePatch',
        data: {
          ...assignment('PRO'),
          attempt: 4,
          modelClass: 'L2',
          proposal: proposal('STANDARD'),
          specification,
          past: [],
        },
      },
      limit: limit('PATCH', 1_980, 4),
    });
  });
});
