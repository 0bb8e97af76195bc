import { z } from 'zod';
import { type AccountState, claimsAt, cycleEndOf } from '../../domain/billing/account/state.ts';
import { periodEnd } from '../../domain/billing/credits.ts';
import { TIER_NAMES, usesCredits } from '../../domain/kernel/tiers.ts';
import { jsonQuery } from '../kernel/query.ts';
import { snakeKeys } from '../kernel/wire.ts';
import { accountNow } from './account-now.ts';

/** The end of the cycle that is paid; null: the plan ends with it, or before. */
const nextCycleOf = (state: AccountState): string | null => {
  const end = cycleEndOf(state);
  const over = state.then.find(({ tier }) => !usesCredits(tier));
  return end !== null && over !== undefined && over.at <= end ? null : end;
};

/** BIL-01. */
export const getSubscription = jsonQuery({
  name: 'GetSubscription',
  access: 'USER',
  path: '/subscription/me',
  summary: 'Your tier, what it allows and what is used today',
  query: z.object({}),
  answer: z.object({
    tier: z.enum(TIER_NAMES),
    model_classes: z.array(z.enum(['L0', 'L1', 'L2', 'L3'])),
    context_cap_tokens: z.int(),
    jobs_per_day: z.int(),
    jobs_today: z.int(),
    monthly_credits: z.int().describe('Whole credits; 0: recipes only'),
    renews_at: z.iso.datetime().nullable().describe('When the next monthly credits come; null: none do'),
    fast_track: z.boolean(),
    deep_fix: z.boolean(),
    upgrade_to: z.enum(TIER_NAMES).nullable(),
  }),
  async run({ userId }, services) {
    const at = new Date().toISOString();
    const { state, tiers } = await accountNow(services, userId, at);
    const terms = tiers[state.tier];
    const jobsToday = claimsAt(state, at).jobs.length;
    const ofMonth = terms.monthlyCredits === 0 ? null : periodEnd(at);
    const renewsAt = state.renewal === 'INVOICE' ? nextCycleOf(state) : ofMonth;
    return snakeKeys({ ...terms, jobsToday, renewsAt });
  },
});
