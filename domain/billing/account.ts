import type { Decider } from '../kernel/decider.ts';
import { never } from '../kernel/never.ts';
import type { Tiers } from '../kernel/tiers.ts';
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
import { type AccountState, initialState, sumOf } from './account/state.ts';
import { isDue } from './credits.ts';

const act = (tiers: Tiers, command: AccountCommand, state: AccountState): AccountEvent[] => {
  switch (command.type) {
    case 'ClaimJobSlot':
      return claimJobSlot(tiers, command, state);
    case 'AssignTier':
      return assignTier(tiers, command, state);
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

type Account = Decider<AccountState, AccountCommand, AccountEvent>;

/** What a person may use: tier, slots of the day, credits and holds (BIL-01, BIL-03, BIL-04, BIL-11). */
export const account: Omit<Account, 'decide'> = { initialState, evolve, form: ACCOUNT_FORM };

/**
 * The account where the tiers are as they are at the moment of the command (OPS-03). Every command meets the account as it is
 * at its time: what has become due happens first, in the same append.
 */
export const accountUnder = (tiers: Tiers): Account => ({
  ...account,
  decide: (command, state) => {
    const before = due(tiers)(command.data, state);
    return [...before, ...act(tiers, command, before.reduce(evolve, state))];
  },
});

export const accountStream = (userId: string): string => `account-${userId}`;

/** The account as a command of this moment would find it, with all that has become due. */
export const accountAt = (tiers: Tiers, state: AccountState, userId: string, at: string): AccountState =>
  due(tiers)({ userId, at }, state).reduce(evolve, state);

/** Micro-credits of a hold at a time; 0: it has ended, or there is none. */
export const heldAt = ({ holds }: AccountState, holdId: string, at: string): number => {
  const hold = holds[holdId];
  return hold === undefined || isDue(hold.expiresAt, at) ? 0 : sumOf(hold.parts);
};
