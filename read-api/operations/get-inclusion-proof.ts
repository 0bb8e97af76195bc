import { z } from 'zod';
import { jsonQuery } from '../kernel/query.ts';
import { headAnswer, logSize, pathAnswer } from '../kernel/tree-answers.ts';

export const getInclusionProof = jsonQuery({
  name: 'GetInclusionProof',
  access: 'USER',
  path: '/audit/inclusion/:position',
  summary: 'Proof that the event at a position is in the log',
  query: z.object({}),
  answer: z.object({
    schema: z.string(),
    head: headAnswer,
    proofs: z.array(z.object({ position: z.int(), leaf_hash: z.string(), path: pathAnswer })),
  }),
  run: async ({ param }, { tree }) => tree.prove([logSize.parse(param('position'))]),
});
