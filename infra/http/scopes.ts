import type { Scope } from '../../commands/identity/scopes.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';

/**
 * The scope that a token for machines needs for a route, from its method and address; null: no such token is let in. Account,
 * sessions and tokens are changed by people only.
 */
export const scopeOf = (method: string, url: string): Scope | null => {
  const [, , , area] = url.split('/');
  const isRead = method === 'GET' || method === 'HEAD';
  if (area === 'jobs' || area === 'usage') return isRead ? 'jobs:read' : 'jobs:write';
  return isRead ? 'account:read' : null;
};

/** Throws `Rejection` SCOPE_MISSING unless the scope of the route is among those granted. */
export const requireScope = (granted: readonly Scope[], method: string, url: string): void => {
  const scope = scopeOf(method, url);
  if (scope === null)
    throw new Rejection('SCOPE_MISSING', 'No token for machines can do this: sign in.', { scope: null });
  if (!granted.includes(scope))
    throw new Rejection('SCOPE_MISSING', `This token lacks the scope ${scope}.`, { scope });
};
