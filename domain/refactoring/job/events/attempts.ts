import type { ArtifactRef, EditOperation, ModelCall, ModelClass, Omitted, TestCounts } from '../values.ts';
import type { In } from './in.ts';

/** Attempts. Numbers never repeat in a job: 0 is the recipe, and after a reset of the counters they go on counting. */

export type AttemptStarted = In<'AttemptStarted', { attempt: number; modelClass: ModelClass }>;
export type PatchGenerated = In<
  'PatchGenerated',
  {
    attempt: number;
    modelClass: ModelClass;
    patch: ArtifactRef;
    filesTouched: readonly string[];
    summary: string;
  } & Omitted
>;
export type PatchRejected = In<
  'PatchRejected',
  {
    attempt: number;
    failureClass: 'APPLY_FAILED' | 'SCHEMA_VIOLATION' | 'TESTS_WEAKENED' | 'REFUSED';
    reason: string;
  }
>;
export type TestsPassed = In<
  'TestsPassed',
  { attempt: number; report: ArtifactRef; delivery: ArtifactRef; counts: TestCounts; strictErrors: number }
>;
export type TestsFailed = In<
  'TestsFailed',
  {
    attempt: number;
    report: ArtifactRef;
    counts: TestCounts;
    failureClass: 'LOGIC_FAILURE' | 'TIMEOUT_EXECUTION';
    fingerprint: string;
    /** How many consecutive attempts, this one included, failed with this fingerprint; 0 where it is not counted (recipe, person). */
    identical: number;
  }
>;
export type AttemptsExhausted = In<
  'AttemptsExhausted',
  { attempts: number; reason: 'LIMIT' | 'NO_ENTITLED_PHASE' | 'REFUSED' }
>;

/** How each edit of the patch fared on the person's machine; `first` is the place of `edits[0]` in the patch (EXE-06). */
export type PatchEditsReported = In<
  'PatchEditsReported',
  { executionId: string; attempt: number; first: number; edits: readonly EditOperation[] }
>;

export type ModelCalled = In<'ModelCalled', { ownerId: string; call: ModelCall }>;
