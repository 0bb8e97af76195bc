import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import type { JobCommand } from './commands.ts';
import type { ExecutionOutcome } from './execution-outcome.ts';
import { ask, timeoutChoice } from './testing/ask.ts';
import { givenWith, types, why } from './testing/given.ts';
import * as at from './testing/journey.ts';
import { artifact, coverage, later, locked, outcomes, testFailed, testTimedOut } from './testing/samples.ts';

const given = givenWith(deepStrictEqual);

const testing = (): at.Journey => {
  const journey = at.refactoring('PRO');
  journey.does(ask.attempt());
  journey.does(ask.patch(0));
  journey.does(ask.claim('e-0'));
  return journey;
};

/** Late twice: with the usual time, and with twice of it. */
const asking = (...tests: readonly string[]): at.Journey => {
  const journey = testing();
  journey.does(ask.report('e-0', testTimedOut(...tests)));
  journey.claimAndReport('e-0-2', testTimedOut(...tests));
  return journey;
};

const decide = (choice: 'increase_timeout' | 'quarantine' | 'continue'): JobCommand =>
  timeoutChoice(choice, 'e-more');

describe('a run that only ran out of time', () => {
  it('[TST-04] is run once more with twice the time, and is no failed attempt yet', () => {
    const journey = testing();
    expect(journey.does(ask.report('e-0', testTimedOut()))).toMatchObject([
      { type: 'ExecutionReported', data: { outcome: 'FAILED', code: 'TIMEOUT_EXECUTION' } },
      {
        type: 'ExecutionRequested',
        data: { executionId: 'e-0-2', retryOf: 'e-0', kind: 'TEST', attempt: 0, timeoutSeconds: 1_800 },
      },
    ]);
    expect(journey.state).toMatchObject({ status: 'REFACTORING', counters: { fingerprint: null } });
    expect(types(journey.claimAndReport('e-0-2', outcomes.testPassed))).toContain('TestsPassed');
  });

  it('[TST-04] asks the person when it runs out of time again, and says nothing about the code', () => {
    const journey = testing();
    journey.does(ask.report('e-0', testTimedOut('slow')));
    expect(journey.claimAndReport('e-0-2', testTimedOut('slow'))).toMatchObject([
      { type: 'ExecutionReported' },
      { type: 'TestsFailed', data: { failureClass: 'TIMEOUT_EXECUTION', identical: 0 } },
      {
        type: 'InterventionTriggered',
        data: {
          attempt: 0,
          deadlineAt: later(1_800),
          timedOut: {
            executionId: 'e-0-2',
            timeoutSeconds: 1_800,
            tests: ['slow'],
            modelClass: 'L0',
            patch: artifact('PATCH', '0'),
          },
        },
      },
    ]);
    expect(journey.state.status).toBe('WAITING_INTERVENTION');
  });

  it('[TST-04] is told to a person who intervenes, who runs the tests again', () => {
    const mine = at.intervening();
    mine.does({ type: 'RunInterventionTests', data: { ...why, executionId: 'm', patch: artifact('PATCH') } });
    expect(types(mine.claimAndReport('m', testTimedOut()))).toEqual(['ExecutionReported', 'TestsFailed']);
    expect(mine.state.status).toBe('USER_INTERVENING');
  });

  it('[TST-04] is asked for once more only, also where no report came before', () => {
    const journey = testing();
    journey.does(ask.timeOut('e-0', 'e-retry'));
    expect(types(journey.claimAndReport('e-retry', testTimedOut()))).toEqual([
      'ExecutionReported',
      'TestsFailed',
      'InterventionTriggered',
    ]);
  });

  it('[TST-04] [EXE-01] asks the person too when no report comes, twice', () => {
    const journey = testing();
    journey.does(ask.timeOut('e-0', 'e-retry'));
    expect(journey.does(ask.timeOut('e-retry', 'e-x'))).toMatchObject([
      { type: 'ExecutionTimedOut', data: { retrying: false } },
      { type: 'InterventionTriggered', data: { timedOut: { executionId: 'e-retry', tests: [] } } },
    ]);
  });

  it('[TST-04] [JOB-01] does not count towards the third identical failure', () => {
    const journey = at.refactoring('PRO').failing('r', 'x', 'x');
    journey.does(ask.attempt());
    journey.does(ask.patch(3));
    journey.claimAndReport('e-3', testTimedOut());
    expect(journey.claimAndReport('e-3-2', testTimedOut()).at(-1)).toHaveProperty('data.timedOut');
    journey.does(decide('continue'));
    journey.failing('x');
    expect(journey.state).toMatchObject({ status: 'REFACTORING', counters: { identical: 1 } });
  });
});

describe('the choice after a run without time', () => {
  it('[TST-04] increase_timeout runs the same patch again with twice the time', () => {
    const journey = asking();
    expect(journey.does(decide('increase_timeout'))).toMatchObject([
      {
        type: 'TestsRepeated',
        data: { by: 'ada', choice: 'increase_timeout', attempt: 0, timeoutSeconds: 3_600, quarantined: [] },
      },
      {
        type: 'ExecutionRequested',
        data: {
          executionId: 'e-more',
          retryOf: 'e-0-2',
          kind: 'TEST',
          timeoutSeconds: 3_600,
          artifacts: expect.arrayContaining([artifact('PATCH', '0')]),
          lockedHashes: locked,
        },
      },
    ]);
    expect(journey.state).toMatchObject({ status: 'REFACTORING', attempt: { number: 0, modelClass: 'L0' } });
    expect(types(journey.claimAndReport('e-more', outcomes.testPassed))).toContain('TestsPassed');
  });

  it('[TST-04] asks again when more time was not enough, and never gives more than an hour', () => {
    const journey = asking();
    journey.does(decide('increase_timeout'));
    expect(types(journey.claimAndReport('e-more', testTimedOut()))).toContain('InterventionTriggered');
    const again = journey.does(timeoutChoice('increase_timeout', 'e-most'));
    expect(again.at(-1)).toMatchObject({ data: { executionId: 'e-most', timeoutSeconds: 3_600 } });
  });

  it('[TST-04] quarantine sets the tests aside that ran out of time, in this run and in later ones', () => {
    const journey = asking('slow');
    expect(journey.does(decide('quarantine'))).toMatchObject([
      { type: 'TestsRepeated', data: { choice: 'quarantine', timeoutSeconds: 1_800, quarantined: ['slow'] } },
      { type: 'ExecutionRequested', data: { timeoutSeconds: 1_800, quarantined: ['slow'] } },
    ]);
    journey.claimAndReport('e-more', testFailed('wrong'));
    journey.does(ask.attempt());
    expect(journey.does(ask.patch(1)).at(-1)).toMatchObject({ data: { quarantined: ['slow'] } });
    const skipping = { total: 3, passed: 2, failed: 0, timedOut: 0, skipped: 1 };
    expect(types(journey.claimAndReport('e-1', { ...outcomes.testPassed, counts: skipping }))).toContain(
      'TestsPassed',
    );
  });

  it('[TST-02] [TST-04] takes no more skipped tests than were set aside', () => {
    const journey = asking('slow');
    journey.does(decide('quarantine'));
    const two = { total: 3, passed: 1, failed: 0, timedOut: 0, skipped: 2 };
    expect(journey.claimAndReport('e-more', { ...outcomes.testPassed, counts: two })[0]).toMatchObject({
      data: { code: 'TESTS_WEAKENED' },
    });
    const plain = testing();
    const one = { total: 3, passed: 2, failed: 0, timedOut: 0, skipped: 1 };
    expect(plain.does(ask.report('e-0', { ...outcomes.testPassed, counts: one }))[0]).toMatchObject({
      data: { code: 'TESTS_WEAKENED' },
    });
  });

  it('[TST-04] refuses to set aside what cannot be named', () => {
    given(asking()).when(decide('quarantine')).thenRejected('NOTHING_TO_QUARANTINE');
  });

  it('[TST-04] continue hands the repair back', () => {
    given(asking()).when(decide('continue')).then({ type: 'RepairContinued', data: why });
  });

  it('[TST-04] is offered after a time-out only', () => {
    for (const choice of ['increase_timeout', 'quarantine', 'continue'] as const) {
      given(at.waitingIntervention()).when(decide(choice)).thenRejected('NO_TIMEOUT');
      given(at.baselineFailed()).when(decide(choice)).thenRejected('NO_TIMEOUT');
    }
  });
});

describe('a baseline that ran out of time', () => {
  const timedOut: ExecutionOutcome = {
    ...outcomes.baselineFailed,
    failureClass: 'TIMEOUT_EXECUTION',
  };
  const failed = (): at.Journey => {
    const journey = at.baseline();
    journey.claimAndReport('e-baseline', timedOut);
    return journey;
  };

  it('[TST-04] says so, and is recorded again with twice the time', () => {
    const journey = failed();
    expect(journey.events.at(-1)).toMatchObject({
      type: 'BaselineFailed',
      data: { timedOut: { executionId: 'e-baseline', timeoutSeconds: 900, tests: [] } },
    });
    expect(journey.does(decide('increase_timeout'))).toMatchObject([
      { type: 'BaselineRepeated', data: { by: 'ada', timeoutSeconds: 1_800 } },
      {
        type: 'ExecutionRequested',
        data: {
          executionId: 'e-more',
          kind: 'BASELINE',
          retryOf: 'e-baseline',
          timeoutSeconds: 1_800,
          artifacts: [artifact('CONTEXT'), artifact('TEST_PLAN')],
        },
      },
    ]);
    expect(journey.state.status).toBe('BASELINE_VALIDATION');
    journey.claimAndReport('e-more', { ...outcomes.baselinePassed, coverage });
    expect(journey.state.status).toBe('REFACTORING');
  });

  it('[TST-04] offers the same where no report came, twice', () => {
    const journey = at.baseline();
    journey.does(ask.timeOut('e-baseline', 'e-retry'));
    journey.does(ask.timeOut('e-retry', 'e-x'));
    expect(types(journey.does(decide('increase_timeout')))).toContain('BaselineRepeated');
  });

  it('[TST-04] continue goes on without it, as an override that says why', () => {
    expect(failed().does(decide('continue'))).toMatchObject([
      { type: 'BaselineOverridden', data: { by: 'ada', quarantined: [], mocks: [] } },
    ]);
    given(failed()).when(decide('quarantine')).thenRejected('NOTHING_TO_QUARANTINE');
  });
});
