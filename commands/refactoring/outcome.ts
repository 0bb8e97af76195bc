import { z } from 'zod';
import { artifact, fileHashes, reason, sha256, workspacePath } from './schemas.ts';

/** What an executor reports, on the wire: snake_case, one schema per kind and status. `verified-outcome.ts` checks it. */

const count = z.int().min(0);
const ratio = z.strictObject({ covered: count, total: count });
const counts = z
  .strictObject({ total: count, passed: count, failed: count, timed_out: count, skipped: count })
  .transform(({ timed_out, ...rest }) => ({ ...rest, timedOut: timed_out }));
const testName = z.string().min(1).max(1_000);
const paths = z.array(workspacePath).max(100_000);
const failureClass = z.enum(['LOGIC_FAILURE', 'TIMEOUT_EXECUTION']);
const fingerprint = z.string().min(1).max(200);

const baselinePassed = z
  .strictObject({
    kind: z.literal('BASELINE'),
    status: z.literal('PASSED'),
    report: artifact,
    recorded: count,
    kept: count,
    quarantined: z.array(z.strictObject({ name: testName, why: reason })).max(100_000),
    runs: count,
    coverage: z.strictObject({ branches: ratio, functions: ratio, lines: ratio }),
    locked_hashes: fileHashes,
  })
  .transform(({ locked_hashes, ...rest }) => ({ ...rest, lockedHashes: locked_hashes }));

const baselineFailed = z
  .strictObject({
    kind: z.literal('BASELINE'),
    status: z.literal('FAILED'),
    report: artifact.nullable(),
    reason,
    failure_class: failureClass.default('LOGIC_FAILURE'),
    failing_tests: z.array(testName).max(100_000),
    locked_hashes: fileHashes
      .default({})
      .describe('Tests that were recorded all the same, in a BASELINE_REPORT; an override keeps them'),
  })
  .transform(({ failure_class, failing_tests, locked_hashes, ...rest }) => ({
    ...rest,
    failureClass: failure_class,
    failingTests: failing_tests,
    lockedHashes: locked_hashes,
  }));

const testPassed = z
  .strictObject({
    kind: z.literal('TEST'),
    status: z.literal('PASSED'),
    report: artifact,
    delivery: artifact,
    counts,
    strict_errors: count,
    test_hashes: fileHashes,
  })
  .transform(({ strict_errors, test_hashes, ...rest }) => ({
    ...rest,
    strictErrors: strict_errors,
    testHashes: test_hashes,
  }));

const testFailed = z
  .strictObject({
    kind: z.literal('TEST'),
    status: z.literal('FAILED'),
    report: artifact,
    counts,
    failure_class: failureClass,
    fingerprint,
    timed_out_tests: z
      .array(testName)
      .max(1_000)
      .default([])
      .describe('Labels of the tests that ran out of time and could be set aside'),
    test_hashes: fileHashes,
  })
  .transform(({ failure_class, timed_out_tests, test_hashes, ...rest }) => ({
    ...rest,
    failureClass: failure_class,
    timedOutTests: timed_out_tests,
    testHashes: test_hashes,
  }));

const testRejected = z.strictObject({
  kind: z.literal('TEST'),
  status: z.literal('REJECTED'),
  code: z.enum(['APPLY_FAILED', 'TESTS_WEAKENED']),
  reason,
  report: artifact.nullable().default(null).describe('TEST_REPORT whose `edits` say how each edit fared'),
});

const applied = z.strictObject({
  kind: z.literal('APPLY'),
  status: z.literal('APPLIED'),
  files: z
    .array(z.strictObject({ path: workspacePath, before: sha256.nullable(), after: sha256.nullable() }))
    .max(100_000),
  retest: counts.nullable().default(null).describe('Tests of the part on its own, where they ran'),
});

const applyFailed = z.strictObject({
  kind: z.literal('APPLY'),
  status: z.literal('FAILED'),
  code: z.enum(['BASE_CONFLICT', 'APPLY_FAILED', 'RETEST_FAILED']),
  files: paths,
  reason,
});

const reverted = z.strictObject({ kind: z.literal('REVERT'), status: z.literal('REVERTED'), files: paths });

const revertBlocked = z.strictObject({
  kind: z.literal('REVERT'),
  status: z.literal('BLOCKED'),
  code: z.enum(['BASE_CONFLICT', 'POST_COMMIT_REVERT_BLOCKED']),
  files: paths,
  reason,
});

export const outcome = z.union([
  baselinePassed,
  baselineFailed,
  testPassed,
  testFailed,
  testRejected,
  applied,
  applyFailed,
  reverted,
  revertBlocked,
]);

export type SentOutcome = z.output<typeof outcome>;
