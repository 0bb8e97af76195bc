import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { history } from '../../domain/kernel/history.ts';
import { projectionSpecification } from '../../domain/kernel/projection.ts';
import { oauthAccounts } from './oauth-accounts.ts';

const at = '2026-11-21T10:00:00.000Z';

describe('accounts at providers', () => {
  const given = projectionSpecification(oauthAccounts, deepStrictEqual);

  it('[ID-05] have one row for each issuer and subject', () => {
    const linked = {
      type: 'ProviderLinked',
      data: { accountKey: 'k', provider: 'github', userId: 'u', at },
    } as const;
    given(...history('provider-k', [linked])).then([
      { account_key: 'k', provider: 'github', user_id: 'u', linked_at: at },
    ]);
  });
});
