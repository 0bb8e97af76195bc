import { z } from 'zod';
import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { jobAnswer, workspacePath } from './schemas.ts';

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

export const runInterventionTests = ownerCommand(
  'RunInterventionTests',
  route({
    method: 'POST',
    path: '/jobs/:job_id/intervention/run-tests',
    summary: 'Run the locked tests on a patch made by hand',
    status: 200,
    content: 'GZIP_JSON',
    bodyLimit: 16 * 1024 * 1024,
    body: z.strictObject({ patch }),
    answer: jobAnswer,
    command: async ({ body, param, userId, at, newId }, { artifacts }) => {
      const jobId = param('job_id');
      const bytes = new TextEncoder().encode(JSON.stringify(body.patch));
      const stored = await artifacts.put({ jobId, kind: 'PATCH', bytes, now: new Date(at) });
      return {
        type: 'RunInterventionTests',
        data: { jobId, by: userId, executionId: newId(), patch: stored, at },
      };
    },
  }),
);
