import type {
  ArtifactRef,
  FileHashes,
  KeptBaseline,
  Omitted,
  ProvenBaseline,
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
export type BaselinePassed = In<'BaselinePassed', ProvenBaseline & Omitted>;
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
