import type { ArtifactRef } from '../../domain/refactoring/job/values.ts';

/** Encrypted content outside the log (DEL-05). Content is bytes; text is UTF-8; JSON is `JSON.stringify` output. */
export interface ArtifactStore {
  /** Stores and encrypts; the same job, kind and bytes give the same reference again, so that a retry stores nothing new. */
  put(
    input: Readonly<{ jobId: string; kind: ArtifactRef['kind']; bytes: Uint8Array; now: Date }>,
  ): Promise<ArtifactRef>;
  /** Throws `Rejection` ARTIFACT_NOT_FOUND, ARTIFACT_EXPIRED or ARTIFACT_CORRUPT (hash or tag does not match). */
  get(ref: Pick<ArtifactRef, 'artifactId'> & Readonly<{ jobId: string }>): Promise<Uint8Array>;
  /** The same with the reference as it was stored: kind, hash and size are those of the content. */
  open(
    ref: Pick<ArtifactRef, 'artifactId'> & Readonly<{ jobId: string }>,
  ): Promise<Readonly<{ ref: ArtifactRef; bytes: Uint8Array }>>;
  /** Hard-deletes everything of a job. */
  discard(jobId: string): Promise<void>;
  /** Hard-deletes what has expired; returns how many. */
  sweep(now: Date): Promise<number>;
}
