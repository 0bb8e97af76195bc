import type { Decider } from '../kernel/decider.ts';
import { never } from '../kernel/never.ts';
import type { AccountCommand } from './account/commands.ts';
import {
  assignTier,
  grantCredits,
  reclaimCredits,
  refundTopUp,
  reverseCharge,
} from './account/decide/credits.ts';
import { due } from './account/decide/due.ts';
import { claimJobSlot } from './account/decide/gate.ts';
import { raiseHold, settleHold } from './account/decide/holds.ts';
import type { AccountEvent } from './account/events.ts';
import { evolve } from './account/evolve.ts';
import { ACCOUNT_FORM } from './account/form.ts';
import { type AccountState, initialState } from './account/state.ts';

const act = (command: AccountCommand, state: AccountState): AccountEvent[] => {
  switch (command.type) {
    case 'ClaimJobSlot':
      return claimJobSlot(command, state);
    case 'AssignTier':
      return assignTier(command, state);
    case 'GrantCredits':
      return grantCredits(command, state);
    case 'RefundTopUp':
      return refundTopUp(command, state);
    case 'ReclaimCredits':
      return reclaimCredits(command, state);
    case 'RaiseHold':
      return raiseHold(command, state);
    case 'SettleHold':
      return settleHold(command, state);
    case 'ReverseCharge':
      return reverseCharge(command, state);
    case 'RefreshAccount':
      return [];
    default:
      return never(command);
  }
};

/** Every command meets the account as it is at its time: what has become due happens first, in the same append. */
const decide = (command: AccountCommand, state: AccountState): AccountEvent[] => {
  const before = due(command.data, state);
  return [...before, ...act(command, before.reduce(evolve, state))];
};

/** What a person may use: tier, slots of the day, credits and holds (BIL-01, BIL-03, BIL-04, BIL-11). */
export const account: Decider<AccountState, AccountCommand, AccountEvent> = {
  initialState,
  evolve,
  decide,
  form: ACCOUNT_FORM,
};

export const accountStream = (userId: string): string => `account-${userId}`;

/** The account as a command of this moment would find it, with all that has become due. */
export const accountAt = (state: AccountState, userId: string, at: string): AccountState =>
  due({ userId, at }, state).reduce(evolve, state);
