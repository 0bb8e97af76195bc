import { z } from 'zod';
import type { Delivery } from '../../../domain/patching/delivery.ts';
import type { PatchSet } from '../../../domain/patching/edit.ts';

/** Contents of artifacts that the executor reads (docs/reference/http-protocol.md). Bytes are UTF-8 JSON. */
const textFile = z.object({ path: z.string(), text: z.string() });

const context = z.looseObject({ schema: z.literal('iama.context/1'), files: z.array(textFile) });

const testPlan = z.looseObject({
  schema: z.literal('iama.test-plan/1'),
  mode: z.string(),
  runner: z.string(),
  files: z.array(textFile),
  subjects: z.array(z.looseObject({ module: z.string() })),
  /** Every code file that the package runs; the coverage is of all of them, called directly or not. */
  modules: z.array(z.string()),
  /** Files of which the person accepted that they become strict mode code. */
  strict: z.array(z.string()).default([]),
});
export type TestPlan = z.infer<typeof testPlan>;

const base = { path: z.string(), baseSha256: z.string() };
const edit = z.discriminatedUnion('op', [
  z.object({
    ...base,
    op: z.literal('SEARCH_REPLACE'),
    search: z.string(),
    replace: z.string(),
    symbol: z.string().exactOptional(),
  }),
  z.object({ ...base, op: z.literal('SYMBOL_REPLACE'), symbol: z.string(), replace: z.string() }),
  z.object({ ...base, op: z.literal('WRITE_FILE'), baseSha256: z.string().nullable(), content: z.string() }),
  z.object({ ...base, op: z.literal('RENAME_FILE'), to: z.string(), content: z.string() }),
  z.object({ ...base, op: z.literal('DELETE_FILE') }),
]);
const patch = z.object({
  schema: z.literal('iama.patch/1'),
  edits: z.array(edit),
}) satisfies z.ZodType<PatchSet>;

const side = z.object({ sha256: z.string(), text: z.string() }).nullable();
const range = z.tuple([z.number(), z.number()]);
const symbols = z
  .array(z.object({ name: z.string(), before: z.array(range), after: z.array(range) }))
  .exactOptional();
const delivery = z.object({
  schema: z.literal('iama.delivery/1'),
  files: z.array(z.object({ path: z.string(), to: z.string(), before: side, after: side, symbols })),
}) satisfies z.ZodType<Delivery>;

const decode = (bytes: Uint8Array): unknown =>
  JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));

export const readContext = (bytes: Uint8Array): z.infer<typeof context> => context.parse(decode(bytes));
export const readTestPlan = (bytes: Uint8Array): TestPlan => testPlan.parse(decode(bytes));
export const readPatch = (bytes: Uint8Array): PatchSet => patch.parse(decode(bytes));
export const readDelivery = (bytes: Uint8Array): Delivery => delivery.parse(decode(bytes));
export const readJson = (bytes: Uint8Array): unknown => decode(bytes);

export const toBytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
