import { z } from 'zod';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { secretsByFormat } from '../../domain/kernel/secrets.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOnJob, type JobCommandOf } from './job-command.ts';
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

/** The sources go into an encrypted artifact, the log gets its name (DEL-05). */
export const attachContext: CommandFile<JobCommandOf<'AttachContext'>, RefactoringServices> = {
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
    command: async ({ body, param, at }, { artifacts }) => {
      refuseSecrets(body.context.files);
      const jobId = param('job_id');
      const bytes = new TextEncoder().encode(JSON.stringify(body.context));
      const context = await artifacts.put({ jobId, kind: 'CONTEXT', bytes, now: new Date(at) });
      const files = body.context.files.length;
      return {
        type: 'AttachContext',
        data: { jobId, context, files, bytes: bytes.byteLength, baseHashes: body.base_hashes, at },
      };
    },
  }),
  async decide(command, tools) {
    const { appends } = await decideOnJob(command, tools);
    return { appends, answer: { artifact: artifactToWire(command.data.context) } };
  },
};
