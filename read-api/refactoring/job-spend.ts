import { z } from 'zod';
import type { Json } from '../../domain/kernel/message.ts';
import { type LedgerPostingRow, ledgerPostings } from '../../projections/billing/ledger-postings.ts';
import type { RefactorJobRow } from '../../projections/refactoring/refactor-jobs.ts';
import type { ReadTables } from '../kernel/query.ts';
import { rowToJson } from '../kernel/wire.ts';

/** What a job used, and what it was charged at its end less what was corrected: the ledger's word (BIL-09, BIL-11). */
export const spend = z.object({
  model_calls: z.int(),
  tokens: z.int(),
  micro_credits: z.int().describe('Charged, 0 until the job has ended; 1 credit is 1,000,000 micro-credits'),
});

/** Micro-credits by job. Without tokens nothing is charged, so such a job is not looked up. */
const chargedFor = async (
  tables: ReadTables,
  rows: readonly RefactorJobRow[],
): Promise<ReadonlyMap<string, bigint>> => {
  const jobs = rows.filter(({ tokens }) => tokens > 0n).map(({ job_id }) => job_id);
  const charged = new Map<string, bigint>();
  if (jobs.length === 0) return charged;
  const charges = await tables.select<LedgerPostingRow>(ledgerPostings, {
    where: "job_id = any($1) and account = 'sink.consumed'",
    values: [jobs],
  });
  for (const { job_id, amount } of charges)
    if (job_id !== null) charged.set(job_id, (charged.get(job_id) ?? 0n) + amount);
  return charged;
};

/** Jobs as clients see them: the rows with what each spent (JOB-02). */
export const withSpend = async (
  tables: ReadTables,
  rows: readonly RefactorJobRow[],
): Promise<readonly (Readonly<{ [key: string]: Json }> & Readonly<{ spend: z.output<typeof spend> }>)[]> => {
  const charged = await chargedFor(tables, rows);
  return rows.map((row) => ({
    ...rowToJson(row),
    spend: {
      model_calls: row.model_calls,
      tokens: Number(row.tokens),
      micro_credits: Number(charged.get(row.job_id) ?? 0n),
    },
  }));
};
