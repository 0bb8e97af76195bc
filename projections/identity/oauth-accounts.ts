import type { OAuthProvider, ProviderLinked } from '../../domain/identity/provider-claim.ts';
import type { Projection } from '../../domain/kernel/projection.ts';

/** Accounts at providers that sign in here; `account_key` is a keyed hash of issuer and subject (ID-05). */
export type OAuthAccountRow = Readonly<{
  account_key: string;
  provider: OAuthProvider;
  user_id: string;
  linked_at: string;
}>;

export const oauthAccounts: Projection<OAuthAccountRow, ProviderLinked> = {
  name: 'oauth-accounts',
  revision: 1,
  table: 'oauth_accounts',
  handles: ['ProviderLinked'],
  columns: { account_key: 'text', provider: 'text', user_id: 'text', linked_at: 'timestamptz' },
  key: 'account_key',
  indexes: [['user_id']],
  keysOf: (event) => [event.data.accountKey],
  evolve: (_row, { data }, key) => ({
    account_key: key,
    provider: data.provider,
    user_id: data.userId,
    linked_at: data.at,
  }),
};
