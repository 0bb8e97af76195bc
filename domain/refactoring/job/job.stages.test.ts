import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { ask } from './testing/ask.ts';
import { givenWith } from './testing/given.ts';
import * as at from './testing/journey.ts';
import { base, JOB, later, outcomes } from './testing/samples.ts';
import type { Stage } from './values.ts';

const given = givenWith(deepStrictEqual);

const chosen = (): at.Journey => {
  const journey = at.waitingStrategy();
  journey.does(ask.select());
  return journey;
};
const patching = (): at.Journey => {
  const journey = at.refactoring();
  journey.does(ask.attempt());
  return journey;
};

type Row = readonly [stage: Stage, journey: () => at.Journey, attempt: number | null];
const stages: readonly Row[] = [
  ['ANALYSE', at.analysing, null],
  ['SPECIFY', chosen, null],
  ['PLAN_TESTS', at.generatingTests, null],
  ['PATCH', patching, 0],
  ['PATCH', at.deepFix, 4],
  ['RECOVER', at.recovering, null],
];

describe('a stage that takes longer than it may', () => {
  it.each(stages)(
    '[JOB-09] %s is asked for once more, and then fails for our reasons',
    (stage, journey, attempt) => {
      const late = journey();
      const { status } = late.state;
      given(late)
        .when(ask.timeOutStage(stage, attempt))
        .then({ type: 'StageTimedOut', data: { ...base, stage, attempt } });
      late.does(ask.timeOutStage(stage, attempt));
      expect(late.state.status).toBe(status);
      expect(late.does(ask.timeOutStage(stage, attempt))).toMatchObject([
        { type: 'InfraFailed', data: { stage, code: 'STAGE_TIMEOUT', failureClass: 'INFRA_FAILURE' } },
      ]);
    },
  );

  it('[JOB-09] is told with the time that the timer names', () => {
    const due = later(480);
    given(at.analysing())
      .when({ type: 'TimeOutStage', data: { jobId: JOB, at: due, stage: 'ANALYSE', attempt: null } })
      .then({ type: 'StageTimedOut', data: { jobId: JOB, at: due, stage: 'ANALYSE', attempt: null } });
  });

  it('[JOB-09] gives the next stage, and the next attempt, its whole time', () => {
    const journey = at.analysing();
    journey.does(ask.timeOutStage('ANALYSE'));
    journey.does(ask.proposals());
    journey.does(ask.select());
    expect(journey.does(ask.timeOutStage('SPECIFY'))).toMatchObject([{ type: 'StageTimedOut' }]);
    const attempts = patching();
    attempts.does(ask.timeOutStage('PATCH', 0));
    attempts.does(ask.patchFailure(0, 'REFUSED'));
    attempts.does(ask.attempt());
    expect(attempts.does(ask.timeOutStage('PATCH', 1))).toMatchObject([{ type: 'StageTimedOut' }]);
  });

  it('[JOB-09] means nothing when its answer came, or is of another attempt', () => {
    given(at.waitingStrategy()).when(ask.timeOutStage('ANALYSE')).thenRejected('JOB_STATE_CONFLICT');
    given(at.waitingStrategy()).when(ask.timeOutStage('SPECIFY')).thenRejected('STAGE_NOT_RUNNING');
    given(patching()).when(ask.timeOutStage('PATCH', 7)).thenRejected('STAGE_NOT_RUNNING');
    given(at.refactoring()).when(ask.timeOutStage('PATCH', 0)).thenRejected('STAGE_NOT_RUNNING');
    const testing = patching();
    testing.does(ask.patch(0));
    given(testing).when(ask.timeOutStage('PATCH', 0)).thenRejected('STAGE_NOT_RUNNING');
    testing.claimAndReport('e-0', outcomes.testPassed);
    given(testing).when(ask.timeOutStage('PATCH', 0)).thenRejected('JOB_ENDED');
  });
});
