import { z } from 'zod';
import { cycleEndOf } from '../../domain/billing/account/state.ts';
import { periodEnd } from '../../domain/billing/credits.ts';
import { usageReport } from '../../domain/billing/usage-report.ts';
import { TIER_NAMES } from '../../domain/kernel/tiers.ts';
import { jsonQuery } from '../kernel/query.ts';
import { snakeKeys } from '../kernel/wire.ts';
import { accountNow } from './account-now.ts';

const micro = z.int().describe('Micro-credits; 1 credit is 1,000,000 of them and US$0.01');

/** BIL-12: what was used beyond the plan, for who buys credits beside it. */
export const getUsageReport = jsonQuery({
  name: 'GetUsageReport',
  access: 'USER',
  path: '/billing/usage-report',
  summary: 'What you used of your plan and beyond it, and what to buy for it',
  query: z.object({}),
  answer: z.object({
    tier: z.enum(TIER_NAMES),
    period_ends_at: z.iso.datetime().nullable().describe('null: nothing was paid for it yet'),
    granted: micro,
    used: micro,
    overage: micro,
    held: micro,
    available: z.object({ plan: micro, bought: micro, given: micro }),
    add_on_credits: z
      .int()
      .nullable()
      .describe('Whole credits for `/billing/checkout`; 0: none are needed, null: the tier cannot use any'),
  }),
  async run({ userId }, services) {
    const at = new Date().toISOString();
    const { state } = await accountNow(services, userId, at);
    const periodEndsAt = state.renewal === 'INVOICE' ? cycleEndOf(state) : periodEnd(at);
    return snakeKeys({ tier: state.tier, periodEndsAt, ...usageReport(state) });
  },
});
