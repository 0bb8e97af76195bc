import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import type { JobCommand } from './commands.ts';
import { ask } from './testing/ask.ts';
import { givenWith, types, why } from './testing/given.ts';
import * as at from './testing/journey.ts';
import { artifact, later, locked, outcomes, testFailed } from './testing/samples.ts';

const given = givenWith(deepStrictEqual);

describe('executions', () => {
  const testing = (): at.Journey => {
    const journey = at.refactoring();
    journey.does(ask.attempt());
    journey.does(ask.patch(0));
    return journey;
  };

  it('[EXE-01] is claimed by one claimant until its lease ends', () => {
    const journey = testing();
    journey.does(ask.claim('e-0', 'cli-1'));
    given(journey)
      .when(ask.claim('e-0', 'cli-2', later(59)))
      .thenRejected('EXECUTION_ALREADY_CLAIMED', { executionId: 'e-0', leaseExpiresAt: later(60) });
    expect(types(journey.does(ask.claim('e-0', 'cli-1', later(30))))).toEqual(['ExecutionClaimed']);
    expect(types(journey.does(ask.claim('e-0', 'cli-2', later(90))))).toEqual(['ExecutionClaimed']);
  });

  it('[EXE-01] refuses a report that nobody claimed, of another execution or of another kind', () => {
    const journey = testing();
    given(journey).when(ask.report('e-0', outcomes.testPassed)).thenRejected('EXECUTION_NOT_CLAIMED');
    given(journey).when(ask.claim('other')).thenRejected('EXECUTION_NOT_OPEN');
    journey.does(ask.claim('e-0'));
    given(journey).when(ask.report('other', outcomes.testPassed)).thenRejected('EXECUTION_NOT_OPEN');
    given(journey)
      .when(ask.report('e-0', outcomes.baselinePassed))
      .thenRejected('EXECUTION_KIND_MISMATCH', { executionId: 'e-0', kind: 'TEST' });
  });

  it('[EXE-01] takes a repeated report without a further event, also after the job has ended', () => {
    const journey = testing();
    journey.claimAndReport('e-0', outcomes.testPassed);
    given(journey).when(ask.report('e-0', outcomes.testPassed)).thenNothing();
    const ended = at.refactoring();
    ended.does({ type: 'CancelJob', data: why });
    given(ended).when(ask.report('e-baseline', outcomes.baselinePassed)).thenNothing();
  });

  it('[EXE-01] [TST-04] asks once more when no report comes, then says so', () => {
    const journey = at.baseline();
    expect(journey.does(ask.timeOut('e-baseline', 'e-retry'))).toMatchObject([
      { type: 'ExecutionTimedOut', data: { retrying: true } },
      {
        type: 'ExecutionRequested',
        data: { executionId: 'e-retry', retryOf: 'e-baseline', kind: 'BASELINE' },
      },
    ]);
    given(journey).when(ask.timeOut('e-baseline', 'e-x')).thenRejected('EXECUTION_NOT_OPEN');
    expect(types(journey.does(ask.timeOut('e-retry', 'e-x')))).toEqual([
      'ExecutionTimedOut',
      'BaselineFailed',
    ]);
    expect(journey.state.status).toBe('BASELINE_VALIDATION_FAILED');
  });

  it('[TST-04] leaves an intervention and a delivery where they are when nothing is reported', () => {
    const mine = at.intervening();
    mine.does({ type: 'RunInterventionTests', data: { ...why, executionId: 'm', patch: artifact('PATCH') } });
    mine.does(ask.timeOut('m', 'm2'));
    expect(types(mine.does(ask.timeOut('m2', 'm3')))).toEqual(['ExecutionTimedOut']);
    expect(mine.state.status).toBe('USER_INTERVENING');
    const delivered = at.applied();
    delivered.does({ type: 'RevertDelivery', data: { ...why, executionId: 'r' } });
    delivered.does(ask.timeOut('r', 'r2'));
    expect(types(delivered.does(ask.timeOut('r2', 'r3')))).toEqual(['ExecutionTimedOut']);
  });

  it('[INT-01] runs one test of the person at a time', () => {
    const journey = at.intervening();
    const run = (executionId: string): JobCommand => ({
      type: 'RunInterventionTests',
      data: { ...why, executionId, patch: artifact('PATCH') },
    });
    journey.does(run('one'));
    given(journey).when(run('two')).thenRejected('EXECUTION_OPEN', { executionId: 'one' });
  });

  it.each([
    ['changed', { ...locked, '.iama/tests/a.test.mjs': 'other' }],
    ['missing', { '.iama/tests/a.test.mjs': 'h1' }],
    ['added', { ...locked, '.iama/tests/b.test.mjs': 'h9' }],
  ])('[TST-02] rejects a run whose locked tests were %s, passed or failed', (_name, hashes) => {
    for (const outcome of [{ ...outcomes.testPassed, testHashes: hashes }, testFailed('x', hashes)]) {
      const journey = testing();
      const events = journey.claimAndReport('e-0', outcome);
      expect(events).toMatchObject([
        { type: 'ExecutionReported', data: { outcome: 'REJECTED', code: 'TESTS_WEAKENED' } },
        { type: 'PatchRejected', data: { attempt: 0, failureClass: 'TESTS_WEAKENED' } },
      ]);
    }
  });

  it('[TST-02] takes null for a locked file that never existed', () => {
    const journey = testing();
    expect(
      types(
        journey.claimAndReport('e-0', { ...outcomes.testPassed, testHashes: { ...locked, 'c.json': null } }),
      ),
    ).toEqual(['ExecutionReported', 'TestsPassed']);
  });

  it('[TST-02] takes no success in which nothing ran, everything was skipped or the numbers do not add up', () => {
    const none = { total: 0, passed: 0, failed: 0, timedOut: 0, skipped: 0 };
    const journey = testing();
    journey.does(ask.claim('e-0'));
    for (const counts of [none, { ...none, total: 3, skipped: 3 }, { ...none, total: 3, passed: 2 }])
      given(journey)
        .when(ask.report('e-0', { ...outcomes.testPassed, counts }))
        .thenRejected('NOTHING_PROVEN');
  });

  it('[TST-02] fails a baseline that kept no test or locked no file', () => {
    for (const nothing of [{ kept: 0 }, { lockedHashes: {} }, { lockedHashes: { 'a.mjs': null } }]) {
      const journey = at.baseline();
      const events = journey.claimAndReport('e-baseline', { ...outcomes.baselinePassed, ...nothing });
      expect(types(events)).toEqual(['ExecutionReported', 'BaselineFailed']);
      expect(events[0]).toMatchObject({ data: { outcome: 'FAILED', code: 'BASELINE_FAILED' } });
      expect(events[1]).toMatchObject({ data: { reason: expect.stringContaining('NOTHING_PROVEN') } });
    }
  });

  it('[JOB-01] delivers nothing that has type errors or failed tests', () => {
    const journey = testing();
    journey.does(ask.claim('e-0'));
    given(journey)
      .when(ask.report('e-0', { ...outcomes.testPassed, strictErrors: 1 }))
      .thenRejected('STRICT_ERRORS_REMAIN');
    given(journey)
      .when(
        ask.report('e-0', { ...outcomes.testPassed, counts: { ...outcomes.testPassed.counts, failed: 1 } }),
      )
      .thenRejected('STRICT_ERRORS_REMAIN');
  });
});
