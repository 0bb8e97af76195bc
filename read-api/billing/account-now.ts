import type { AccountState } from '../../domain/billing/account/state.ts';
import { account, accountAt, accountStream } from '../../domain/billing/account.ts';
import { foldStream } from '../../domain/kernel/fold-stream.ts';
import type { Tiers } from '../../domain/kernel/tiers.ts';
import type { ReadServices } from '../kernel/query.ts';

/** With the tiers by which it is so. Folded from the account itself, so that it agrees with what a start at `at` would decide. */
export const accountNow = async (
  { store, tiers }: Pick<ReadServices, 'store' | 'tiers'>,
  userId: string,
  at: string,
): Promise<Readonly<{ state: AccountState; tiers: Tiers }>> => {
  const [{ state }, now] = await Promise.all([foldStream(store, account, accountStream(userId)), tiers()]);
  return { state: accountAt(now, state, userId, at), tiers: now };
};
