import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import type { JobCommand } from './commands.ts';
import { ask } from './testing/ask.ts';
import { givenWith, rejection, types, why } from './testing/given.ts';
import * as at from './testing/journey.ts';
import { AT, base, call, JOB, later, OWNER } from './testing/samples.ts';
import { inGrace, outOfBudget } from './testing/table/row.ts';

const given = givenWith(deepStrictEqual);

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
    journey.does(ask.failedCall({ attempt: 1 }));
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

  it('[BIL-05] [LLM-04] goes on where a gateway gave no answer, and has the call in its story', () => {
    const journey = at.analysing();
    expect(journey.does(ask.failedCall({ stage: 'ANALYSE', gateway: 'g' }))).toMatchObject([
      { type: 'ModelCalled', data: { call: { gateway: 'g', outcome: 'INFRA_FAILURE' } } },
    ]);
    journey.does(ask.proposals());
    given(at.pending()).when(ask.failedCall()).thenRejected('JOB_STATE_CONFLICT');
  });

  it('[BIL-05] [LLM-03] has a call in its story that was under way when it ended, whether its end stopped it or it failed by itself', () => {
    const journey = at.refactoring();
    journey.does({ type: 'CancelJob', data: why });
    for (const ended of [journey, at.delivered()])
      for (const outcome of ['STOPPED', 'HALTED', 'INFRA_FAILURE'] as const)
        expect(ended.does(ask.failedCall({ outcome, inputTokens: 7 }))).toMatchObject([
          { type: 'ModelCalled', data: { ownerId: OWNER, call: { outcome, inputTokens: 7 } } },
        ]);
    given(at.pending())
      .when(ask.failedCall({ outcome: 'STOPPED' }))
      .thenRejected('JOB_STATE_CONFLICT');
    expect(journey.state).toMatchObject({ status: 'FAILED', failureClass: 'USER_CANCELLED' });
  });

  it('[BIL-06] [BIL-08] knows after an answer what failed on our side while it was waited for', () => {
    for (const [answer, before] of [
      ['ConfirmEscalation', at.analysing()],
      ['ConfirmEscalation', at.refactoring()],
      ['DeclineEscalation', at.refactoring()],
    ] as const) {
      const journey = outOfBudget(before);
      journey.does(ask.failedCall());
      journey.does({ type: answer, data: why });
      journey.does(missed);
      expect(journey.does(expire())).toMatchObject([{ data: { failureClass: 'INFRA_FAILURE' } }]);
    }
  });

  it('[JOB-05] [JOB-09] is there when it answers, and what was late has its whole time again', () => {
    const before = at.analysing();
    const late = ask.timeOutStage('ANALYSE');
    expect(types(before.does(late))).toEqual(['StageTimedOut']);
    const journey = outOfBudget(inGrace(before));
    journey.does({ type: 'ConfirmEscalation', data: why });
    given(journey).when(expire()).thenRejected('NOT_IN_GRACE');
    expect(types(journey.does(late))).toEqual(['StageTimedOut']);
  });

  it('[LLM-09] records the call that failed for our reasons', () => {
    const journey = at.analysing();
    const reported = journey.does({
      type: 'ReportInfraFailure',
      data: {
        ...base,
        stage: 'ANALYSE',
        reason: 'gateway down',
        call: call({ stage: 'ANALYSE', modelClass: 'L1', outcome: 'INFRA_FAILURE' }),
      },
    });
    expect(types(reported)).toEqual(['ModelCalled', 'InfraFailed']);
  });
});
