import { z } from 'zod';
import { chargeOf } from '../../domain/billing/account/charges.ts';
import type { AccountEvent } from '../../domain/billing/account/events.ts';
import { type AccountState, sumOf } from '../../domain/billing/account/state.ts';
import { account, accountAt, accountStream } from '../../domain/billing/account.ts';
import {
  type BudgetEvent,
  budget,
  budgetStream,
  limitOf,
  missingOf,
  reservedOf,
  UNHELD_LIMIT,
} from '../../domain/billing/budget.ts';
import { fold } from '../../domain/kernel/decider.ts';
import { usesCredits } from '../../domain/kernel/tiers.ts';
import { type RefactorJobRow, refactorJobs } from '../../projections/refactoring/refactor-jobs.ts';
import { jsonQuery, type ReadServices } from '../kernel/query.ts';
import { rowToJson } from '../kernel/wire.ts';
import { type JobUsageRow, usageOf } from './usage-of-job.ts';

/** What was given back of the charge, and why, as the operators wrote it. */
const correctionsOf = (events: readonly AccountEvent[], jobId: string) =>
  events.flatMap((event) => {
    if (event.type !== 'ChargeReversed' || event.data.holdId !== jobId) return [];
    const { correctionId, microCredits, reason, at } = event.data;
    return [{ correction_id: correctionId, micro_credits: microCredits, reason, at }];
  });

/** What is set aside for the job, and what it was charged at its end, in micro-credits. */
const settlementOf = ({ holds }: AccountState, events: readonly AccountEvent[], jobId: string) => {
  const end = chargeOf(events, jobId);
  const open = Object.hasOwn(holds, jobId) ? holds[jobId] : undefined;
  const status = open !== undefined ? 'HELD' : end !== null ? 'SETTLED' : 'NONE';
  return {
    status,
    held: sumOf(open?.parts ?? []),
    charged: end?.posted ?? 0,
    corrected: end?.reversed ?? 0,
    corrections: correctionsOf(events, jobId),
  };
};

/** `tier`: that the job started with; null: it did not. */
const budgetOf = async (
  { store }: ReadServices,
  { holds }: AccountState,
  { jobId, tier }: Readonly<{ jobId: string; tier: RefactorJobRow['tier'] }>,
) => {
  const { events } = await store.read<BudgetEvent>(budgetStream(jobId));
  const state = fold(budget, events);
  // The table may not have the start yet, when a call tells of it.
  const isHeld = state.hold !== null && (tier === null || usesCredits(tier));
  const known = { ...state, hold: isHeld ? sumOf(holds[jobId]?.parts ?? []) : null };
  const { cap, spent, warned } = known;
  return {
    cap,
    limit: limitOf(known),
    most: isHeld ? null : UNHELD_LIMIT,
    spent,
    reserved: reservedOf(known),
    missing: missingOf(known),
    warned: [...warned],
  };
};

/**
 * BIL-06: a call has its price at once, and whether it counts is decided at the end of the job. Where that charged nothing,
 * no call is told as charged, and how the job ended is why.
 */
const asSettled = (
  failureClass: RefactorJobRow['failure_class'],
  rows: readonly JobUsageRow[],
): readonly JobUsageRow[] =>
  rows.map((row) =>
    row.billable && row.micro_credits > 0n ? { ...row, billable: false, failure_class: failureClass } : row,
  );

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
    settlement: z
      .object({
        status: z.enum(['NONE', 'HELD', 'SETTLED']).describe('NONE: nothing was ever held for it'),
        held: z.int(),
        charged: z.int(),
        corrected: z.int().describe('Of what was charged, given back'),
        corrections: z.array(
          z.object({
            correction_id: z.string(),
            micro_credits: z.int(),
            reason: z.string(),
            at: z.iso.datetime(),
          }),
        ),
      })
      .describe('Micro-credits: what is set aside, and what was charged at the end'),
    budget: z
      .object({
        cap: z.int().nullable().describe('Set by the person; null: none'),
        limit: z.int().describe('What is held, or the cap where it is lower'),
        most: z
          .int()
          .nullable()
          .describe(
            'What stands in the place of the hold on a tier that draws no credits, and cannot be raised; null: the job holds credits',
          ),
        spent: z.int(),
        reserved: z.int().describe('The most that calls under way can cost'),
        missing: z.int().describe('By how much the limit has to rise for the call that was not made'),
        warned: z.array(z.int()).describe('Percent of the limit'),
      })
      .describe('Micro-credits; only calls that have a price count'),
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
        event_id: z.string().describe('The event that recorded it'),
        waived_by: z.string().nullable().describe('The event that took its charge back'),
      }),
    ),
  }),
  async run({ param, userId }, services) {
    const jobId = param('job_id');
    const used = await usageOf(services.tables, { jobId, userId });
    const { events } = await services.store.read<AccountEvent>(accountStream(userId));
    const state = accountAt(await services.tiers(), fold(account, events), userId, new Date().toISOString());
    const settlement = settlementOf(state, events, jobId);
    const isFree = settlement.status === 'SETTLED' && settlement.charged === 0;
    const [job] = await services.tables.select<RefactorJobRow>(refactorJobs, {
      where: 'job_id = $1',
      values: [jobId],
    });
    const rows = isFree ? asSettled(job?.failure_class ?? null, used) : used;
    const billable = rows.filter((row) => row.billable);
    const total = billable.reduce((sum, row) => sum + row.micro_credits, 0n);
    return {
      job_id: jobId,
      total_micro_credits: Number(total),
      settlement,
      budget: await budgetOf(services, state, { jobId, tier: job?.tier ?? null }),
      entries: rows.map(rowToJson),
    };
  },
});
