import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { history } from '../../domain/kernel/history.ts';
import type { Positioned } from '../../domain/kernel/message.ts';
import { type ProcessOutput, processManagerSpecification } from '../../domain/kernel/process-manager.ts';
import type { JobCommand } from '../../domain/refactoring/job/commands.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import * as at from '../../domain/refactoring/job/testing/journey.ts';
import {
  AT,
  artifact,
  ask,
  base,
  entitlement,
  JOB,
  later,
  outcomes,
  proposal,
  specification,
  testFailed,
  testTimedOut,
  timeoutChoice,
} from '../../domain/refactoring/job/testing/samples.ts';
import type { Tier } from '../../domain/refactoring/job/values.ts';
import type { JobEffect } from './effects.ts';
import { idFrom } from './ids.ts';
import type { ProcessEvent } from './job-process/state.ts';
import { jobProcess } from './job-process.ts';

type Output = ProcessOutput<JobCommand, JobEffect>;

const handled: ReadonlySet<string> = new Set(jobProcess.handles);
const isHandled = (event: JobEvent | ProcessEvent): event is ProcessEvent => handled.has(event.type);

/** The log of a journey with further events of the process, one second apart from 2026-11-20T10:00:00Z. */
const logOf = (events: readonly (JobEvent | ProcessEvent)[]): readonly Positioned<ProcessEvent>[] =>
  history(`job-${JOB}`, events.filter(isHandled), { start: AT });

/** given: all but the newest handled event of the journey; when: that one. */
const atLast = (journey: at.Journey, ...more: readonly ProcessEvent[]) => {
  const log = logOf([...journey.events, ...more]);
  const last = log.at(-1);
  if (last === undefined) throw new Error('the journey has no events');
  const due = (seconds: number): string =>
    new Date(Date.parse(last.metadata.recordedAt) + seconds * 1_000).toISOString();
  return {
    spec: processManagerSpecification(jobProcess, deepStrictEqual)(...log.slice(0, -1)).when(last),
    due,
  };
};

/** Outputs at the newest event of one type. */
const newest = (type: ProcessEvent['type'], journey: at.Journey) => {
  const index = journey.events.findLastIndex((event) => event.type === type);
  const cut = new at.Journey();
  cut.events.push(...journey.events.slice(0, index + 1));
  return atLast(cut);
};

const does = (journey: at.Journey, command: JobCommand): at.Journey => {
  journey.does(command);
  return journey;
};

const why = { ...base, by: 'ada' };
const missed: JobCommand = { type: 'ReportHeartbeatMissed', data: { ...base, lastSeenAt: AT } };
const resumed: JobCommand = { type: 'ReportHeartbeatResumed', data: { ...base, lastSeenAt: AT } };
const beat: ProcessEvent = { type: 'ClientHeartbeatReceived', data: { jobId: JOB, at: later(20) } };

const assignment = (tier: Tier = 'FREE') => ({
  jobId: JOB,
  goal: 'JAVASCRIPT_TO_TYPESCRIPT' as const,
  goalText: '',
  entitlement: entitlement(tier),
  context: artifact('CONTEXT'),
});
const cancel = (...keys: readonly string[]): readonly Output[] =>
  keys.map((key) => ({ kind: 'cancelTimer', key }));
const parking = cancel('heartbeat', 'grace', 'execution', 'start-attempt');
const heartbeat = (due: string): Output => ({
  kind: 'timer',
  key: 'heartbeat',
  due,
  command: {
    type: 'ReportHeartbeatMissed',
    data: { jobId: JOB, at: due, lastSeenAt: AT, graceSeconds: 300 },
  },
});
const startAttempt: Output = { kind: 'command', command: { type: 'StartAttempt', data: base } };
const startAttemptAt = (due: string): Output => ({
  kind: 'timer',
  key: 'start-attempt',
  due,
  command: { type: 'StartAttempt', data: base },
});

describe('the work of our side', () => {
  it('[JOB-01] asks for the analysis when the job starts, and for a heartbeat', () => {
    const { spec, due } = atLast(at.analysing());
    spec.then(heartbeat(due(38)), {
      kind: 'effect',
      key: 'analyse',
      effect: { type: 'AnalyseCode', data: assignment() },
    });
  });

  it('[SPC-02] asks for the specification when a proposal is chosen', () => {
    atLast(does(at.waitingStrategy(), ask.select())).spec.then({
      kind: 'effect',
      key: 'specify',
      effect: {
        type: 'WriteSpecification',
        data: { ...assignment(), analysis: artifact('ANALYSIS'), proposal: proposal('STANDARD') },
      },
    });
  });

  it('[TST-01] asks for the test plan when the specification is approved', () => {
    const { spec, due } = atLast(at.generatingTests());
    spec.then(heartbeat(due(38)), {
      kind: 'effect',
      key: 'plan-tests',
      effect: { type: 'PlanTests', data: { ...assignment(), proposal: proposal('STANDARD'), specification } },
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
    rejected.spec.then(startAttemptAt(rejected.due(0)));
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
    atLast(at.recovering()).spec.then(...cancel('start-attempt'), {
      kind: 'effect',
      key: 'recover',
      effect: {
        type: 'PackageRecovery',
        data: { jobId: JOB, context: artifact('CONTEXT'), patch: artifact('PATCH', '3') },
      },
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
    });
    const outputs = (journey: at.Journey): readonly Output[] => {
      const log = logOf(journey.events);
      const last = log.at(-1);
      const state = log.reduce(jobProcess.evolve, jobProcess.initialState());
      return last === undefined ? [] : jobProcess.react(last, state);
    };
    expect(outputs(does(at.refactoring(), ask.attempt()))).toEqual([patch(0, 'L0', [])]);
    const failed = at.refactoring().failing('r');
    failed.attempt(outcomes.rejected);
    expect(outputs(does(failed, ask.attempt()))).toEqual([
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

  it('[INT-01] purges what was tried before a deep fix', () => {
    const last = at.deepFix();
    const { spec } = atLast(last);
    spec.then({
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
    });
  });
});

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
    spec.then(...cancel('heartbeat'), {
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
    });
  });

  it('[ES-12] keeps a state that survives JSON', () => {
    const state = logOf(at.delivered('MAX').events).reduce(jobProcess.evolve, jobProcess.initialState());
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});
