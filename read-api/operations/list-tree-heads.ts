import { z } from 'zod';
import { jsonQuery } from '../kernel/query.ts';
import { headAnswer, logSize } from '../kernel/tree-answers.ts';

export const listTreeHeads = jsonQuery({
  name: 'ListTreeHeads',
  access: 'USER',
  path: '/audit/heads',
  summary: 'Signed heads of the log, newest first',
  query: z.object({
    limit: z.coerce.number().int().min(1).max(1_000).default(100),
    below: logSize.optional(),
  }),
  answer: z.object({ heads: z.array(headAnswer) }),
  run: async ({ query }, { tree }) => ({ heads: await tree.heads(query.limit, query.below ?? null) }),
});
