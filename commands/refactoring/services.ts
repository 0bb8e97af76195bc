import type { StreamAppend } from '../../domain/kernel/event-store.ts';
import type { PersonalTexts } from '../../domain/kernel/personal.ts';
import type {
  ArtifactRef,
  DeliverySelection,
  EditOperation,
  EntitlementSnapshot,
  FileHashes,
  Goal,
  ModelClass,
  Specification,
  TestCounts,
} from '../../domain/refactoring/job/values.ts';
import type { ContextPart, PartName } from './context-files.ts';

/** What other contexts say about the person who starts a job. */
export interface Accounts {
  /** RFC 3339; null: consent was not given. */
  consentOf(userId: string): Promise<string | null>;
  /**
   * Today's terms, and a claim on a job slot and credits that is appended with the job's own events (BIL-02, BIL-03).
   * `preAuthorised`: the classes that the person allows beforehand, which the hold is for, too. `at`: of the start.
   */
  offerJobSlot(
    userId: string,
    preAuthorised: readonly ModelClass[],
    at: string,
  ): Promise<
    Readonly<{
      entitlement: EntitlementSnapshot;
      /** `hold`: micro-credits that it sets aside for the job. */
      claim: (jobId: string, contextBytes: number) => Readonly<{ append: StreamAppend; hold: number }>;
    }>
  >;
}

/** What operators allow at the moment (OPS-03, OPS-04). */
export interface OperatingRules {
  /** Throws `Rejection` SPENDING_HALTED. */
  requireSpending(userId: string): Promise<void>;
  /** Throws `Rejection` GOAL_NOT_OFFERED. */
  requireGoal(goal: Goal): Promise<void>;
  /**
   * Milliseconds until something is due that was due at an instant (RFC 3339) and waits for as long as the person's spending
   * was halted since another; 0 or less: it is due.
   */
  haltedBefore(userId: string, since: string, due: string): Promise<number>;
}

/** Encrypted content outside the log (DEL-05). */
export interface ArtifactWriter {
  put(
    input: Readonly<{ jobId: string; kind: ArtifactRef['kind']; bytes: Uint8Array; now: Date }>,
  ): Promise<ArtifactRef>;
}

/**
 * What executors uploaded, read back. Nothing that a report says of it is believed: each throws `Rejection`
 * ARTIFACT_MISMATCH unless the job has such an artifact, of that kind, with that hash and size, and with content of its
 * form. The reference that comes back is the stored one (EXE-01).
 */
export interface UploadedArtifacts {
  find(jobId: string, sent: ArtifactRef, kinds: readonly ArtifactRef['kind'][]): Promise<ArtifactRef>;
  /** `tests`: how many ran and passed on the untouched code. */
  baselineReport(
    jobId: string,
    sent: ArtifactRef,
  ): Promise<Readonly<{ report: ArtifactRef; tests: number; lockedHashes: FileHashes }>>;
  testReport(
    jobId: string,
    sent: ArtifactRef,
  ): Promise<Readonly<{ report: ArtifactRef; counts: TestCounts; edits: readonly EditOperation[] }>>;
  delivery(jobId: string, sent: ArtifactRef): Promise<ArtifactRef>;
  /** Sources that were sent before; null: there are none under that name, or none any more. */
  contextPart(part: PartName): Promise<ContextPart | null>;
  /** Files, hunks and symbols of the selection that the delivery does not have (DEL-02). */
  unknownIn(jobId: string, delivery: ArtifactRef, selection: DeliverySelection): Promise<readonly string[]>;
}

/**
 * Task tokens of claimed executions (EXE-01; decision 0040). A token is 32 random bytes, stored as SHA-256 only. Times
 * are RFC 3339; the caller's clock decides.
 */
export interface ExecutionLeases {
  /** Takes or keeps the lease; false: another claimant holds it. */
  acquire(
    lease: Readonly<{
      executionId: string;
      jobId: string;
      claimant: string;
      leaseSeconds: number;
      at: string;
    }>,
  ): Promise<boolean>;
  /** A new token for the holder; earlier tokens of this execution end. null: the claimant does not hold the lease. */
  issue(input: Readonly<{ executionId: string; claimant: string }>): Promise<string | null>;
  /** `FOREIGN`: not a token of this execution of this job. */
  check(
    input: Readonly<{ executionId: string; jobId: string; token: string; at: string }>,
  ): Promise<'VALID' | 'EXPIRED' | 'FOREIGN'>;
  renew(input: Readonly<{ executionId: string; leaseSeconds: number; at: string }>): Promise<void>;
}

export type RefactoringServices = Readonly<{
  accounts: Accounts;
  texts: PersonalTexts;
  rules: OperatingRules;
  artifacts: ArtifactWriter;
  uploads: UploadedArtifacts;
  leases: ExecutionLeases;
  /** How long a claim lasts without progress (EXE-01). */
  leaseSeconds: number;
  /** Hex SHA-256 of the canonical JSON, so that approval is bound to what was shown (SPC-02). */
  specHash: (specification: Specification) => string;
}>;
