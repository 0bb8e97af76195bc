import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import type { TierAssigned } from '../../domain/billing/account/events.ts';
import type { UserRegistered } from '../../domain/identity/user.ts';
import { recorded } from '../../domain/kernel/history.ts';
import { projectionSpecification } from '../../domain/kernel/projection.ts';
import { subscriptionTiers } from './subscription-tiers.ts';

const at = '2026-11-20T10:00:00.000Z';
const later = '2026-11-20T11:00:00.000Z';
const registered: UserRegistered = { type: 'UserRegistered', data: { userId: 'u', emailKey: 'k', at } };
const assigned: TierAssigned = {
  type: 'TierAssigned',
  data: { userId: 'u', tier: 'PRO', reason: 'bought', at: later },
};

describe('subscription_tiers', () => {
  const given = projectionSpecification(subscriptionTiers, deepStrictEqual);

  it('[BIL-01] begins everybody on FREE', () => {
    given(recorded(registered)).then([{ user_id: 'u', tier: 'FREE', reason: 'registered', since: at }]);
  });

  it('[BIL-01] follows the tier, whichever of the two is recorded first', () => {
    const row = { user_id: 'u', tier: 'PRO', reason: 'bought', since: later } as const;
    given(recorded(registered)).when(recorded(assigned)).then([row]);
    given(recorded(assigned)).when(recorded(registered)).then([row]);
  });
});
