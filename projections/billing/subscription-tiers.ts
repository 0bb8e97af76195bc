import type { TierAssigned } from '../../domain/billing/account/events.ts';
import type { UserRegistered } from '../../domain/identity/user.ts';
import type { Projection } from '../../domain/kernel/projection.ts';
import type { TierName } from '../../domain/kernel/tiers.ts';

/** The tier of every person, whatever a payment provider says about them (BIL-01). */
export type SubscriptionTierRow = Readonly<{
  user_id: string;
  tier: TierName;
  reason: string;
  since: string;
}>;

export const subscriptionTiers: Projection<SubscriptionTierRow, TierAssigned | UserRegistered> = {
  name: 'subscription-tiers',
  revision: 1,
  table: 'subscription_tiers',
  handles: ['TierAssigned', 'UserRegistered'],
  columns: { user_id: 'text', tier: 'text', reason: 'text', since: 'timestamptz' },
  key: 'user_id',
  indexes: [['tier']],
  keysOf: (event) => [event.data.userId],
  evolve(row, { type, data }) {
    if (type === 'TierAssigned')
      return { user_id: data.userId, tier: data.tier, reason: data.reason, since: data.at };
    return row ?? { user_id: data.userId, tier: 'FREE', reason: 'registered', since: data.at };
  },
};
