import { type UsageLedgerRow, usageLedger } from '../../projections/billing/usage-ledger.ts';
import type { ReadTables } from '../kernel/query.ts';

/** No job comes near it: it ends after some dozens of calls. */
const MOST_ENTRIES = 10_000;

/** What operators look at, of routes and of calls that were lost. */
const { fault: _fault, retry_after_ms: _retryAfter, at_most: _atMost, ...columns } = usageLedger.columns;
const { table } = usageLedger;

export type JobUsageRow = Omit<UsageLedgerRow, 'fault' | 'retry_after_ms' | 'at_most'>;

/** The entries of a job, oldest first; of another's job none. */
export const usageOf = (
  tables: ReadTables,
  { jobId, userId }: Readonly<{ jobId: string; userId: string }>,
): Promise<JobUsageRow[]> =>
  tables.select<JobUsageRow>(
    { table, columns },
    {
      where: 'job_id = $1 and user_id = $2',
      values: [jobId, userId],
      order: 'booked_at, entry_key',
      limit: MOST_ENTRIES,
    },
  );
