import type {
  ArtifactRef,
  Coverage,
  FileHashes,
  KeptBaseline,
  Omitted,
  TestMode,
  TimedOut,
} from '../values.ts';
import type { In } from './in.ts';

/** Tests and their baseline. */

export type TestPlanGenerated = In<
  'TestPlanGenerated',
  {
    plan: ArtifactRef;
    mode: TestMode;
    subjects: number;
    cases: number;
    confidence: number;
  }
>;
export type BaselinePassed = In<
  'BaselinePassed',
  {
    report: ArtifactRef;
    recorded: number;
    kept: number;
    quarantined: readonly Readonly<{ name: string; why: string }>[];
    runs: number;
    coverage: Coverage;
    /** Generated tests, snapshots and runner configuration; any other hash later is TESTS_WEAKENED (TST-02). */
    lockedHashes: FileHashes;
    /** Tests that passed on the untouched code: later runs must pass as many. */
    tests: number;
  } & Omitted
>;
export type BaselineFailed = In<
  'BaselineFailed',
  {
    report: ArtifactRef | null;
    reason: string;
    failingTests: readonly string[];
    /** Tests that were recorded although the baseline failed; absent: none. */
    lockedHashes?: FileHashes;
    tests?: number;
    /** It ran out of time, and can be repeated with more (TST-04); absent: it failed otherwise. */
    timedOut?: TimedOut;
  } & Omitted
>;
export type BaselineRepeated = In<'BaselineRepeated', { by: string; timeoutSeconds: number }>;
export type BaselineOverridden = In<
  'BaselineOverridden',
  {
    quarantined: readonly string[];
    mocks: readonly string[];
    by: string;
    why: string;
    /** What the failed baseline left; the override keeps it and marks it so. */
    kept: KeptBaseline;
  }
>;
