import { z } from 'zod';
import { availableOf, heldOf } from '../../domain/billing/account/state.ts';
import { usageBar, usageSummary } from '../../domain/billing/summary.ts';
import { TIER_NAMES } from '../../domain/kernel/tiers.ts';
import { jsonQuery } from '../kernel/query.ts';
import { snakeKeys } from '../kernel/wire.ts';
import { accountNow } from './account-now.ts';

const micro = z.int().describe('Micro-credits; 1 credit is 1,000,000 of them and US$0.01');

/** BIL-09: a share, a bar and about how many refactors are left; the credits themselves only where they are asked for. */
export const getUsageSummary = jsonQuery({
  name: 'GetUsageSummary',
  access: 'USER',
  path: '/usage/summary',
  summary: 'How much of your plan is used, and about how many refactors are left',
  query: z.object({ raw: z.enum(['true', 'false']).default('false').describe('true: the credits too') }),
  answer: z.object({
    tier: z.enum(TIER_NAMES),
    basis: z.enum(['CREDITS_OF_MONTH', 'JOBS_OF_DAY']),
    percent_used: z.int().describe('Of the basis, rounded down; above 100 where credits were bought'),
    bar: z.string().describe('20 cells'),
    typical_refactors_left: z.int(),
    alerts: z.array(z.int()).describe('Thresholds of this month’s credits that were crossed, in percent'),
    credits: z
      .object({ granted: micro, used: micro, held: micro, available: micro })
      .optional()
      .describe('Of this month; `available` counts bought credits too. With raw=true only'),
  }),
  async run({ userId, query: { raw } }, services) {
    const at = new Date().toISOString();
    const { state, tiers } = await accountNow(services, userId, at);
    const summary = usageSummary(tiers, state, at);
    const { granted, used } = state.period;
    const credits = { granted, used, held: heldOf(state), available: availableOf(state) };
    return snakeKeys({
      tier: state.tier,
      ...summary,
      bar: usageBar(summary.percentUsed),
      alerts: state.period.alerted,
      ...(raw === 'true' ? { credits } : {}),
    });
  },
});
