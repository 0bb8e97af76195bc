import { z } from 'zod';
import { OAUTH_PROVIDERS } from '../../domain/identity/provider-claim.ts';
import { type OAuthAccountRow, oauthAccounts } from '../../projections/identity/oauth-accounts.ts';
import { jsonQuery } from '../kernel/query.ts';

const LIMIT = 200;

export const listProviderAccounts = jsonQuery({
  name: 'ListProviderAccounts',
  access: 'USER',
  path: '/auth/oauth/accounts',
  summary: 'Which accounts at providers sign in to yours',
  query: z.object({}),
  answer: z.object({
    accounts: z.array(z.object({ provider: z.enum(OAUTH_PROVIDERS), linked_at: z.string() })),
  }),
  async run({ userId }, { tables }) {
    const rows = await tables.select<OAuthAccountRow>(oauthAccounts, {
      where: 'user_id = $1',
      values: [userId],
      order: 'linked_at desc, account_key',
      limit: LIMIT,
    });
    return { accounts: rows.map(({ provider, linked_at }) => ({ provider, linked_at })) };
  },
});
