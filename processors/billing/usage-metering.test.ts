import { deepStrictEqual, notStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import type { RecordUsage, UsageEntry } from '../../domain/billing/usage.ts';
import { history, recorded } from '../../domain/kernel/history.ts';
import { type ProcessOutput, processManagerSpecification } from '../../domain/kernel/process-manager.ts';
import type { ModelCalled } from '../../domain/refactoring/job/events.ts';
import type { ModelCall } from '../../domain/refactoring/job/values.ts';
import { type MeteredEvent, usageMetering } from './usage-metering.ts';

const at = '2026-11-20T10:00:00.000Z';
const call: ModelCall = {
  stage: 'PATCH',
  modelClass: 'L0',
  gateway: 'recipe',
  model: 'javascript-to-typescript',
  attempt: 0,
  ordinal: 2,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  latencyMs: 12,
  outcome: 'SUCCESS',
};
const called = (changes: Partial<ModelCall> = {}): ModelCalled => ({
  type: 'ModelCalled',
  data: { jobId: 'j', ownerId: 'u', at, call: { ...call, ...changes } },
});
const entry: UsageEntry = {
  entryKey: 'j:L0:0:1',
  userId: 'u',
  jobId: 'j',
  modelClass: 'L0',
  attempt: 0,
  ordinal: 1,
  stage: 'PATCH',
  gateway: 'recipe',
  model: 'javascript-to-typescript',
  priceVersion: 'recipe-1',
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  microCredits: 0,
  billable: true,
  failureClass: null,
  at,
};
const records = (data: UsageEntry): ProcessOutput<RecordUsage, never> => ({
  kind: 'command',
  command: { type: 'RecordUsage', data },
});

describe('usage metering', () => {
  const given = processManagerSpecification(usageMetering, deepStrictEqual);

  it('[BIL-06] never charges what failed for our reasons', () => {
    for (const outcome of ['INFRA_FAILURE', 'SCHEMA_VIOLATION'] as const)
      given()
        .when(recorded(called({ outcome })))
        .then(records({ ...entry, billable: false, failureClass: outcome }));
  });

  it('[BIL-05] [LLM-03] meters what a stopped call used, charged where its job had ended, and free where it went on', () => {
    const used = {
      inputTokens: 2_000,
      outputTokens: 10,
      price: { version: 'v1', input: 300_000, cached: 0, output: 0 },
    };
    const { price: _price, ...tokens } = used;
    const metered = { ...entry, ...tokens, gateway: 'g', priceVersion: 'v1' };
    given()
      .when(recorded(called({ ...used, gateway: 'g', outcome: 'STOPPED' })))
      .then(records({ ...metered, microCredits: 600_000 }));
    given()
      .when(recorded(called({ ...used, gateway: 'g', outcome: 'HALTED' })))
      .then(records({ ...metered, billable: false }));
  });

  it('[BIL-05] charges a call at the price that it names, however often it is read again', () => {
    const priced = {
      gateway: 'g',
      inputTokens: 2_000,
      outputTokens: 1_000,
      price: { version: 'v1', input: 300_000, cached: 30_000, output: 1_500_000 },
    };
    for (let times = 0; times < 2; times += 1)
      given()
        .when(recorded(called(priced)))
        .then(
          records({
            ...entry,
            gateway: 'g',
            inputTokens: 2_000,
            outputTokens: 1_000,
            priceVersion: 'v1',
            microCredits: 2_100_000,
          }),
        );
  });

  it('[BIL-05] charges nobody for a call without a price', () => {
    given()
      .when(recorded(called({ gateway: 'g', inputTokens: 2_000 })))
      .then(
        records({ ...entry, gateway: 'g', inputTokens: 2_000, priceVersion: 'unpriced', billable: false }),
      );
  });

  it('[BIL-06] waives the patches of an attempt that would not apply, and none of another', () => {
    const started = (attempt: number): MeteredEvent => ({
      type: 'AttemptStarted',
      data: { jobId: 'j', at, attempt, modelClass: 'L0' },
    });
    const rejected = (failureClass: 'APPLY_FAILED' | 'TESTS_WEAKENED'): MeteredEvent => ({
      type: 'PatchRejected',
      data: { jobId: 'j', at, attempt: 1, failureClass, reason: 'r' },
    });
    const story = (last: MeteredEvent) => {
      const events = history<MeteredEvent>('job-j', [
        called({ attempt: 1 }),
        started(1),
        called({ attempt: 1 }),
        called({ attempt: 1, outcome: 'INFRA_FAILURE' }),
        started(2),
        called({ attempt: 2 }),
        last,
      ]);
      const end = events.at(-1);
      if (end === undefined) throw new Error('events were expected');
      return given(...events.slice(0, -1)).when(end);
    };
    story(rejected('APPLY_FAILED')).then({
      kind: 'command',
      command: {
        type: 'WaiveUsage',
        data: { entryKey: 'j:L0:1:3', userId: 'u', jobId: 'j', failureClass: 'APPLY_FAILED', at },
      },
    });
    story(rejected('TESTS_WEAKENED')).thenNothing();
  });

  it('[BIL-06] waives nothing for a patch that the person made', () => {
    const opened: MeteredEvent = { type: 'InterventionOpened', data: { jobId: 'j', at, by: 'u' } };
    const rejected: MeteredEvent = {
      type: 'PatchRejected',
      data: { jobId: 'j', at, attempt: 1, failureClass: 'APPLY_FAILED', reason: 'r' },
    };
    const events = history<MeteredEvent>('job-j', [called({ attempt: 1 }), opened, rejected]);
    const [first, second, last] = events;
    if (first === undefined || second === undefined || last === undefined)
      throw new Error('three events were expected');
    given(first, second).when(last).thenNothing();
  });

  it('[BIL-05] keeps two calls of one stage and attempt apart: the tests are planned anew after the specification reopens', () => {
    const planned = called({ stage: 'PLAN_TESTS' });
    const [first, second] = history('job-j', [planned, planned]);
    if (first === undefined || second === undefined) throw new Error('two events were expected');
    const keyOf = (event: typeof first): string => {
      const [output] = usageMetering.react(event, usageMetering.initialState());
      return output?.kind === 'command' ? output.command.data.entryKey : 'none';
    };
    notStrictEqual(keyOf(first), keyOf(second));
  });

  it('[BIL-05] records a call that no price list covers with its tokens, and charges nobody', () => {
    given()
      .when(recorded(called({ modelClass: 'L1', gateway: 'litellm', inputTokens: 7, outputTokens: 3 })))
      .then(
        records({
          ...entry,
          entryKey: 'j:L1:0:1',
          modelClass: 'L1',
          gateway: 'litellm',
          priceVersion: 'unpriced',
          inputTokens: 7,
          outputTokens: 3,
          billable: false,
        }),
      );
  });

  it('[BIL-05] records a recipe run at zero credits under the key of the call', () => {
    given().when(recorded(called())).then(records(entry));
  });
});
