import { type UsageLedgerRow, usageLedger } from '../../projections/billing/usage-ledger.ts';
import type { ReadTables } from '../kernel/query.ts';

/** No job comes near it: it ends after some dozens of calls. */
const MOST_ENTRIES = 10_000;

/** The entries of a job, oldest first; of another's job none. */
export const usageOf = (
  tables: ReadTables,
  { jobId, userId }: Readonly<{ jobId: string; userId: string }>,
): Promise<UsageLedgerRow[]> =>
  tables.select<UsageLedgerRow>(usageLedger, {
    where: 'job_id = $1 and user_id = $2',
    values: [jobId, userId],
    order: 'booked_at, entry_key',
    limit: MOST_ENTRIES,
  });
