import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';
import { Rejection } from '../kernel/rejection.ts';

export const OAUTH_PROVIDERS = ['github', 'google'] as const;
export type OAuthProvider = (typeof OAUTH_PROVIDERS)[number];

/**
 * Whose account somebody at a provider signs in to; stream `provider-<accountKey>`. The key is a keyed hash of issuer and
 * subject, so that the log tells nobody's account elsewhere, and one of those never gets into two accounts here (ID-05).
 */
export type ProviderLinked = Event<
  'ProviderLinked',
  { accountKey: string; provider: OAuthProvider; userId: string; at: string }
>;
export type LinkProvider = Command<'LinkProvider', ProviderLinked['data']>;

type ProviderClaimState = Readonly<{ userId: string | null }>;

export const providerClaim: Decider<ProviderClaimState, LinkProvider, ProviderLinked> = {
  initialState: () => ({ userId: null }),
  evolve: (_state, event) => ({ userId: event.data.userId }),
  decide: ({ data }, { userId }) => {
    if (userId === data.userId) return [];
    if (userId !== null)
      throw new Rejection('OAUTH_ACCOUNT_TAKEN', 'This account at the provider signs in to another account.');
    return [{ type: 'ProviderLinked', data }];
  },
};

export const providerStream = (accountKey: string): string => `provider-${accountKey}`;
