import { z } from 'zod';
import type { Command } from '../../domain/kernel/message.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideThenStore } from './decide-then-store.ts';
import { jobAnswer, workspacePath } from './schemas.ts';
import type { RefactoringServices } from './services.ts';

const path = workspacePath;
const text = z.string().max(4_000_000);
const baseSha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** `iama.patch/1` of domain/patching, in its own camelCase because its bytes are stored as they are. */
const patch = z.strictObject({
  schema: z.literal('iama.patch/1'),
  edits: z
    .array(
      z.discriminatedUnion('op', [
        z.strictObject({
          op: z.literal('SEARCH_REPLACE'),
          path,
          baseSha256,
          search: text,
          replace: text,
          symbol: z.string().max(500).optional(),
        }),
        z.strictObject({
          op: z.literal('SYMBOL_REPLACE'),
          path,
          baseSha256,
          symbol: z.string().max(500),
          replace: text,
        }),
        z.strictObject({
          op: z.literal('WRITE_FILE'),
          path,
          baseSha256: baseSha256.nullable(),
          content: text,
        }),
        z.strictObject({ op: z.literal('RENAME_FILE'), path, baseSha256, to: path, content: text }),
        z.strictObject({ op: z.literal('DELETE_FILE'), path, baseSha256 }),
      ]),
    )
    .max(10_000),
});

/** `RunInterventionTests` of the job with the patch itself, which is stored once the job takes it. */
export type SendPatch = Command<
  'RunInterventionTests',
  { jobId: string; by: string; executionId: string; content: string; at: string }
>;

export const runInterventionTests: CommandFile<SendPatch, RefactoringServices> = {
  type: 'RunInterventionTests',
  access: 'JOB_OWNER',
  route: route({
    method: 'POST',
    path: '/jobs/:job_id/intervention/run-tests',
    summary: 'Run the locked tests on a patch made by hand',
    status: 200,
    content: 'GZIP_JSON',
    bodyLimit: 16 * 1024 * 1024,
    body: z.strictObject({ patch }),
    answer: jobAnswer,
    command: ({ body, param, userId, at, newId }) => ({
      type: 'RunInterventionTests',
      data: {
        jobId: param('job_id'),
        by: userId,
        executionId: newId(),
        content: JSON.stringify(body.patch),
        at,
      },
    }),
  }),
  async decide({ data }, tools) {
    const { content, ...rest } = data;
    const { decided } = await decideThenStore(
      { jobId: data.jobId, kind: 'PATCH', text: content, at: data.at },
      (patch) => ({ type: 'RunInterventionTests', data: { ...rest, patch } }),
      tools,
    );
    return decided;
  },
};
