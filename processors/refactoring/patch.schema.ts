import { z } from 'zod';
import type { PatchSet } from '../../domain/patching/edit.ts';
import { pathProblem } from '../../domain/patching/paths.ts';
import { refused } from './finding.schema.ts';

const path = z
  .string()
  .max(1_000)
  .refine((given) => pathProblem(given) === null, { message: 'a path inside the project' });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const base = { path, baseSha256: sha256 };

const edit = z.discriminatedUnion('op', [
  z.object({
    ...base,
    op: z.literal('SEARCH_REPLACE'),
    search: z.string().min(1),
    replace: z.string(),
    symbol: z.string().exactOptional(),
  }),
  z.object({ ...base, op: z.literal('SYMBOL_REPLACE'), symbol: z.string().min(1), replace: z.string() }),
  z.object({ op: z.literal('WRITE_FILE'), path, baseSha256: sha256.nullable(), content: z.string() }),
  z.object({ ...base, op: z.literal('RENAME_FILE'), to: path, content: z.string() }),
  z.object({ ...base, op: z.literal('DELETE_FILE') }),
]);

const patchSet = z.object({
  schema: z.literal('iama.patch/1'),
  edits: z.array(edit).min(1).max(5_000),
}) satisfies z.ZodType<PatchSet>;

/** Answer of stages PATCH and REPAIR. `recipe` is what a recipe wants to know again when it repairs. */
export const patchAnswer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('PATCHED'),
    patch: patchSet,
    summary: z.string().min(1).max(2_000),
    report: z.json().default(null),
    recipe: z.json().default(null),
  }),
  refused,
]);

/** Content of a PATCH artifact: the patch, and beside it what the answer told of its making. */
export const patchArtifact = patchSet.extend({
  report: z.json().default(null),
  recipe: z.json().default(null),
});
