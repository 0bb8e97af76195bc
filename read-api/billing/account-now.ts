import type { AccountState } from '../../domain/billing/account/state.ts';
import { account, accountAt, accountStream } from '../../domain/billing/account.ts';
import { foldStream } from '../../domain/kernel/fold-stream.ts';
import type { ReadServices } from '../kernel/query.ts';

/** Folded from the account itself, so that it agrees with what a start at `at` would decide. */
export const accountNow = async (
  { store }: Pick<ReadServices, 'store'>,
  userId: string,
  at: string,
): Promise<AccountState> => {
  const { state } = await foldStream(store, account, accountStream(userId));
  return accountAt(state, userId, at);
};
