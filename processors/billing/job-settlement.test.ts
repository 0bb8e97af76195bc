import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import type { ChargeClass } from '../../domain/billing/usage.ts';
import { history } from '../../domain/kernel/history.ts';
import { processManagerSpecification } from '../../domain/kernel/process-manager.ts';
import { specification } from '../../domain/refactoring/job/testing/samples.ts';
import type { ModelCall } from '../../domain/refactoring/job/values.ts';
import { jobSettlement, type SettlementEvent } from './job-settlement.ts';
import { chargedJob } from './testing/charged-job.ts';

const at = '2026-11-20T10:00:00.000Z';
const in_ = { jobId: 'j', at };
/** 1 credit a token. */
const price = { version: 'p', input: 1_000_000_000, cached: 1_000_000_000, output: 1_000_000_000 };

const { started, approved, passed, ...job } = chargedJob({ jobId: 'j', userId: 'u', hold: 10_000_000, at });
const called = (
  inputTokens: number,
  stage: ModelCall['stage'] = 'ANALYSE',
  attempt = 0,
  outcome: ModelCall['outcome'] = 'SUCCESS',
): SettlementEvent => job.called({ inputTokens, stage, attempt, outcome, price });
const cancelled: SettlementEvent = {
  type: 'JobCancelled',
  data: { ...in_, by: 'u', forced: false, failureClass: 'USER_CANCELLED' },
};
const lost = (failureClass: 'CLIENT_DISCONNECTED' | 'INFRA_FAILURE'): SettlementEvent => ({
  type: 'ClientLost',
  data: { ...in_, graceDeadlineAt: at, failureClass },
});
const rejected = (failureClass: 'APPLY_FAILED' | 'TESTS_WEAKENED', attempt: number): SettlementEvent => ({
  type: 'PatchRejected',
  data: { ...in_, attempt, failureClass, reason: 'r' },
});

describe('settlement of a job', () => {
  const given = processManagerSpecification(jobSettlement, deepStrictEqual);
  const settles = (story: readonly SettlementEvent[], credits: number, chargeClass: ChargeClass): void => {
    const events = history('job-j', story);
    const last = events.at(-1);
    if (last === undefined) throw new Error('a story has events');
    given(...events.slice(0, -1))
      .when(last)
      .then({
        kind: 'command',
        command: {
          type: 'SettleHold',
          data: {
            userId: 'u',
            holdId: 'j',
            jobId: 'j',
            microCredits: credits * 1_000_000,
            chargeClass,
            at,
          },
        },
      });
  };

  const call = { ...in_, userId: 'u', callKey: 'k' };
  const reserved = (callKey = 'k'): SettlementEvent => ({
    type: 'CallReserved',
    data: { ...call, callKey, atMost: 9_000_000, hold: 10_000_000 },
  });
  const callSettled = (callKey = 'k'): SettlementEvent => ({
    type: 'CallSettled',
    data: { ...call, callKey, microCredits: 1 },
  });
  const settlement = (credits: number) => ({
    kind: 'command' as const,
    command: {
      type: 'SettleHold' as const,
      data: {
        userId: 'u',
        holdId: 'j',
        jobId: 'j',
        microCredits: credits * 1_000_000,
        chargeClass: 'LOGIC_FAILURE' as const,
        at,
      },
    },
  });
  const told = (...story: readonly SettlementEvent[]) => {
    const events = history('job-j', story);
    const last = events.at(-1);
    if (last === undefined) throw new Error('a story has events');
    return given(...events.slice(0, -1)).when(last);
  };
  const running = [started, approved, called(5), reserved(), reserved('l')] as const;

  /** Set by the event of this number: a minute later nobody makes the call any more. */
  const giveUpAfter = (position: number) => (callKey: string) => {
    const due = `2026-01-01T00:01:0${position}.000Z`;
    const data = { ...call, callKey, microCredits: 0, at: due };
    return { kind: 'timer', key: `call-${callKey}`, due, command: { type: 'SettleCall', data } } as const;
  };

  it('[BIL-08] [JOB-05] gives free what a process reserved that died, a minute after its call was stopped', () => {
    const stops: readonly SettlementEvent[] = [
      { type: 'ClientHeartbeatMissed', data: { ...in_, lastSeenAt: at, graceDeadlineAt: at } },
      { type: 'StageTimedOut', data: { ...in_, stage: 'PATCH', attempt: 1 } },
      {
        type: 'SpecUpdatedDuringExecution',
        data: { ...in_, revision: 2, revisionToken: 't', specHash: 'h', specification },
      },
      { type: 'EscalationRequested', data: { ...in_, reason: 'BUDGET', toClass: 'L1', deadlineAt: at } },
    ];
    for (const stop of stops) {
      told(...running, stop).then(giveUpAfter(5)('k'), giveUpAfter(5)('l'));
      told(...running, callSettled('l'), stop).then(giveUpAfter(6)('k'));
      told(...running, callSettled('l'), callSettled(), stop).then();
      told(...running, callSettled('l'), stop, callSettled()).then();
      told(...running, stop, callSettled('l'), callSettled(), called(3), cancelled).then(settlement(8));
      told(stop).then();
    }
  });

  it('[BIL-06] [LLM-03] waits for the calls that the end stops, and charges what they used', () => {
    const giveUp = giveUpAfter(5);
    const given_ = [...running, cancelled];
    told(...given_).then(giveUp('k'), giveUp('l'));
    const stopped = called(2, 'PATCH', 1, 'STOPPED');
    const over = { kind: 'cancelTimer', key: 'call-k' } as const;
    told(...given_, stopped).then();
    told(...given_, stopped, callSettled()).then(over);
    const last = { ...over, key: 'call-l' };
    told(...given_, stopped, callSettled(), callSettled('l')).then(last, settlement(7));
    told(...given_, callSettled('l'), callSettled()).then(over, settlement(5));
  });

  it('[BIL-04] [LLM-03] settles once, whatever is told after it', () => {
    const story = [...running, cancelled, callSettled('l'), callSettled()];
    for (const late of [
      called(9, 'PATCH', 1, 'STOPPED'),
      callSettled(),
      callSettled('l'),
      reserved(),
      cancelled,
    ])
      told(...story, late).then();
    told(...story, reserved('m'), callSettled('m')).then();
    told(started, approved, reserved(), callSettled(), called(3), cancelled).then(settlement(3));
  });

  it('[BIL-06] [OPS-04] charges nothing for a call that was stopped while the job went on', () => {
    settles([started, approved, called(5, 'PATCH', 1, 'HALTED'), called(4), cancelled], 4, 'LOGIC_FAILURE');
  });

  it('[BIL-06] releases everything when the person goes before the tests are made', () => {
    settles([started, called(5), cancelled], 0, 'LOGIC_FAILURE');
    settles([started, called(5), lost('CLIENT_DISCONNECTED')], 0, 'LOGIC_FAILURE');
  });

  it('[BIL-06] charges what was used when the person goes after it', () => {
    settles([started, called(5), approved, called(3, 'PLAN_TESTS'), cancelled], 8, 'LOGIC_FAILURE');
    settles([started, called(5), approved, lost('CLIENT_DISCONNECTED')], 5, 'LOGIC_FAILURE');
  });

  it('[BIL-06] [BIL-08] charges what was used when the budget ends the job after it, and nothing before', () => {
    const reasons = [{ code: 'BUDGET_REACHED', path: null, line: null, reason: 'r' }];
    const refused: SettlementEvent = { type: 'JobRefused', data: { ...in_, reasons } };
    settles([started, called(5), refused], 0, 'LOGIC_FAILURE');
    settles([started, called(5), approved, called(3, 'PATCH', 1), refused], 8, 'LOGIC_FAILURE');
  });

  it('[BIL-06] lets our failure dominate the going of the person', () => {
    settles([started, called(5), approved, lost('INFRA_FAILURE')], 0, 'INFRA_FAILURE');
  });

  it('[BIL-06] charges a delivery, without the patches that would not apply and the calls that failed', () => {
    settles(
      [
        started,
        called(1),
        approved,
        called(2, 'PLAN_TESTS', 0, 'INFRA_FAILURE'),
        called(4, 'PATCH', 1),
        rejected('APPLY_FAILED', 1),
        called(8, 'REPAIR', 2),
        rejected('TESTS_WEAKENED', 2),
        called(16, 'REPAIR', 3),
        passed,
      ],
      25,
      'SUCCESS',
    );
  });

  it('[BIL-06] charges a patch whose attempt the person goes on from, though a patch made by hand does not apply', () => {
    const opened: SettlementEvent = { type: 'InterventionOpened', data: { ...in_, by: 'u' } };
    const story = [started, approved, called(4, 'PATCH', 1), opened, rejected('APPLY_FAILED', 1), passed];
    settles(story, 4, 'SUCCESS');
  });

  it('[BIL-06] settles once, at the first end', () => {
    given(...history('job-j', [started, approved, passed]))
      .when(history('job-j', [called(5)])[0] ?? never())
      .thenNothing();
  });

  it('[BIL-06] has nothing to settle for a job that never started', () => {
    const [event] = history('job-j', [cancelled]);
    given()
      .when(event ?? never())
      .thenNothing();
  });
});

const never = (): never => {
  throw new Error('a story has events');
};
