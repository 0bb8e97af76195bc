import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import type { UsageEntry, UsageRecorded, UsageWaived } from '../../domain/billing/usage.ts';
import { history } from '../../domain/kernel/history.ts';
import { projectionSpecification } from '../../domain/kernel/projection.ts';
import { usageLedger } from './usage-ledger.ts';

const ROW = {
  entry_key: 'j:L0:0:PATCH-0',
  user_id: 'u',
  job_id: 'j',
  model_class: 'L0',
  attempt: 0,
  ordinal: 0,
  stage: 'PATCH',
  gateway: 'recipe',
  model: 'recipes',
  price_version: 'recipe-1',
  input_tokens: 1n,
  cached_tokens: 2n,
  output_tokens: 3n,
  micro_credits: 9_007_199_254_740_991n,
  billable: true,
  failure_class: null,
  fault: null,
  retry_after_ms: null,
  at_most: null,
  booked_at: '2026-11-20T10:00:00.000Z',
  event_id: '00000000-0000-4000-8000-000000000001',
  waived_by: null,
};

const entry: UsageEntry = {
  entryKey: 'j:L0:0:PATCH-0',
  userId: 'u',
  jobId: 'j',
  modelClass: 'L0',
  attempt: 0,
  ordinal: 0,
  stage: 'PATCH',
  gateway: 'recipe',
  model: 'recipes',
  priceVersion: 'recipe-1',
  inputTokens: 1,
  cachedTokens: 2,
  outputTokens: 3,
  microCredits: 9_007_199_254_740_991,
  billable: true,
  failureClass: null,
  at: '2026-11-20T10:00:00.000Z',
};

describe('usage_ledger', () => {
  it('[BIL-05] books an entry once, to the last micro-credit', () => {
    const recorded: UsageRecorded = { type: 'UsageRecorded', data: entry };
    const other: UsageRecorded = { type: 'UsageRecorded', data: { ...entry, microCredits: 1 } };
    projectionSpecification(
      usageLedger,
      deepStrictEqual,
    )(...history('usage-u', [recorded, other])).then([ROW]);
  });

  it('[LLM-04] keeps what the route of a failed call is at fault for, and how long it asked to be left alone', () => {
    const told = { fault: 'GATEWAY_ACCOUNT_UNPAID', retryAfterMs: 20_000, atMost: 7 };
    const recorded: UsageRecorded = { type: 'UsageRecorded', data: { ...entry, ...told } };
    projectionSpecification(
      usageLedger,
      deepStrictEqual,
    )(...history('usage-u', [recorded])).then([
      { ...ROW, fault: told.fault, retry_after_ms: 20_000, at_most: 7n },
    ]);
  });

  it('[BIL-06] charges an entry no more once it is waived, and still shows what it was', () => {
    const recorded: UsageRecorded = { type: 'UsageRecorded', data: entry };
    const { entryKey, userId, jobId, at } = entry;
    const waived: UsageWaived = {
      type: 'UsageWaived',
      data: { entryKey, userId, jobId, failureClass: 'APPLY_FAILED', at },
    };
    projectionSpecification(
      usageLedger,
      deepStrictEqual,
    )(...history('usage-u', [recorded, waived])).then([
      {
        ...ROW,
        billable: false,
        failure_class: 'APPLY_FAILED',
        waived_by: '00000000-0000-4000-8000-000000000002',
      },
    ]);
  });
});
