import { z } from 'zod';
import { PRICE_LISTS_STREAM, type PricesPublished } from '../../domain/billing/price-lists.ts';
import { jsonQuery } from '../kernel/query.ts';

const micro = z.int().describe('Micro-credits per 1,000 tokens');

/** BIL-05: every list that was published, in the order of the dates from which they count. */
export const listPrices = jsonQuery({
  name: 'ListPrices',
  access: 'ADMIN_FINANCE',
  path: '/admin/finance/prices',
  summary: 'All lists of prices of models',
  query: z.object({}),
  answer: z.object({
    lists: z.array(
      z.object({
        version: z.string(),
        effective_from: z.iso.datetime(),
        models: z.record(z.string(), z.object({ input: micro, cached: micro, output: micro })),
        published_at: z.iso.datetime(),
      }),
    ),
  }),
  async run(_request, { store }) {
    const { events } = await store.read<PricesPublished>(PRICE_LISTS_STREAM);
    return {
      lists: events.map(({ data: { version, effectiveFrom, models, at } }) => ({
        version,
        effective_from: effectiveFrom,
        models,
        published_at: at,
      })),
    };
  },
});
