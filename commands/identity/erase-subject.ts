import { type EraseSubject, user, userStream } from '../../domain/identity/user.ts';
import type { CommandFile } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import { expectNoCharges } from './delete-account.ts';
import type { ChargeServices, ErasureServices } from './services.ts';

/**
 * Everything of a person goes, for ever (ES-13): first what can be read or opened, then the event says so. A crash between
 * leaves an account that is erased again. Throws USER_NOT_FOUND, PLAN_STILL_PAID.
 */
export const eraseSubject: CommandFile<EraseSubject, ErasureServices & ChargeServices> = {
  type: 'EraseSubject',
  access: 'SYSTEM',
  route: null,
  async decide(command, { store, services }) {
    const { userId } = command.data;
    const { before, append } = await decideOn(store, user, userStream(userId), command);
    if (before.status === 'REGISTERED') await expectNoCharges(userId, services);
    if (append.events.length > 0) await services.erasure.erase(userId);
    return { appends: [append], answer: null };
  },
};
