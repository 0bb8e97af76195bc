import { z } from 'zod';
import { jsonQuery } from '../kernel/query.ts';

/** A convenience: who must not trust this server compares the ids with keys from elsewhere. */
export const getTreeKeys = jsonQuery({
  name: 'GetTreeKeys',
  access: 'USER',
  path: '/audit/keys',
  summary: 'Public keys that signed heads of the log',
  query: z.object({}),
  answer: z.object({
    keys: z.array(z.object({ key_id: z.string(), public_key: z.string().describe('PEM') })),
  }),
  run: async (_request, { tree }) => ({ keys: await tree.keys() }),
});
