import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Db } from './db.ts';
import { paymentStories } from './payment-stories.ts';
import { lineOf, type Tally, type VarianceLine } from './variance.ts';

/** Lots of which something was sold or taken back in the period, and what is sold of each over all time. */
const SALES = `
SELECT s.user_id, s.reference AS lot_id, sum(-l.amount)::bigint AS sold
  FROM (SELECT DISTINCT user_id, reference FROM read.ledger_postings
         WHERE account = 'source.sold' AND effective_at >= $1 AND effective_at < $2
           AND (user_id, reference) > ($3, $4)
         ORDER BY user_id, reference LIMIT 2000) s
  JOIN read.ledger_postings l ON l.user_id = s.user_id AND l.account = 'source.sold' AND l.reference = s.reference
 GROUP BY s.user_id, s.reference ORDER BY s.user_id, s.reference`;

type SaleRow = Readonly<{ user_id: string; lot_id: string; sold: bigint }>;

/** Credits that were spent before their money went back stay sold. */
const linesOf = (
  { user_id: userId, lot_id: reference, sold }: SaleRow,
  sale: Readonly<{ sold: number; due: number }> | null,
): readonly VarianceLine[] => {
  const of = { jobId: null, userId, reference, unit: 'MICRO_CREDIT' };
  const expected = sale === null ? 0 : sale.sold - sale.due;
  const variance = Number(sold) - expected;
  if (variance === 0) return [];
  const isSpent = sale !== null && variance > 0 && variance <= sale.due;
  return [lineOf(of, expected, Number(sold), isSpent ? 'SPENT' : 'UNEXPLAINED_SALE')];
};

/** Holds credits that were sold against the payments that bought them; gives the number of lots. */
export const reconcileSales = async (
  { db, store }: Readonly<{ db: Db; store: Pick<StreamStore, 'read'> }>,
  bounds: readonly string[],
  tally: Tally,
): Promise<number> => {
  const storyOf = paymentStories(store);
  let sales = 0;
  for (let after: readonly [string, string] | null = ['', '']; after !== null; ) {
    const { rows }: { rows: SaleRow[] } = await db.query<SaleRow>(SALES, [...bounds, ...after]);
    for (const row of rows) tally.tell(linesOf(row, (await storyOf(row.user_id)).sale(row.lot_id)));
    sales += rows.length;
    const last = rows.at(-1);
    after = last === undefined ? null : [last.user_id, last.lot_id];
  }
  return sales;
};
