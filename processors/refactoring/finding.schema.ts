import { z } from 'zod';

/** Why something cannot be done or was left alone. Long texts are cut, because findings end up in events. */
export const finding = z.object({
  code: z.string().max(100),
  path: z.string().max(1_000).nullable(),
  line: z.number().int().positive().nullable(),
  reason: z.string().transform((text) => text.slice(0, 1_000)),
});

/** No stage has to answer: "this cannot be done safely" is an answer. */
export const refused = z.object({ status: z.literal('REFUSED'), reasons: z.array(finding).min(1) });
