import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import type { CallReserved, CallSettled, CallToBe } from '../../domain/billing/budget.ts';
import { recorded } from '../../domain/kernel/history.ts';
import { dueAfter, processManagerSpecification } from '../../domain/kernel/process-manager.ts';
import type { ModelCalled } from '../../domain/refactoring/job/events.ts';
import { AT, call as told } from '../../domain/refactoring/job/testing/samples.ts';
import { lostCalls } from './lost-calls.ts';

const AFTER_MS = 3_600_000;
const spec = processManagerSpecification(lostCalls(AFTER_MS), deepStrictEqual);
const of = { jobId: 'j', userId: 'u', at: AT };
const call: CallToBe = {
  stage: 'PATCH',
  modelClass: 'L1',
  gateway: 'g',
  model: 'm',
  attempt: 1,
  ordinal: 0,
  price: { version: 'v1', input: 1, cached: 1, output: 1 },
};
const reserved = recorded<CallReserved>({
  type: 'CallReserved',
  data: { ...of, callKey: 'k', atMost: 9_000, hold: 1, call },
});
const settled = (microCredits: number) =>
  recorded<CallSettled>({ type: 'CallSettled', data: { ...of, callKey: 'k', microCredits } });
const called = (callKey?: string) =>
  recorded<ModelCalled>({
    type: 'ModelCalled',
    data: { jobId: 'j', ownerId: 'u', at: AT, call: told(callKey === undefined ? {} : { callKey }) },
  });
const lost = (due: string, atMost: number) => ({
  kind: 'timer' as const,
  key: 'lost-k',
  due,
  command: {
    type: 'RecordFailedCall' as const,
    data: {
      jobId: 'j',
      at: due,
      call: {
        ...call,
        inputTokens: 0,
        cachedTokens: 0,
        outputTokens: 0,
        latencyMs: 0,
        outcome: 'LOST' as const,
        callKey: 'k',
        atMost,
      },
    },
  },
});

describe('calls that nobody tells the end of', () => {
  it('[BIL-05] are told as lost after a time, at the most that they can have cost', () => {
    spec()
      .when(reserved)
      .then(lost(dueAfter(reserved, AFTER_MS), 9_000));
  });

  it('[BIL-05] at what they did cost, where that is known, and not at what others settled them with', () => {
    const cost = settled(24);
    spec(reserved)
      .when(cost)
      .then(lost(dueAfter(cost, AFTER_MS), 24));
    const others = settled(0);
    spec(reserved)
      .when(others)
      .then(lost(dueAfter(others, AFTER_MS), 9_000));
  });

  it('[BIL-05] are none once the end of them is told, in whichever order that is heard', () => {
    const taken = { kind: 'cancelTimer' as const, key: 'lost-k' };
    spec(reserved).when(called('k')).then(taken);
    spec(reserved, settled(24)).when(called('k')).then(taken);
    spec(reserved, called('k')).when(settled(24)).thenNothing();
  });

  it('[BIL-05] say nothing of what they can have cost where they had no price', () => {
    const { price: _price, ...unpriced } = call;
    const event = recorded<CallReserved>({
      type: 'CallReserved',
      data: { ...of, callKey: 'k', atMost: 0, hold: 1, call: unpriced },
    });
    const { command, ...timer } = lost(dueAfter(event, AFTER_MS), 0);
    const { price: _none, atMost: _unknown, ...told } = command.data.call;
    const unknown = { ...timer, command: { ...command, data: { ...command.data, call: told } } };
    spec().when(event).then(unknown);
    spec(event)
      .when(settled(0))
      .then({ ...unknown, due: dueAfter(settled(0), AFTER_MS) });
  });

  it('[BIL-05] are neither those of recipes nor those of before the log said what was asked', () => {
    spec(reserved).when(called()).thenNothing();
    const { call: _call, ...before } = reserved.data;
    spec()
      .when(recorded<CallReserved>({ type: 'CallReserved', data: before }))
      .thenNothing();
    spec().when(settled(24)).thenNothing();
  });
});
