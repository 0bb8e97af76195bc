import type { ArtifactRef, EditOperation, FileHashes, ProvenBaseline, TestCounts } from './values.ts';

/** What the executor reports, by kind of execution. Artifacts were uploaded before, and are those that are stored. */
export type ExecutionOutcome =
  | (Readonly<{ kind: 'BASELINE'; status: 'PASSED' }> & ProvenBaseline)
  | Readonly<{
      kind: 'BASELINE';
      status: 'FAILED';
      report: ArtifactRef | null;
      reason: string;
      failureClass: 'LOGIC_FAILURE' | 'TIMEOUT_EXECUTION';
      failingTests: readonly string[];
      /** Tests that were recorded all the same; an override keeps them. Empty: none. */
      lockedHashes: FileHashes;
      tests: number;
    }>
  | Readonly<{
      kind: 'TEST';
      status: 'PASSED';
      report: ArtifactRef;
      delivery: ArtifactRef;
      counts: TestCounts;
      strictErrors: number;
      testHashes: FileHashes;
      edits: readonly EditOperation[];
    }>
  | Readonly<{
      kind: 'TEST';
      status: 'FAILED';
      report: ArtifactRef;
      counts: TestCounts;
      failureClass: 'LOGIC_FAILURE' | 'TIMEOUT_EXECUTION';
      fingerprint: string;
      /** Labels of the tests that ran out of time and can be set aside; of a run that did not end as a whole none. */
      timedOutTests: readonly string[];
      testHashes: FileHashes;
      edits: readonly EditOperation[];
    }>
  /** The patch did not apply, or it touched the locked tests or the runner's configuration. */
  | Readonly<{
      kind: 'TEST';
      status: 'REJECTED';
      code: 'APPLY_FAILED' | 'TESTS_WEAKENED';
      reason: string;
      edits: readonly EditOperation[];
    }>
  | Readonly<{
      kind: 'APPLY';
      status: 'APPLIED';
      files: readonly Readonly<{ path: string; before: string | null; after: string | null }>[];
      /** Of the part on its own; null: it was not tested again. */
      retest: TestCounts | null;
    }>
  | Readonly<{
      kind: 'APPLY';
      status: 'FAILED';
      code: 'BASE_CONFLICT' | 'APPLY_FAILED' | 'RETEST_FAILED';
      files: readonly string[];
      reason: string;
    }>
  | Readonly<{ kind: 'REVERT'; status: 'REVERTED'; files: readonly string[] }>
  | Readonly<{
      kind: 'REVERT';
      status: 'BLOCKED';
      code: 'BASE_CONFLICT' | 'POST_COMMIT_REVERT_BLOCKED';
      files: readonly string[];
      reason: string;
    }>;
