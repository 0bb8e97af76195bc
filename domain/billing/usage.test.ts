import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import { type UsageEntry, usage } from './usage.ts';

const entry: UsageEntry = {
  entryKey: 'j:L0:0:4',
  userId: 'u',
  jobId: 'j',
  modelClass: 'L0',
  attempt: 0,
  ordinal: 4,
  stage: 'PATCH',
  gateway: 'recipe',
  model: 'm',
  priceVersion: 'recipe-1',
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  microCredits: 0,
  billable: true,
  failureClass: null,
  at: '2026-11-20T10:00:00.000Z',
};

describe('usage', () => {
  const given = specificationFor(usage, deepStrictEqual);

  it('[BIL-05] refuses fractions, negative and unsafe amounts', () => {
    for (const microCredits of [0.5, -1, Number.MAX_SAFE_INTEGER + 1, Number.NaN])
      given()
        .when({ type: 'RecordUsage', data: { ...entry, microCredits } })
        .thenRejected('USAGE_INVALID', { entry_key: entry.entryKey });
  });

  it('[BIL-06] waives an entry by an event of its own', () => {
    const data = {
      entryKey: entry.entryKey,
      userId: 'u',
      jobId: 'j',
      failureClass: 'APPLY_FAILED',
      at: entry.at,
    } as const;
    given().when({ type: 'WaiveUsage', data }).then({ type: 'UsageWaived', data });
  });

  it('[BIL-05] records an entry as it is', () => {
    given().when({ type: 'RecordUsage', data: entry }).then({ type: 'UsageRecorded', data: entry });
  });
});
