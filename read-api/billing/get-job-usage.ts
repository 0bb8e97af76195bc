import { z } from 'zod';
import { type UsageLedgerRow, usageLedger } from '../../projections/billing/usage-ledger.ts';
import { jsonQuery } from '../kernel/query.ts';
import { rowToJson } from '../kernel/wire.ts';

/** Itemised, from the ledger only (BIL-09). */
export const getJobUsage = jsonQuery({
  name: 'GetJobUsage',
  access: 'JOB_OWNER',
  path: '/usage/job/:job_id',
  summary: 'What the job used, call by call',
  query: z.object({}),
  answer: z.object({
    job_id: z.uuid(),
    total_micro_credits: z.int(),
    entries: z.array(
      z.object({
        entry_key: z.string(),
        user_id: z.string(),
        job_id: z.string(),
        model_class: z.enum(['L0', 'L1', 'L2', 'L3']),
        attempt: z.int(),
        ordinal: z.int(),
        stage: z.string(),
        gateway: z.string(),
        model: z.string(),
        price_version: z.string(),
        input_tokens: z.int(),
        cached_tokens: z.int(),
        output_tokens: z.int(),
        micro_credits: z.int(),
        billable: z.boolean(),
        failure_class: z.string().nullable().describe('Why it is not charged, or SUCCESS'),
        booked_at: z.string(),
      }),
    ),
  }),
  async run({ param, userId }, { tables }) {
    const jobId = param('job_id');
    const rows = await tables.select<UsageLedgerRow>(usageLedger, {
      where: 'job_id = $1 and user_id = $2',
      values: [jobId, userId],
      order: 'booked_at, entry_key',
      limit: 10_000,
    });
    const billable = rows.filter((row) => row.billable);
    const total = billable.reduce((sum, row) => sum + row.micro_credits, 0n);
    return { job_id: jobId, total_micro_credits: Number(total), entries: rows.map(rowToJson) };
  },
});
