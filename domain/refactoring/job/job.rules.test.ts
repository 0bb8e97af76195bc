import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { isRejection } from '../../kernel/rejection.ts';
import { specificationFor } from '../../kernel/specification.ts';
import type { JobCommand } from './commands.ts';
import type { AttemptStarted, JobEvent } from './events.ts';
import { job } from './job.ts';
import * as at from './testing/journey.ts';
import {
  AT,
  artifact,
  ask,
  base,
  clean,
  JOB,
  later,
  locked,
  manifest,
  outcomes,
  testFailed,
} from './testing/samples.ts';

const given = (journey: at.Journey) => specificationFor(job, deepStrictEqual)(...journey.events);
const why = { ...base, by: 'ada' };
const types = (events: readonly JobEvent[]): readonly string[] => events.map(({ type }) => type);

const rejection = (journey: at.Journey, command: JobCommand): unknown => {
  try {
    journey.does(command);
    return null;
  } catch (error) {
    if (isRejection(error)) return { code: error.code, ...error.data };
    throw error;
  }
};

const attempts = (journey: at.Journey): readonly Pick<AttemptStarted['data'], 'attempt' | 'modelClass'>[] =>
  journey.events
    .filter((event) => event.type === 'AttemptStarted')
    .map(({ data: { attempt, modelClass } }) => ({ attempt, modelClass }));

describe('starting', () => {
  it('[JOB-02] refuses a second request and a start without files', () => {
    given(at.pending()).when(ask.request()).thenRejected('JOB_EXISTS');
    const journey = new at.Journey();
    journey.does(ask.request());
    given(journey).when(ask.start('FREE')).thenRejected('CONTEXT_REQUIRED');
  });

  it('[JOB-02] takes the same files a second time without another event, and other files with one', () => {
    given(at.pending()).when(ask.attach()).thenNothing();
    const other = { ...artifact('CONTEXT'), artifactId: 'other-files' };
    const data = { ...base, context: other, files: 2, bytes: 20, baseManifest: manifest };
    given(at.pending()).when({ type: 'AttachContext', data }).then({ type: 'ContextAttached', data });
  });

  it('[JOB-01] refuses to start without consent', () => {
    given(at.pending())
      .when(ask.start('FREE', { consentAt: null }))
      .thenRejected('CONSENT_REQUIRED');
  });

  it('[JOB-04] refuses to start over uncommitted changes without a choice, and names them', () => {
    const dirty = { ...clean, dirtyPaths: ['index.js'] };
    given(at.pending())
      .when(ask.start('FREE', { preflight: null }))
      .thenRejected('PREFLIGHT_REQUIRED');
    given(at.pending())
      .when(ask.start('FREE', { preflight: dirty }))
      .thenRejected('DIRTY_WORKSPACE_CHOICE_REQUIRED', {
        dirtyPaths: ['index.js'],
        choices: ['SAFE_MODE', 'CANCEL'],
      });
    expect(at.analysing('FREE', { preflight: { ...dirty, choice: 'SAFE_MODE' } }).state.status).toBe(
      'ANALYZING',
    );
  });

  it('[SPC-03] [BIL-02] refuses what the plan does not hold', () => {
    given(at.pending())
      .when(ask.start('FREE', { fastTrack: true }))
      .thenRejected('ENTITLEMENT_DENIED', { tier: 'FREE', feature: 'fastTrack' });
    given(at.pending())
      .when(ask.start('PRO', { preAuthorised: ['L3'] }))
      .thenRejected('ENTITLEMENT_DENIED', { tier: 'PRO', modelClasses: ['L3'] });
  });

  it('[SPC-04] reports the scope for ENTERPRISE only', () => {
    given(at.analysing('MAX')).when(ask.scope()).thenRejected('ENTITLEMENT_DENIED');
  });
});

describe('the specification', () => {
  it('[SPC-01] takes one of the proposals, once', () => {
    const journey = at.waitingStrategy();
    given(journey)
      .when({ type: 'SelectProposal', data: { ...base, proposalId: 'nope' } })
      .thenRejected('PROPOSAL_NOT_FOUND');
    given(journey).when(ask.draft()).thenRejected('PROPOSAL_NOT_SELECTED');
    journey.does(ask.select());
    given(journey).when(ask.select()).thenNothing();
    given(journey).when(ask.select('COMPREHENSIVE')).thenRejected('PROPOSAL_ALREADY_SELECTED');
  });

  it('[SPC-02] refuses a stale revision token and tells the current one', () => {
    const journey = at.waitingApproval();
    journey.does(ask.revise('t1', 't2', 's2'));
    const current = { revision: 2, revisionToken: 't2', specHash: 's2' };
    given(journey).when(ask.revise('t1', 't3')).thenRejected('SPEC_REVISION_CONFLICT', { current });
    given(journey).when(ask.approve('t1', 's2')).thenRejected('SPEC_REVISION_CONFLICT', { current });
  });

  it('[SPC-02] binds the approval to the text that was shown', () => {
    const journey = at.waitingApproval();
    given(journey).when(ask.approve('t1', 'other')).thenRejected('SPEC_HASH_MISMATCH');
    given(journey)
      .when(ask.approve())
      .then({ type: 'SpecApproved', data: { ...base, revision: 1, specHash: 's1', implicit: false } });
  });

  it('[SPC-03] records the implicit approval of the fast track', () => {
    const journey = at.waitingStrategy('PRO', { fastTrack: true });
    journey.does(ask.select());
    expect(journey.does(ask.draft()).at(-1)).toEqual({
      type: 'SpecApproved',
      data: { ...base, revision: 1, specHash: 's1', implicit: true },
    });
  });

  it('[SPC-02] invalidates the old token when it reopens', () => {
    const journey = at.baselineFailed();
    journey.does({ type: 'ReopenSpec', data: { ...base, reason: 'wrong', nextRevisionToken: 't2' } });
    given(journey).when(ask.approve('t1')).thenRejected('SPEC_REVISION_CONFLICT');
    expect(types(journey.does(ask.approve('t2')))).toEqual(['SpecApproved']);
  });

  it('[SPC-02] drops the work in flight when it changes during execution', () => {
    const journey = at.refactoring();
    journey.does(ask.attempt());
    journey.does(ask.patch(0));
    journey.does(ask.claim('e-0'));
    journey.does(ask.revise('t1', 't2'));
    expect(rejection(journey, ask.report('e-0', outcomes.testPassed))).toMatchObject({
      code: 'JOB_STATE_CONFLICT',
    });
    journey.does(ask.approve('t2', 's2'));
    journey.does(ask.plan('e-again'));
    given(journey).when(ask.report('e-0', outcomes.testPassed)).thenRejected('EXECUTION_NOT_OPEN');
  });
});

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

describe('the client', () => {
  const missed: JobCommand = { type: 'ReportHeartbeatMissed', data: { ...base, lastSeenAt: AT } };
  const resumed: JobCommand = { type: 'ReportHeartbeatResumed', data: { ...base, lastSeenAt: AT } };
  const expire = (graceDeadlineAt = later(300), when = later(300)): JobCommand => ({
    type: 'ExpireGrace',
    data: { jobId: JOB, at: when, graceDeadlineAt },
  });

  it('[JOB-05] puts the grace deadline on the stream, once', () => {
    const journey = at.refactoring();
    given(journey)
      .when(missed)
      .then({
        type: 'ClientHeartbeatMissed',
        data: { ...base, lastSeenAt: AT, graceDeadlineAt: later(300) },
      });
    journey.does(missed);
    given(journey).when(missed).thenNothing();
  });

  it('[JOB-05] resumes without loss within grace, and an old deadline means nothing then', () => {
    const journey = at.refactoring();
    given(journey).when(resumed).thenRejected('NOT_IN_GRACE');
    journey.does(missed);
    given(journey)
      .when(expire(later(300), later(299)))
      .thenRejected('DEADLINE_NOT_REACHED');
    journey.does(resumed);
    given(journey).when(expire()).thenRejected('NOT_IN_GRACE');
    expect(journey.state.status).toBe('REFACTORING');
  });

  it('[JOB-05] parks without a client', () => {
    for (const parked of [at.waitingStrategy, at.waitingApproval, at.waitingIntervention, at.delivered])
      expect(rejection(parked(), missed)).toMatchObject({
        code: expect.stringMatching(/STATE_CONFLICT|ENDED/),
      });
    const journey = at.analysing();
    journey.does(missed);
    journey.does(ask.proposals());
    expect(rejection(journey, expire())).toMatchObject({ code: 'JOB_STATE_CONFLICT' });
    journey.does(ask.select());
    journey.does(ask.draft());
    journey.does(ask.approve());
    given(journey).when(expire()).thenRejected('NOT_IN_GRACE');
  });

  it('[JOB-05] [BIL-06] lets our failure outweigh the lost client', () => {
    const journey = at.refactoring().failing('r');
    journey.does(missed);
    const lost = (of: at.Journey): unknown => of.does(expire()).at(-1)?.data;
    journey.does(ask.attempt());
    const failing = ask.patchFailure(1, 'SCHEMA_VIOLATION');
    if (failing.type !== 'RecordPatchFailure') throw new Error('a patch failure was asked for');
    journey.does({
      ...failing,
      data: { ...failing.data, call: { ...failing.data.call, outcome: 'INFRA_FAILURE' } },
    });
    expect(lost(journey)).toMatchObject({ failureClass: 'INFRA_FAILURE' });
    const alone = at.refactoring();
    alone.does(missed);
    expect(lost(alone)).toMatchObject({ failureClass: 'CLIENT_DISCONNECTED' });
  });

  it('[JOB-02] is cut off at once on demand, in grace only', () => {
    const journey = at.refactoring();
    given(journey).when({ type: 'ForceTerminate', data: why }).thenRejected('NOT_IN_GRACE');
    journey.does(missed);
    given(journey)
      .when({ type: 'ForceTerminate', data: why })
      .then({ type: 'JobCancelled', data: { ...why, forced: true, failureClass: 'USER_CANCELLED' } });
  });

  it('[LLM-09] records the call that failed for our reasons', () => {
    const journey = at.analysing();
    const reported = journey.does({
      type: 'ReportInfraFailure',
      data: {
        ...base,
        stage: 'ANALYSE',
        reason: 'gateway down',
        call: {
          stage: 'ANALYSE',
          modelClass: 'L1',
          gateway: 'g',
          model: 'm',
          attempt: 0,
          ordinal: 0,
          inputTokens: 0,
          cachedTokens: 0,
          outputTokens: 0,
          latencyMs: 1,
          outcome: 'INFRA_FAILURE',
        },
      },
    });
    expect(types(reported)).toEqual(['ModelCalled', 'InfraFailed']);
  });
});

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
      { type: 'ExecutionRequested', data: { kind: 'APPLY', selection, artifacts: [artifact('DELIVERY')] } },
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

  it('[DEL-04] stays applied when the revert is blocked', () => {
    const journey = at.applied();
    journey.does(revert);
    journey.claimAndReport('e-revert', outcomes.blocked);
    journey.does({ type: 'RevertDelivery', data: { ...why, executionId: 'e-r2' } });
    expect(types(journey.claimAndReport('e-r2', outcomes.reverted))).toContain('DeliveryReverted');
    expect(types(journey.does(accept))).toEqual(['DeliveryAccepted']);
  });
});
