import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import { type ProviderLinked, providerClaim } from './provider-claim.ts';

const given = specificationFor(providerClaim, deepStrictEqual);
const data = { accountKey: 'k', provider: 'github', userId: 'u', at: '2026-11-21T10:00:00.000Z' } as const;
const linked: ProviderLinked = { type: 'ProviderLinked', data };

describe('an account at a provider', () => {
  it('[ID-05] gets into one account here, and no other', () => {
    given().when({ type: 'LinkProvider', data }).then(linked);
    given(linked).when({ type: 'LinkProvider', data }).thenNothing();
    given(linked)
      .when({ type: 'LinkProvider', data: { ...data, userId: 'v' } })
      .thenRejected('OAUTH_ACCOUNT_TAKEN');
  });
});
