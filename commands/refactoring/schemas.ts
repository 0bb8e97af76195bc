import { z } from 'zod';
import type {
  ArtifactRef,
  DeliverySelection,
  FileHashes,
  Specification,
} from '../../domain/refactoring/job/values.ts';
import { ARTIFACT_KINDS, JOB_STATUSES } from '../../domain/refactoring/job/values.ts';

/** Wire schemas (snake_case) of the value types of the job, and their way into the domain. */

export const id = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** POSIX, relative to the workspace root, never out of it. */
export const workspacePath = z
  .string()
  .min(1)
  .max(1_024)
  .refine(
    (path) =>
      !path.startsWith('/') &&
      !path.includes('\\') &&
      !path.includes('\0') &&
      path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'must be a relative POSIX path inside the workspace',
  );

export const fileHashes = z.record(workspacePath, sha256.nullable()) satisfies z.ZodType<FileHashes>;

export const artifactKind = z.enum(ARTIFACT_KINDS);

export const artifact = z
  .strictObject({
    artifact_id: id,
    kind: artifactKind,
    sha256,
    size: z.int().min(0),
    expires_at: z.iso.datetime(),
  })
  .transform(
    (wire): ArtifactRef => ({
      artifactId: wire.artifact_id,
      kind: wire.kind,
      sha256: wire.sha256,
      size: wire.size,
      expiresAt: wire.expires_at,
    }),
  );

export const artifactToWire = (ref: ArtifactRef) => ({
  artifact_id: ref.artifactId,
  kind: ref.kind,
  sha256: ref.sha256,
  size: ref.size,
  expires_at: ref.expiresAt,
});

/** An artifact as answers name it. */
export const artifactView = z.object({
  artifact_id: id,
  kind: artifactKind,
  sha256,
  size: z.int(),
  expires_at: z.string(),
});

export const artifactAnswer = z.object({ artifact: artifactView });

const text = z.string().min(1).max(4_000);
export const specification = z.strictObject({
  bdd: z.array(z.strictObject({ id, given: text, when: text, then: text })).max(500),
  sdd: z
    .array(z.strictObject({ id, topic: z.enum(['STRUCTURE', 'TYPES', 'DEPENDENCIES']), statement: text }))
    .max(500),
}) satisfies z.ZodType<Specification>;

export const selection = z.union([
  z.literal('ALL'),
  z.strictObject({
    files: z.array(workspacePath).max(10_000),
    hunks: z.array(z.string().min(1).max(200)).max(100_000),
    symbols: z.array(z.string().min(1).max(2_000)).max(100_000).exactOptional(),
  }),
]) satisfies z.ZodType<DeliverySelection>;

export const reason = z.string().trim().min(1).max(2_000);

export const empty = z.strictObject({}).optional();

export const jobAnswer = z.object({ job_id: z.uuid(), status: z.enum(JOB_STATUSES) });
