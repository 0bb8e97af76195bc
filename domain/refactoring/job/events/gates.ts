import type { ArtifactRef, ModelClass, ResumedStatus, TimedOut } from '../values.ts';
import type { In } from './in.ts';

/** Questions to the person, and what they decided. */

export type EscalationRequested = In<
  'EscalationRequested',
  { reason: 'PHASE' | 'BUDGET'; toClass: ModelClass; deadlineAt: string }
>;
export type EscalationConfirmed = In<
  'EscalationConfirmed',
  { by: string; toClass: ModelClass; resumes: ResumedStatus }
>;
/** By a job that has a patch to fall back on; an earlier one ends as `JobRefused`. */
export type EscalationDeclined = In<'EscalationDeclined', { by: string; timedOut: boolean }>;
export type InterventionTriggered = In<
  'InterventionTriggered',
  {
    fingerprint: string;
    attempt: number;
    deadlineAt: string;
    /** The tests had too little time, and the patch can be tested again (TST-04); absent: it failed a third time. */
    timedOut?: TimedOut & Readonly<{ patch: ArtifactRef; modelClass: ModelClass }>;
  }
>;
/** The patch of the attempt is tested again: with more time, or without the tests that ran out of it (TST-04). */
export type TestsRepeated = In<
  'TestsRepeated',
  {
    by: string;
    choice: 'increase_timeout' | 'quarantine';
    attempt: number;
    modelClass: ModelClass;
    timeoutSeconds: number;
    /** All tests that are set aside from now on. */
    quarantined: readonly string[];
  }
>;
export type InterventionTimedOut = In<'InterventionTimedOut', { billable: false }>;
export type DeepFixConfirmed = In<'DeepFixConfirmed', { by: string; modelClass: ModelClass }>;
export type InterventionOpened = In<'InterventionOpened', { by: string }>;
export type RepairContinued = In<'RepairContinued', { by: string }>;
export type RecoveryCompleted = In<
  'RecoveryCompleted',
  { partialPatch: ArtifactRef | null; restored: boolean }
>;
export type RetriedStronger = In<'RetriedStronger', { by: string; modelClass: ModelClass }>;
export type JobAbandoned = In<'JobAbandoned', { by: string }>;
