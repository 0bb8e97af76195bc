import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Command } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { secretsByFormat } from '../../domain/kernel/secrets.ts';
import type { BaseManifest, FileHashes } from '../../domain/refactoring/job/values.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideThenStore } from './decide-then-store.ts';
import { artifactAnswer, artifactToWire, fileHashes, workspacePath } from './schemas.ts';
import type { RefactoringServices } from './services.ts';

/** Decompressed; a project beyond this is sent as a selection of its files. */
const CONTEXT_LIMIT_BYTES = 64 * 1024 * 1024;

const file = z.strictObject({ path: workspacePath, text: z.string() });
const body = z.strictObject({
  context: z.strictObject({
    schema: z.literal('iama.context/1'),
    files: z.array(file).min(1).max(20_000),
    targets: z.array(workspacePath).max(20_000),
    dependencies: z.array(file).max(20_000),
  }),
  base_hashes: fileHashes,
});

const MAX_NAMED = 50;

/** CTX-02: nothing is kept of a project that holds a secret; file and line are named, never the value. */
const refuseSecrets = (files: readonly Readonly<{ path: string; text: string }>[]): void => {
  const findings = files.flatMap(({ path, text }) => secretsByFormat(path, text));
  if (findings.length > 0)
    throw new Rejection('SECRET_IN_CONTEXT', 'A file holds a secret. Remove it, or do not send the file.', {
      findings: findings.slice(0, MAX_NAMED),
    });
};

/** `AttachContext` of the job with the sources themselves, which are stored once the job takes them. */
export type SendContext = Command<
  'AttachContext',
  { jobId: string; content: string; files: number; baseManifest: BaseManifest; at: string }
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
    command: ({ body, param, at }) => {
      const { context, base_hashes } = body;
      refuseSecrets([...context.files, ...context.dependencies]);
      const { sorted, manifest } = manifestOf(base_hashes);
      return {
        type: 'AttachContext',
        data: {
          jobId: param('job_id'),
          content: JSON.stringify({ ...context, base_hashes: sorted }),
          files: context.files.length,
          baseManifest: manifest,
          at,
        },
      };
    },
  }),
  async decide({ data }, tools) {
    const { content, ...rest } = data;
    const { decided, artifact } = await decideThenStore(
      { jobId: data.jobId, kind: 'CONTEXT', text: content, at: data.at },
      (context, bytes) => ({ type: 'AttachContext', data: { ...rest, context, bytes } }),
      tools,
    );
    return { appends: decided.appends, answer: { artifact: artifactToWire(artifact) } };
  },
};
