import { z } from 'zod';
import type { AccountEvent } from '../../domain/billing/account/events.ts';
import { account, accountStream } from '../../domain/billing/account.ts';
import { TIER_NAMES, TIERS } from '../../domain/billing/tiers.ts';
import { fold } from '../../domain/kernel/decider.ts';
import { jsonQuery } from '../kernel/query.ts';
import { snakeKeys } from '../kernel/wire.ts';

/** BIL-01. Folded from the account itself, so that it agrees with what a start would decide. */
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
    fast_track: z.boolean(),
    deep_fix: z.boolean(),
    upgrade_to: z.enum(TIER_NAMES).nullable(),
  }),
  async run({ userId }, { store }) {
    const { events } = await store.read<AccountEvent>(accountStream(userId));
    const state = fold(account, events);
    const today = new Date().toISOString().slice(0, 10);
    const jobsToday = state.day === today ? state.jobs.length : 0;
    return snakeKeys({ ...TIERS[state.tier], jobsToday });
  },
});
