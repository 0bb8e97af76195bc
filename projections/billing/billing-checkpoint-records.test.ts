import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { history } from '../../domain/kernel/history.ts';
import { foldProjection } from '../../domain/kernel/projection.ts';
import { entitlement } from '../../domain/refactoring/job/testing/samples.ts';
import type { ModelCall } from '../../domain/refactoring/job/values.ts';
import { type BillingCheckpointEvent, billingCheckpointRecords } from './billing-checkpoint-records.ts';

const START = '2026-11-20T10:00:00.000Z';
const at = (minute: number): string => `2026-11-20T10:${String(minute).padStart(2, '0')}:00.000Z`;

const started: BillingCheckpointEvent = {
  type: 'JobStarted',
  data: {
    jobId: 'j',
    at: START,
    ownerId: 'u',
    consentAt: START,
    entitlement: entitlement('PLUS'),
    preflight: { vcs: 'GIT', headCommit: 'a', dirtyPaths: [], choice: 'CLEAN' },
    fastTrack: false,
    hold: 0,
  },
};
const called = (stage: ModelCall['stage'], tokens: number, minute: number): BillingCheckpointEvent => ({
  type: 'ModelCalled',
  data: {
    jobId: 'j',
    at: at(minute),
    ownerId: 'u',
    call: {
      stage,
      modelClass: 'L1',
      gateway: 'g',
      model: 'm',
      attempt: 0,
      ordinal: 0,
      inputTokens: tokens,
      cachedTokens: 1,
      outputTokens: 2,
      latencyMs: 1,
      outcome: 'SUCCESS',
    },
  },
});
const approved = (minute: number): BillingCheckpointEvent => ({
  type: 'SpecApproved',
  data: { jobId: 'j', at: at(minute), revision: 1, specHash: 'h', implicit: false },
});
const NOTHING_KEPT = { report: null, lockedHashes: null, tests: 0 };
const overridden = (minute: number): BillingCheckpointEvent => ({
  type: 'BaselineOverridden',
  data: { jobId: 'j', at: at(minute), quarantined: [], mocks: [], by: 'u', why: 'w', kept: NOTHING_KEPT },
});
const reopened = (minute: number): BillingCheckpointEvent => ({
  type: 'SpecReopened',
  data: { jobId: 'j', at: at(minute), reason: 'r', revisionToken: 't' },
});
const cancelled = (minute: number): BillingCheckpointEvent => ({
  type: 'JobCancelled',
  data: { jobId: 'j', at: at(minute), by: 'u', forced: false, failureClass: 'USER_CANCELLED' },
});

/** Phase, calls, input tokens, closed at, closed by. */
const records = (...events: readonly BillingCheckpointEvent[]) =>
  [...foldProjection(billingCheckpointRecords, history('job-j', events)).values()].map((row) => [
    row.phase,
    row.model_calls,
    row.input_tokens,
    row.closed_at,
    row.closed_by,
  ]);

describe('billing_checkpoint_records', () => {
  it('[BIL-07] tallies the tokens of each phase and closes it at its boundary', () => {
    deepStrictEqual(
      records(
        started,
        called('ANALYSE', 10, 1),
        called('SPECIFY', 20, 2),
        approved(3),
        called('PLAN_TESTS', 40, 4),
        overridden(5),
        called('PATCH', 80, 6),
        called('REPAIR', 160, 7),
        cancelled(8),
      ),
      [
        [1, 2, 30n, at(3), 'SpecApproved'],
        [2, 1, 40n, at(5), 'BaselineOverridden'],
        [3, 2, 240n, at(8), 'JobCancelled'],
      ],
    );
  });

  it('[BIL-07] leaves the phases that were never begun out, and the open one open', () => {
    deepStrictEqual(records(started, called('ANALYSE', 10, 1)), [[1, 1, 10n, null, null]]);
    deepStrictEqual(records(started, cancelled(2)), [[1, 0, 0n, at(2), 'JobCancelled']]);
  });

  it('[BIL-07] opens phases again with the specification, and goes on counting', () => {
    deepStrictEqual(
      records(started, called('SPECIFY', 10, 1), approved(2), reopened(3), called('SPECIFY', 5, 4)),
      [
        [1, 2, 15n, null, null],
        [2, 0, 0n, at(3), 'SpecReopened'],
      ],
    );
    deepStrictEqual(
      records(started, approved(2), overridden(3), reopened(4), approved(5)).map(
        ([, , , closedAt]) => closedAt,
      ),
      [at(5), null, at(4)],
    );
  });
});
