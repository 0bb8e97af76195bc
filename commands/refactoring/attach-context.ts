import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Command } from '../../domain/kernel/message.ts';
import type { BaseManifest, FileHashes } from '../../domain/refactoring/job/values.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { CONTEXT_LIMIT_BYTES, contextFiles, type PartName, refuseSecrets } from './context-files.ts';
import { withParts } from './context-parts.ts';
import { decideThenStore } from './decide-then-store.ts';
import { artifactAnswer, artifactToWire, fileHashes, id, workspacePath } from './schemas.ts';
import type { RefactoringServices } from './services.ts';

const body = z
  .strictObject({
    context: z.strictObject({
      schema: z.literal('iama.context/1'),
      files: contextFiles,
      targets: z.array(workspacePath).max(20_000),
      dependencies: contextFiles,
    }),
    parts: z
      .array(z.strictObject({ job_id: id, artifact_id: id }))
      .max(5_000)
      .default([])
      .describe('Sources that were sent before, for this job or an earlier one of the same person'),
    base_hashes: fileHashes,
  })
  .refine(({ context, parts }) => context.files.length + parts.length > 0, 'must hold a file');

/** `AttachContext` of the job with the sources themselves, which are stored once the job takes them. */
export type SendContext = Command<
  'AttachContext',
  {
    jobId: string;
    context: z.output<typeof body>['context'];
    parts: readonly PartName[];
    baseHashes: FileHashes;
    at: string;
  }
>;

const byPath = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** The hashes in their one order, and what the log keeps of them: a large project has more than one event can hold. */
const manifestOf = (hashes: FileHashes): Readonly<{ sorted: FileHashes; manifest: BaseManifest }> => {
  const sorted = Object.fromEntries(Object.entries(hashes).sort(byPath));
  const text = new TextEncoder().encode(JSON.stringify(sorted));
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { sorted, manifest: { sha256, files: Object.keys(sorted).length, bytes: text.byteLength } };
};

/** The sources go into an encrypted artifact, the log gets its name (DEL-05). */
export const attachContext: CommandFile<SendContext, RefactoringServices> = {
  type: 'AttachContext',
  access: 'JOB_OWNER',
  route: route({
    method: 'POST',
    path: '/jobs/:job_id/context',
    summary: 'Send the sources that the job works on',
    status: 200,
    content: 'GZIP_JSON',
    bodyLimit: CONTEXT_LIMIT_BYTES,
    body,
    answer: artifactAnswer,
    command: ({ body, param, at }) => ({
      type: 'AttachContext',
      data: {
        jobId: param('job_id'),
        context: body.context,
        parts: body.parts.map(({ job_id, artifact_id }) => ({ jobId: job_id, artifactId: artifact_id })),
        baseHashes: body.base_hashes,
        at,
      },
    }),
  }),
  async decide({ data }, tools) {
    const { jobId, parts, at } = data;
    const context = { ...data.context, ...(await withParts(jobId, data.context, parts, tools)) };
    refuseSecrets([...context.files, ...context.dependencies]);
    const { sorted, manifest: baseManifest } = manifestOf(data.baseHashes);
    const text = JSON.stringify({ ...context, base_hashes: sorted });
    const files = context.files.length;
    const { decided, artifact } = await decideThenStore(
      { jobId, kind: 'CONTEXT', text, at },
      (stored, bytes) => ({
        type: 'AttachContext',
        data: { jobId, context: stored, bytes, files, baseManifest, at },
      }),
      tools,
    );
    return { appends: decided.appends, answer: { artifact: artifactToWire(artifact) } };
  },
};
