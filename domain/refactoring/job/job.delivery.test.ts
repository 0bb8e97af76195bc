import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import type { JobCommand } from './commands.ts';
import { ask } from './testing/ask.ts';
import { givenWith, types, why } from './testing/given.ts';
import * as at from './testing/journey.ts';
import { artifact, base, outcomes } from './testing/samples.ts';

const given = givenWith(deepStrictEqual);

describe('the delivery', () => {
  const accept: JobCommand = { type: 'AcceptDelivery', data: { ...why, selection: 'ALL', unknown: [] } };
  const apply: JobCommand = { type: 'ApplyDelivery', data: { ...why, executionId: 'e-apply' } };
  const revert: JobCommand = { type: 'RevertDelivery', data: { ...why, executionId: 'e-revert' } };

  it('[DEL-02] is accepted before it is applied, applied before it is reverted', () => {
    const journey = at.delivered();
    given(journey)
      .when(apply)
      .thenRejected('DELIVERY_STATE_CONFLICT', { phase: 'OFFERED', allowed: ['ACCEPTED'] });
    given(journey).when(revert).thenRejected('DELIVERY_STATE_CONFLICT');
    given(at.applied()).when(accept).thenRejected('DELIVERY_STATE_CONFLICT');
  });

  it('[DEL-02] applies what was accepted', () => {
    const journey = at.delivered();
    const selection = { files: ['index.ts'], hunks: ['h1'] };
    journey.does({ type: 'AcceptDelivery', data: { ...why, selection, unknown: [] } });
    expect(journey.does(apply)).toMatchObject([
      {
        type: 'ExecutionRequested',
        data: { kind: 'APPLY', selection, artifacts: expect.arrayContaining([artifact('DELIVERY')]) },
      },
    ]);
    given(journey).when(accept).thenRejected('EXECUTION_OPEN');
  });

  it('[DEL-02] stays accepted when the base has changed, and can be applied again', () => {
    const journey = at.delivered();
    journey.does(accept);
    journey.does(apply);
    expect(journey.claimAndReport('e-apply', outcomes.baseConflict)).toEqual([
      {
        type: 'ExecutionReported',
        data: { ...base, executionId: 'e-apply', kind: 'APPLY', outcome: 'FAILED', code: 'BASE_CONFLICT' },
      },
    ]);
    journey.does({ type: 'ApplyDelivery', data: { ...why, executionId: 'e-again' } });
    expect(types(journey.claimAndReport('e-again', outcomes.applied))).toContain('DeliveryApplied');
  });

  it.each(['BLACK_BOX', 'ASSERTION'] as const)(
    '[TST-01] is taken from tests of mode %s only by who names how much none of them reached',
    (mode) => {
      const journey = at.generatingTests();
      const plan = ask.plan();
      if (plan.type !== 'RecordTestPlan') throw new Error('a plan is expected');
      journey.does({ ...plan, data: { ...plan.data, mode } });
      const ratio = (covered: number, total: number) => ({ covered, total });
      const coverage = { branches: ratio(7, 10), functions: ratio(4, 5), lines: ratio(9, 9) };
      journey.claimAndReport('e-baseline', { ...outcomes.baselinePassed, coverage });
      journey.attempt(outcomes.testPassed);
      const naming = (acknowledgedUncovered: number): JobCommand => ({
        type: 'AcceptDelivery',
        data: { ...why, selection: 'ALL', unknown: [], acknowledgedUncovered },
      });
      given(journey).when(accept).thenRejected('UNCOVERED_NOT_ACKNOWLEDGED', { uncovered: 4 });
      given(journey).when(naming(3)).thenRejected('UNCOVERED_NOT_ACKNOWLEDGED', { uncovered: 4 });
      expect(journey.does(naming(4))).toEqual([
        { type: 'DeliveryAccepted', data: { ...why, selection: 'ALL', acknowledgedUncovered: 4 } },
      ]);
      // Of recorded exports nothing has to be acknowledged, and so nothing is written as if it had been.
      expect(at.delivered().does(naming(4))).toEqual([
        { type: 'DeliveryAccepted', data: { ...why, selection: 'ALL' } },
      ]);
    },
  );

  it('[DEL-04] stays applied when the revert is blocked', () => {
    const journey = at.applied();
    journey.does(revert);
    journey.claimAndReport('e-revert', outcomes.blocked);
    journey.does({ type: 'RevertDelivery', data: { ...why, executionId: 'e-r2' } });
    expect(types(journey.claimAndReport('e-r2', outcomes.reverted))).toContain('DeliveryReverted');
    expect(types(journey.does(accept))).toEqual(['DeliveryAccepted']);
  });
});
