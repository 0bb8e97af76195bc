import type { AssignTier } from '../../domain/billing/account/commands.ts';
import type { UserRegistered } from '../../domain/identity/user.ts';
import type { ProcessManager } from '../../domain/kernel/process-manager.ts';
import type { TierName } from '../../domain/kernel/tiers.ts';

/**
 * Gives every new account the tier that this installation offers (decision 0006). Where that is FREE nothing has to
 * happen, because every account begins there.
 */
export const signUpTier = (tier: TierName): ProcessManager<null, UserRegistered, AssignTier> => ({
  name: 'sign-up-tier',
  revision: 1,
  handles: ['UserRegistered'],
  correlate: (event) => event.data.userId,
  initialState: () => null,
  evolve: () => null,
  react: ({ data: { userId, at } }) =>
    tier === 'FREE'
      ? []
      : [
          {
            kind: 'command',
            command: { type: 'AssignTier', data: { userId, tier, reason: 'tier of new accounts here', at } },
          },
        ],
});
