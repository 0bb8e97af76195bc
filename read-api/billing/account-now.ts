import type { AccountEvent } from '../../domain/billing/account/events.ts';
import type { AccountState } from '../../domain/billing/account/state.ts';
import { account, accountAt, accountStream } from '../../domain/billing/account.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { ReadServices } from '../kernel/query.ts';

/** Folded from the account itself, so that it agrees with what a start at `at` would decide. */
export const accountNow = async (
  { store }: Pick<ReadServices, 'store'>,
  userId: string,
  at: string,
): Promise<AccountState> => {
  const { events } = await store.read<AccountEvent>(accountStream(userId));
  return accountAt(fold(account, events), userId, at);
};
