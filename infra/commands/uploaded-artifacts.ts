import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { UploadedArtifacts } from '../../commands/refactoring/services.ts';
import { isRejection, Rejection } from '../../domain/kernel/rejection.ts';
import type { Delivery } from '../../domain/patching/delivery.ts';
import { selectFiles } from '../../domain/patching/select.ts';
import type { ArtifactRef, EditOperation } from '../../domain/refactoring/job/values.ts';
import type { ArtifactStore } from '../../processors/refactoring/artifacts.port.ts';

type Why = 'NOT_FOUND' | 'KIND' | 'HASH' | 'CONTENT';

const mismatch = (sent: ArtifactRef, reason: Why): Rejection =>
  new Rejection('ARTIFACT_MISMATCH', 'The report names an artifact that is not there, or is another one.', {
    artifact_id: sent.artifactId,
    reason,
  });

const count = z.int().min(0);
const hashes = z.record(z.string(), z.string().nullable());

const baselineReport = z.looseObject({
  schema: z.literal('iama.baseline/1'),
  report: z.looseObject({ counts: z.looseObject({ total: count, passed: count }) }),
  locked_hashes: hashes,
});

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What a JSON string says; what is none stays as it is. */
const unquoted = (quoted: string): string => {
  try {
    return String(JSON.parse(quoted));
  } catch (error) {
    if (error instanceof SyntaxError) return quoted;
    throw error;
  }
};

/** An anchor may quote the code that an edit looks for, and no code enters an event: its hash finds it again. */
const withoutCode = (anchor: string): string =>
  anchor.replace(
    /^text (".*")(?=$| in symbol )/su,
    (_whole, quoted: string) => `text sha256:${sha256Hex(unquoted(quoted))}`,
  );

const edit = z
  .object({
    path: z.string().max(1_024),
    targetSha256: z.string().max(64).nullable(),
    anchor: z.string(),
    operation: z.enum(['SEARCH_REPLACE', 'SYMBOL_REPLACE', 'WRITE_FILE', 'RENAME_FILE', 'DELETE_FILE']),
    strategy: z.string().max(50).nullable(),
    outcome: z.string().max(50),
    reason: z.string().nullable(),
  })
  .transform(
    ({ anchor, reason, ...rest }): EditOperation => ({
      ...rest,
      anchor: withoutCode(anchor).slice(0, 1_200),
      reason: reason?.slice(0, 1_200) ?? null,
    }),
  );

const testReport = z.looseObject({
  schema: z.literal('iama.test-report/1'),
  counts: z
    .looseObject({ total: count, passed: count, failed: count, timed_out: count, skipped: count })
    .transform(({ total, passed, failed, timed_out: timedOut, skipped }) => ({
      total,
      passed,
      failed,
      timedOut,
      skipped,
    })),
  edits: z.array(edit).max(10_000).default([]),
});

const side = z
  .object({ sha256: z.string(), text: z.string() })
  .refine(({ sha256, text }) => sha256Hex(text) === sha256, { message: 'the hash of the text' })
  .nullable();
const range = z.tuple([z.int().min(0), z.int().min(0)]);
const symbols = z
  .array(z.object({ name: z.string().max(500), before: z.array(range), after: z.array(range) }))
  .exactOptional();
const delivery = z.object({
  schema: z.literal('iama.delivery/1'),
  files: z.array(z.object({ path: z.string(), to: z.string(), before: side, after: side, symbols })),
}) satisfies z.ZodType<Delivery>;

const sources = z.array(z.object({ path: z.string(), text: z.string() }));
const contextPart = z.object({
  schema: z.literal('iama.context-part/1'),
  files: sources,
  dependencies: sources,
});

const NO_SUCH: ReadonlySet<string> = new Set(['ARTIFACT_NOT_FOUND', 'ARTIFACT_EXPIRED']);

/** Artifacts of executors as they are stored, whatever a report says of them (EXE-01). */
export const uploadedArtifacts = (store: Pick<ArtifactStore, 'open'>): UploadedArtifacts => {
  const opened = async (
    jobId: string,
    sent: ArtifactRef,
    kinds: readonly ArtifactRef['kind'][],
  ): Promise<Readonly<{ ref: ArtifactRef; bytes: Uint8Array }>> => {
    try {
      const found = await store.open({ jobId, artifactId: sent.artifactId });
      const { kind, sha256, size } = found.ref;
      if (kind !== sent.kind || !kinds.includes(kind)) throw mismatch(sent, 'KIND');
      if (sha256 !== sent.sha256 || size !== sent.size) throw mismatch(sent, 'HASH');
      return found;
    } catch (error) {
      throw isRejection(error) && NO_SUCH.has(error.code) ? mismatch(sent, 'NOT_FOUND') : error;
    }
  };

  const contentOf = <Schema extends z.ZodType>(
    sent: ArtifactRef,
    bytes: Uint8Array,
    schema: Schema,
  ): z.output<Schema> => {
    try {
      return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    } catch (error) {
      if (error instanceof Error) throw mismatch(sent, 'CONTENT');
      throw error;
    }
  };

  return {
    find: async (jobId, sent, kinds) => (await opened(jobId, sent, kinds)).ref,

    async baselineReport(jobId, sent) {
      const { ref, bytes } = await opened(jobId, sent, ['BASELINE_REPORT']);
      const { report, locked_hashes } = contentOf(sent, bytes, baselineReport);
      return { report: ref, tests: report.counts.passed, lockedHashes: locked_hashes };
    },

    async testReport(jobId, sent) {
      const { ref, bytes } = await opened(jobId, sent, ['TEST_REPORT']);
      const { counts, edits } = contentOf(sent, bytes, testReport);
      return { report: ref, counts, edits };
    },

    async delivery(jobId, sent) {
      const { ref, bytes } = await opened(jobId, sent, ['DELIVERY']);
      contentOf(sent, bytes, delivery);
      return ref;
    },

    async contextPart(part) {
      try {
        const { bytes } = await store.open(part);
        const found = contextPart.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
        return found.success ? found.data : null;
      } catch (error) {
        // What is damaged is sent again like what is gone; what is no JSON is no part.
        if (isRejection(error) && (NO_SUCH.has(error.code) || error.code === 'ARTIFACT_CORRUPT')) return null;
        if (error instanceof SyntaxError) return null;
        throw error;
      }
    },

    async unknownIn(jobId, ref, selection) {
      if (selection === 'ALL') return [];
      const { bytes } = await store.open({ jobId, artifactId: ref.artifactId });
      const selected = selectFiles(contentOf(ref, bytes, delivery), selection);
      return selected.status === 'UNKNOWN' ? selected.names : [];
    },
  };
};
