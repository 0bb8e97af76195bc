import type { AccountCommand } from '../../domain/billing/account/commands.ts';
import { accountStream, accountUnder } from '../../domain/billing/account.ts';
import type { CommandFile } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import { reverseCharge } from './correct-charge.ts';
import { raiseHold } from './raise-hold.ts';
import type { TierServices } from './tier-services.ts';

type Of<Type extends AccountCommand['type']> = Extract<AccountCommand, { type: Type }>;

/** `idOf` names the one effect that the command may have on the account, whoever sends it and however often. */
const accountCommand = <Type extends AccountCommand['type']>(
  type: Type,
  idOf?: (command: Of<Type>) => string,
): CommandFile<Of<Type>, TierServices> => ({
  type: type as Of<Type>['type'],
  access: 'SYSTEM',
  route: null,
  ...(idOf === undefined
    ? {}
    : { naturalKey: (command: Of<Type>) => `${type}:${command.data.userId}:${idOf(command)}` }),
  async decide(command, { store, services }) {
    const account = accountUnder(await services.tiers());
    const { append } = await decideOn(store, account, accountStream(command.data.userId), command);
    return { appends: [append], answer: null };
  },
});

/** All but `RaiseHold` are sent by nobody over HTTP: each is decided on the account's stream like any other. */
export const accountCommands = {
  AssignTier: accountCommand('AssignTier'),
  ClaimJobSlot: accountCommand('ClaimJobSlot'),
  GrantCredits: accountCommand('GrantCredits', ({ data }) => data.lotId),
  RefundTopUp: accountCommand('RefundTopUp', ({ data }) => data.refundId),
  ReclaimCredits: accountCommand('ReclaimCredits'),
  RaiseHold: raiseHold,
  SettleHold: accountCommand('SettleHold', ({ data }) => data.holdId),
  ReverseCharge: reverseCharge,
  RefreshAccount: accountCommand('RefreshAccount'),
} as const;
