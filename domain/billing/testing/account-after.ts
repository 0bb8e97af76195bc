import type { AccountCommand } from '../account/commands.ts';
import type { AccountState } from '../account/state.ts';
import { account } from './seeded-account.ts';

/** The account of one person after these commands, one after the other. */
export const stateAfter = (...commands: readonly AccountCommand[]): AccountState =>
  commands.reduce(
    (state, command) => account.decide(command, state).reduce(account.evolve, state),
    account.initialState(),
  );

/** The person whose account it is, at one moment. */
export const userId = 'u';
export const at = '2026-11-20T10:00:00.000Z';

export const plus: AccountCommand = { type: 'AssignTier', data: { userId, tier: 'PLUS', reason: 'r', at } };
