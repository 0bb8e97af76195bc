import type { ArtifactRef, DeliverySelection, ExecutionKind, FileHashes, Retest } from '../values.ts';
import type { In } from './in.ts';

/** Work on the person's machine (EXE-01). */

export type ExecutionRequested = In<
  'ExecutionRequested',
  {
    ownerId: string;
    executionId: string;
    kind: ExecutionKind;
    attempt: number;
    artifacts: readonly ArtifactRef[];
    selection: DeliverySelection | null;
    lockedHashes: FileHashes;
    timeoutSeconds: number;
    /** Labels of tests that the person set aside (TST-04); absent: none. */
    quarantined?: readonly string[];
    /** Of an APPLY of a part (DEL-03); absent: the whole delivery, or asked for before there was a re-test. */
    retest?: Retest;
    /** The execution that timed out and that this one repeats. */
    retryOf?: string;
  }
>;
export type ExecutionClaimed = In<
  'ExecutionClaimed',
  { executionId: string; claimant: string; leaseSeconds: number }
>;
export type ExecutionReported = In<
  'ExecutionReported',
  {
    executionId: string;
    kind: ExecutionKind;
    outcome: 'SUCCEEDED' | 'FAILED' | 'REJECTED';
    code: string | null;
  }
>;
export type ExecutionTimedOut = In<
  'ExecutionTimedOut',
  { executionId: string; kind: ExecutionKind; retrying: boolean }
>;
