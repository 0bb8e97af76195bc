import { type AssignTier, account, accountStream } from '../../domain/billing/account.ts';
import type { CommandFile } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';

export const assignTier: CommandFile<AssignTier, unknown> = {
  type: 'AssignTier',
  access: 'SYSTEM',
  route: null,
  async decide(command, { store }) {
    const { append } = await decideOn(store, account, accountStream(command.data.userId), command);
    return { appends: [append], answer: null };
  },
};
