import { chargeOf } from '../../domain/billing/account/charges.ts';
import type { AccountCommand } from '../../domain/billing/account/commands.ts';
import type { AccountEvent } from '../../domain/billing/account/events.ts';
import { account, accountStream } from '../../domain/billing/account.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { CommandFile } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import { raiseHold } from './raise-hold.ts';

type Of<Type extends AccountCommand['type']> = Extract<AccountCommand, { type: Type }>;

/** The only command that looks at charges however old, and so at all events of the account. */
const reverseCharge: CommandFile<Of<'ReverseCharge'>, unknown> = {
  type: 'ReverseCharge',
  access: 'SYSTEM',
  route: null,
  naturalKey: ({ data }) => `ReverseCharge:${data.userId}:${data.correctionId}`,
  async decide({ type, data }, { store }) {
    const streamName = accountStream(data.userId);
    const { events, currentStreamVersion } = await store.read<AccountEvent>(streamName);
    const charge = chargeOf(events, data.holdId);
    const known = charge === null ? data : { ...data, charge };
    const decided = account.decide({ type, data: known }, fold(account, events));
    return {
      appends: [{ streamName, events: decided, expectedStreamVersion: currentStreamVersion }],
      answer: null,
    };
  },
};

/** `idOf` names the one effect that the command may have on the account, whoever sends it and however often. */
const accountCommand = <Type extends AccountCommand['type']>(
  type: Type,
  idOf?: (command: Of<Type>) => string,
): CommandFile<Of<Type>, unknown> => ({
  type: type as Of<Type>['type'],
  access: 'SYSTEM',
  route: null,
  ...(idOf === undefined
    ? {}
    : { naturalKey: (command: Of<Type>) => `${type}:${command.data.userId}:${idOf(command)}` }),
  async decide(command, { store }) {
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
