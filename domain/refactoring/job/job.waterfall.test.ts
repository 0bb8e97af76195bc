import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import type { JobCommand } from './commands.ts';
import { ask } from './testing/ask.ts';
import { attempts, givenWith, types, why } from './testing/given.ts';
import * as at from './testing/journey.ts';
import { base, JOB, later, outcomes, testFailed } from './testing/samples.ts';

const given = givenWith(deepStrictEqual);

describe('the waterfall', () => {
  it('[JOB-08] runs the recipe before attempt 1 and does not count it', () => {
    const journey = at.refactoring('FREE').failing('r', 'a', 'b', 'c');
    expect(attempts(journey)).toEqual([
      { attempt: 0, modelClass: 'L0' },
      { attempt: 1, modelClass: 'L1' },
      { attempt: 2, modelClass: 'L1' },
      { attempt: 3, modelClass: 'L1' },
    ]);
    expect(journey.events.at(-1)).toEqual({
      type: 'AttemptsExhausted',
      data: { ...base, attempts: 3, reason: 'NO_ENTITLED_PHASE' },
    });
  });

  it('[JOB-08] goes straight to attempt 1 where no recipe covers the goal', () => {
    const journey = new at.Journey();
    journey.does(ask.request({ goal: 'PYTHON_2_TO_3' }));
    for (const command of [ask.attach(), ask.start('FREE'), ask.proposals(), ask.select(), ask.draft()])
      journey.does(command);
    journey.does(ask.approve());
    journey.does(ask.plan());
    journey.claimAndReport('e-baseline', outcomes.baselinePassed);
    journey.does(ask.attempt());
    expect(attempts(journey)).toEqual([{ attempt: 1, modelClass: 'L1' }]);
  });

  it('[JOB-07] takes L1 three times, then L2, and never more than 10', () => {
    const journey = at.refactoring('PLUS').failing('r', ...'abcdefghij');
    expect(attempts(journey).map(({ modelClass }) => modelClass)).toEqual([
      'L0',
      ...['L1', 'L1', 'L1'],
      ...['L2', 'L2', 'L2', 'L2', 'L2', 'L2', 'L2'],
    ]);
    expect(journey.events.at(-1)).toEqual({
      type: 'AttemptsExhausted',
      data: { ...base, attempts: 10, reason: 'LIMIT' },
    });
    expect(journey.state.status).toBe('RECOVERY_PENDING');
  });

  it('[JOB-07] [INT-02] asks before L3 and goes on with it once confirmed', () => {
    const journey = at.waitingEscalation();
    expect(journey.events.at(-1)).toEqual({
      type: 'EscalationRequested',
      data: { ...base, reason: 'PHASE', toClass: 'L3', deadlineAt: later(3_600) },
    });
    journey.does({ type: 'ConfirmEscalation', data: why });
    journey.failing(...'ghij');
    expect(attempts(journey).slice(7)).toEqual(
      [7, 8, 9, 10].map((attempt) => ({ attempt, modelClass: 'L3' })),
    );
    expect(journey.state.status).toBe('RECOVERY_PENDING');
  });

  it('[JOB-07] does not ask where L3 was allowed at the start', () => {
    const journey = at.refactoring('MAX', { preAuthorised: ['L3'] }).failing('r', ...'abcdefg');
    expect(attempts(journey).at(-1)).toEqual({ attempt: 7, modelClass: 'L3' });
    expect(types(journey.events)).not.toContain('EscalationRequested');
  });

  it('[JOB-07] waits for an answer until the deadline, not shorter', () => {
    given(at.waitingEscalation())
      .when({ type: 'TimeOutEscalation', data: { jobId: JOB, at: later(3_599) } })
      .thenRejected('DEADLINE_NOT_REACHED');
    given(at.waitingIntervention())
      .when({ type: 'TimeOutIntervention', data: { jobId: JOB, at: later(1_799) } })
      .thenRejected('DEADLINE_NOT_REACHED');
  });

  it('[JOB-01] triggers at the third identical failure: not the second, not the fourth', () => {
    expect(at.refactoring('PRO').failing('r', 'x', 'x').state.status).toBe('REFACTORING');
    const journey = at.refactoring('PRO').failing('r', 'x', 'x', 'x');
    expect(journey.state.status).toBe('WAITING_INTERVENTION');
    journey.does({ type: 'ContinueRepair', data: why });
    journey.failing('x');
    expect(journey.state.status).toBe('REFACTORING');
    expect(types(journey.events).filter((type) => type === 'InterventionTriggered')).toHaveLength(1);
  });

  it('[JOB-01] counts only failures in a row, and not the recipe', () => {
    expect(at.refactoring('PRO').failing('r', 'x', 'x', 'y', 'x').state.status).toBe('REFACTORING');
    expect(at.refactoring('PRO').failing('x', 'x', 'x').state.status).toBe('REFACTORING');
    const interrupted = at.refactoring('PRO').failing('r', 'x', 'x');
    interrupted.attempt(outcomes.rejected);
    interrupted.failing('x');
    expect(interrupted.state.status).toBe('REFACTORING');
  });

  it('[JOB-07] asks the person about a repeated failure before anything escalates or ends', () => {
    expect(at.refactoring('FREE').failing('r', 'x', 'x', 'x').state.status).toBe('WAITING_INTERVENTION');
    const last = at.refactoring('MAX').failing('r', 'a', 'b', 'c', 'x', 'x', 'x');
    expect(last.state.status).toBe('WAITING_INTERVENTION');
    last.does({ type: 'ContinueRepair', data: why });
    expect(types(last.does(ask.attempt()))).toEqual(['EscalationRequested']);
  });

  it('[JOB-01] starts the counters anew after a reopened specification, and numbers go on', () => {
    const journey = at.fallback('FREE');
    journey.does({ type: 'ReopenSpec', data: { ...base, reason: 'wrong', nextRevisionToken: 't2' } });
    journey.does(ask.approve('t2'));
    journey.does(ask.plan('e-second'));
    journey.claimAndReport('e-second', outcomes.baselinePassed);
    journey.failing('r', 'c', 'c');
    expect(attempts(journey).slice(4)).toEqual([
      { attempt: 4, modelClass: 'L0' },
      { attempt: 5, modelClass: 'L1' },
      { attempt: 6, modelClass: 'L1' },
    ]);
    expect(journey.state.status).toBe('REFACTORING');
  });

  it('[JOB-01] starts the counters anew after a deep fix', () => {
    const journey = at.deepFix();
    journey.does(ask.patch(4));
    journey.claimAndReport('e-4', testFailed('same'));
    expect(journey.state.status).toBe('REFACTORING');
    journey.failing('same');
    expect(attempts(journey).at(-1)).toEqual({ attempt: 5, modelClass: 'L1' });
    expect(journey.state.status).toBe('REFACTORING');
    journey.failing('same');
    expect(journey.state.status).toBe('WAITING_INTERVENTION');
  });

  it('[JOB-07] starts a retry with a stronger class at the phase of that class', () => {
    const journey = at.fallback('MAX');
    journey.does({ type: 'RetryStronger', data: { ...why, modelClass: 'L3' } });
    journey.failing(...'wxyz');
    expect(
      attempts(journey)
        .slice(7)
        .map(({ modelClass }) => modelClass),
    ).toEqual(['L3', 'L3', 'L3', 'L3']);
    expect(journey.state.status).toBe('RECOVERY_PENDING');
  });

  it('[INT-02] says whether the person or the deadline declined', () => {
    const at3600 = later(3_600);
    given(at.waitingEscalation())
      .when({ type: 'TimeOutEscalation', data: { jobId: JOB, at: at3600 } })
      .then({
        type: 'EscalationDeclined',
        data: { jobId: JOB, at: at3600, by: 'deadline', timedOut: true },
      });
    given(at.waitingEscalation())
      .when({ type: 'DeclineEscalation', data: why })
      .then({ type: 'EscalationDeclined', data: { ...why, timedOut: false } });
  });

  it('[INT-01] [INT-02] refuses classes that the plan does not hold', () => {
    const fix = (modelClass: 'L1' | 'L2' | 'L3'): JobCommand => ({
      type: 'ConfirmDeepFix',
      data: { ...why, modelClass },
    });
    given(at.waitingIntervention('FREE')).when(fix('L2')).thenRejected('ENTITLEMENT_DENIED');
    given(at.waitingIntervention('PRO')).when(fix('L3')).thenRejected('ENTITLEMENT_DENIED');
    given(at.waitingIntervention('PRO')).when(fix('L1')).thenRejected('ENTITLEMENT_DENIED');
    given(at.fallback('FREE'))
      .when({ type: 'RetryStronger', data: { ...why, modelClass: 'L2' } })
      .thenRejected('ENTITLEMENT_DENIED');
  });
});

describe('answers to an attempt', () => {
  it('[JOB-08] leaves the work to the models when the recipe refuses', () => {
    const journey = at.refactoring();
    journey.does(ask.attempt());
    expect(types(journey.does(ask.patchFailure(0, 'REFUSED')))).toEqual(['ModelCalled', 'PatchRejected']);
    journey.does(ask.attempt());
    expect(attempts(journey).at(-1)).toEqual({ attempt: 1, modelClass: 'L1' });
  });

  it('[JOB-07] ends the attempts when a model class refuses', () => {
    const journey = at.refactoring().failing('r');
    journey.does(ask.attempt());
    expect(journey.does(ask.patchFailure(1, 'REFUSED')).at(-1)).toEqual({
      type: 'AttemptsExhausted',
      data: { ...base, attempts: 1, reason: 'REFUSED' },
    });
  });

  it('[JOB-07] counts an unusable answer as an attempt', () => {
    const journey = at.refactoring().failing('r', 'a', 'b');
    journey.does(ask.attempt());
    expect(types(journey.does(ask.patchFailure(3, 'SCHEMA_VIOLATION')))).toEqual([
      'ModelCalled',
      'PatchRejected',
      'AttemptsExhausted',
    ]);
  });

  it('[JOB-01] fails for our reasons when a deep fix yields no patch', () => {
    const journey = at.deepFix();
    expect(types(journey.does(ask.patchFailure(4, 'SCHEMA_VIOLATION')))).toEqual([
      'ModelCalled',
      'PatchRejected',
      'InfraFailed',
    ]);
  });

  it('[JOB-01] takes one answer to the open attempt only', () => {
    const journey = at.refactoring();
    given(journey).when(ask.patch(0)).thenRejected('ATTEMPT_NOT_OPEN');
    journey.does(ask.attempt());
    given(journey).when(ask.attempt()).thenRejected('ATTEMPT_OPEN');
    given(journey).when(ask.patch(1)).thenRejected('ATTEMPT_NOT_OPEN');
    journey.does(ask.patch(0));
    given(journey).when(ask.patch(0)).thenRejected('ATTEMPT_NOT_OPEN');
    given(journey).when(ask.patchFailure(0, 'REFUSED')).thenRejected('ATTEMPT_NOT_OPEN');
  });
});
