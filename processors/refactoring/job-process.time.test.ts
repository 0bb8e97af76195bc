import { describe, expect, it } from 'vitest';
import { ask } from '../../domain/refactoring/job/testing/ask.ts';
import * as at from '../../domain/refactoring/job/testing/journey.ts';
import { artifact, base, JOB, later, testFailed } from '../../domain/refactoring/job/testing/samples.ts';
import { idFrom } from './ids.ts';
import { JOB_TIMINGS } from './job-process/timings.ts';
import { jobProcess, jobProcessWith } from './job-process.ts';
import {
  assignment,
  atLast,
  beat,
  cancel,
  does,
  heartbeat,
  limit,
  logOf,
  missed,
  newest,
  type Output,
  parking,
  resumed,
  startAttempt,
  why,
} from './testing/process-log.ts';

describe('time', () => {
  it('[JOB-05] moves the heartbeat timer with every heartbeat while the job executes, and only then', () => {
    const log = logOf([...at.refactoring().events, beat]);
    const due = new Date(Date.parse(log.at(-1)?.metadata.recordedAt ?? '') + 38_000).toISOString();
    atLast(at.refactoring(), beat).spec.then({
      kind: 'timer',
      key: 'heartbeat',
      due,
      command: {
        type: 'ReportHeartbeatMissed',
        data: { jobId: JOB, at: due, lastSeenAt: later(20), graceSeconds: 300 },
      },
    });
    atLast(at.waitingApproval(), beat).spec.thenNothing();
    atLast(at.delivered(), beat).spec.thenNothing();
    atLast(does(at.refactoring(), missed), beat).spec.thenNothing();
  });

  it('[JOB-05] ends the job when the grace is over, which begins when the miss is recorded', () => {
    const { spec, due } = atLast(does(at.refactoring(), missed));
    spec.then(...cancel('heartbeat', 'stage'), {
      kind: 'timer',
      key: 'grace',
      due: due(300),
      command: { type: 'ExpireGrace', data: { jobId: JOB, at: due(300), graceDeadlineAt: later(300) } },
    });
  });

  it('[JOB-05] begins nothing in grace, and asks again for what stood still when the client is back', () => {
    const journey = does(at.analysing(), missed);
    const back = atLast(does(journey, resumed));
    back.spec.then(...cancel('grace'), heartbeat(back.due(38)), {
      kind: 'effect',
      key: 'analyse',
      effect: { type: 'AnalyseCode', data: assignment() },
      limit: limit('ANALYSE', 480),
    });
    const testing = at.refactoring();
    testing.does(ask.attempt());
    testing.does(ask.patch(0));
    testing.does(missed);
    testing.claimAndReport('e-0', testFailed('r'));
    atLast(testing).spec.thenNothing();
    const on = atLast(does(testing, resumed));
    on.spec.then(...cancel('grace'), heartbeat(on.due(38)), startAttempt);
  });

  it('[JOB-05] asks for nothing again when only the machine of the person was at work', () => {
    const journey = does(does(at.baseline(), missed), resumed);
    const { spec, due } = atLast(journey);
    spec.then(...cancel('grace'), heartbeat(due(38)));
  });

  it('[EXE-01] waits for a report, anew from the claim, and asks again under a fixed id', () => {
    const timeOut = (due: string): Output => ({
      kind: 'timer',
      key: 'execution',
      due,
      command: {
        type: 'TimeOutExecution',
        data: {
          jobId: JOB,
          at: due,
          executionId: 'e-baseline',
          retryExecutionId: idFrom('retry', 'e-baseline'),
        },
      },
    });
    const requested = atLast(at.baseline());
    requested.spec.then(timeOut(requested.due(905)));
    const claimed = atLast(does(at.baseline(), ask.claim('e-baseline')));
    claimed.spec.then(timeOut(claimed.due(905)));
    newest('ExecutionReported', at.refactoring()).spec.then(...cancel('execution'));
  });

  it('[JOB-05] parks: no timer outlives the work', () => {
    newest('ProposalsGenerated', at.waitingStrategy()).spec.then(...parking);
    newest('BaselineFailed', at.baselineFailed()).spec.then(...parking);
    newest('RecoveryCompleted', at.fallback()).spec.then(...parking);
    newest('TestsPassed', at.delivered()).spec.then(...parking);
    atLast(does(at.refactoring(), ask.revise('t1', 't2'))).spec.then(...parking);
  });

  it('[JOB-01] ends every timer when the job ends', () => {
    const all = [...parking, ...cancel('escalation', 'intervention')];
    atLast(does(at.waitingEscalation(), { type: 'CancelJob', data: why })).spec.then(...all);
    atLast(does(at.analysing(), ask.refuse())).spec.then(...all);
    atLast(
      does(at.waitingIntervention(), { type: 'TimeOutIntervention', data: { jobId: JOB, at: later(1_800) } }),
    ).spec.then(...all);
    atLast(does(at.fallback(), { type: 'AbandonJob', data: why })).spec.then(...all);
    atLast(
      does(does(at.refactoring(), missed), {
        type: 'ExpireGrace',
        data: { jobId: JOB, at: later(300), graceDeadlineAt: later(300) },
      }),
    ).spec.then(...all);
    atLast(
      does(at.refactoring(), { type: 'ReportInfraFailure', data: { ...base, stage: 's', reason: 'r' } }),
    ).spec.then(...all);
  });

  it('[JOB-07] ends the timer of a gate with its answer', () => {
    newest('DeepFixConfirmed', at.deepFix()).spec.then(
      ...cancel('intervention'),
      heartbeat(newest('DeepFixConfirmed', at.deepFix()).due(38)),
    );
    atLast(at.intervening()).spec.then(...cancel('intervention'));
    const declined = newest('EscalationDeclined', at.recovering('MAX'));
    declined.spec.then(...cancel('escalation'), heartbeat(declined.due(38)), {
      kind: 'effect',
      key: 'recover',
      effect: {
        type: 'PackageRecovery',
        data: { jobId: JOB, context: artifact('CONTEXT'), patch: artifact('PATCH', '6') },
      },
      limit: limit('RECOVER', 180),
    });
  });

  it('[JOB-09] ends the limit of a stage with its answer', () => {
    const specified = does(at.waitingStrategy(), ask.select());
    newest('SpecDrafted', does(specified, ask.draft())).spec.then(...cancel('stage'));
    newest('TestPlanGenerated', at.baseline()).spec.then(...cancel('stage'));
    const patched = does(at.refactoring(), ask.attempt());
    newest('PatchGenerated', does(patched, ask.patch(0))).spec.then(...cancel('stage'));
  });

  it('[JOB-09] asks once more for a stage that took too long, with the whole time again', () => {
    const { spec } = atLast(does(at.analysing(), ask.timeOutStage('ANALYSE')));
    spec.then({
      kind: 'effect',
      key: 'analyse',
      effect: { type: 'AnalyseCode', data: assignment() },
      limit: limit('ANALYSE', 480),
    });
    const twice = does(does(at.analysing(), ask.timeOutStage('ANALYSE')), ask.timeOutStage('ANALYSE'));
    atLast(twice).spec.then(...parking, ...cancel('escalation', 'intervention'));
  });

  it('[JOB-09] has its limits from configuration', () => {
    const timings = { ...JOB_TIMINGS, stageSeconds: { ...JOB_TIMINGS.stageSeconds, ANALYSE: 7 } };
    const { react, evolve, initialState } = jobProcessWith(timings);
    const log = logOf(at.analysing().events);
    const started = log.at(-1);
    if (started === undefined) throw new Error('a start expected');
    const outputs = react(started, log.reduce(evolve, initialState()));
    expect(outputs.at(-1)).toMatchObject({ key: 'analyse', limit: limit('ANALYSE', 7) });
  });

  it('[ES-12] keeps a state that survives JSON', () => {
    const state = logOf(at.delivered('MAX').events).reduce(jobProcess.evolve, jobProcess.initialState());
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});
