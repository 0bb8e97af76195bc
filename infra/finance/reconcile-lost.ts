import type { Db } from './db.ts';
import { lineOf, type Tally } from './variance.ts';

/** Entries of calls whose process died before it told what came of them (`processors/billing/lost-calls.ts`). */
const LOST = `
SELECT entry_key, user_id, job_id, at_most FROM read.usage_ledger
 WHERE booked_at >= $1 AND booked_at < $2 AND failure_class = 'CALL_LOST' AND entry_key > $3
 ORDER BY entry_key LIMIT 2000`;

type LostRow = Readonly<{ entry_key: string; user_id: string; job_id: string; at_most: bigint | null }>;

/**
 * Names each call of the period that a gateway may be paid for and nobody is charged for: `expected` is the most that it can have cost; 0
 * where no price was published for its model, so that nobody knows.
 */
export const reconcileLost = async (db: Db, bounds: readonly string[], tally: Tally): Promise<void> => {
  for (let after: string | null = ''; after !== null; ) {
    const { rows }: { rows: LostRow[] } = await db.query<LostRow>(LOST, [...bounds, after]);
    for (const { user_id: userId, job_id: jobId, at_most } of rows) {
      const of = { jobId, userId, reference: null, unit: 'MICRO_CREDIT' };
      const reason = at_most === null ? 'CALL_LOST_UNPRICED' : 'CALL_LOST';
      if (at_most !== 0n) tally.tell([lineOf(of, Number(at_most ?? 0), 0, reason)]);
    }
    after = rows.at(-1)?.entry_key ?? null;
  }
};
