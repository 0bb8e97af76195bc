import { z } from 'zod';
import { jsonQuery } from '../kernel/query.ts';
import { headAnswer, logSize, pathAnswer } from '../kernel/tree-answers.ts';

export const getConsistencyProof = jsonQuery({
  name: 'GetConsistencyProof',
  access: 'USER',
  path: '/audit/consistency',
  summary: 'Proof that the log begins with an older log',
  query: z.object({ from: logSize, to: logSize.optional() }),
  answer: z.object({
    schema: z.string(),
    from_size: z.int(),
    head: headAnswer,
    path: pathAnswer,
  }),
  run: async ({ query }, { tree }) => tree.proveConsistency(query.from, query.to),
});
