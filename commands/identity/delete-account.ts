import { z } from 'zod';
import { type DeleteAccount, user, userStream } from '../../domain/identity/user.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import { expectOwnPassword } from './own-password.ts';
import { givenPassword } from './schemas.ts';
import type { ChargeServices, IdentityServices } from './services.ts';

/** Nobody could enter the portal any more to end the charges. */
export const expectNoCharges = async (userId: string, { charges }: ChargeServices): Promise<void> => {
  const cycleEndsAt = await charges.cycleEndOf(userId);
  if (cycleEndsAt !== null)
    throw new Rejection('PLAN_STILL_PAID', 'A plan is paid for. Cancel it in the portal first.', {
      cycle_ends_at: cycleEndsAt,
    });
};

/** ID-12: nobody enters the account any more; its erasure follows from the event. */
export const deleteAccount: CommandFile<DeleteAccount, IdentityServices & ChargeServices> = {
  type: 'DeleteAccount',
  access: 'USER',
  route: route({
    method: 'DELETE',
    path: '/account',
    summary: 'Delete your account; ends every session',
    status: 204,
    body: z.strictObject({ password: givenPassword }),
    answer: null,
    command: async ({ body, userId, at }, services) => {
      await expectOwnPassword(userId, body.password, services);
      return { type: 'DeleteAccount', data: { userId, at } };
    },
    caller: ({ data }) => data.userId,
  }),
  async decide(command, { store, services }) {
    await expectNoCharges(command.data.userId, services);
    const { append } = await decideOn(store, user, userStream(command.data.userId), command);
    return { appends: [append], answer: null };
  },
};
