import { z } from 'zod';
import {
  type ProductAnalyticsRow,
  productAnalytics,
} from '../../projections/operations/product-analytics.ts';
import { jsonQuery } from '../kernel/query.ts';

const day = z.iso.date();

export const getAnalytics = jsonQuery({
  name: 'GetAnalytics',
  access: 'ADMIN',
  path: '/admin/analytics',
  summary:
    'How often jobs began, passed their baseline, fell back and were delivered, and what clients told, by day',
  query: z.object({ from: day, to: day }),
  answer: z.object({ days: z.array(z.object({ day: z.string(), metric: z.string(), times: z.int() })) }),
  async run({ query: { from, to } }, { tables }) {
    const rows = await tables.select<ProductAnalyticsRow>(productAnalytics, {
      where: 'day between $1 and $2',
      values: [from, to],
      order: 'day, metric',
      limit: 10_000,
    });
    return { days: rows.map(({ day, metric, times }) => ({ day, metric, times: Number(times) })) };
  },
});
