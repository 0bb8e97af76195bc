import { z } from 'zod';

const text = z.string().min(1).max(2_000);

/** Answer of stage SPECIFY: what must hold (BDD) and what is to be built (SDD). Ids are given by the reactor (SPC-02). */
export const specifyAnswer = z.object({
  status: z.literal('SPECIFIED'),
  bdd: z
    .array(z.object({ given: text, when: text, then: text }))
    .min(1)
    .max(200),
  sdd: z
    .array(z.object({ topic: z.enum(['STRUCTURE', 'TYPES', 'DEPENDENCIES']), statement: text }))
    .min(1)
    .max(200),
});
