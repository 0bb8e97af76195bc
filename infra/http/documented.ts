import { z } from 'zod';

/** Parts of the OpenAPI document that no manifest holds, because they are the same for every route. */

/** A body of raw bytes: OpenAPI 3.1 gives it a content type and no schema. */
export const rawBody = z.unknown();
/** An answer of raw bytes, as clients can still name it. */
export const rawAnswer = z.string().meta({ format: 'binary' });

const problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string().describe('Stable: branch on this, never on a text'),
});

const answer = (description: string, contentType: string, schema: z.ZodType) => ({
  description,
  content: { [contentType]: { schema } },
});

/** What a route answers when it works, and the problem that it answers otherwise (RFC 9457). */
export const responses = (
  status: number,
  ok: z.ZodType | null,
  contentType = 'application/json',
): Readonly<Record<string, unknown>> => ({
  [status]: ok === null ? z.null().describe('No content') : answer('Done', contentType, ok),
  default: answer('A problem, by its code', 'application/problem+json', problem),
});
