import { z } from 'zod';
import { foldStream } from '../../domain/kernel/fold-stream.ts';
import type { Json } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import {
  haltsNow,
  SPENDING_STREAM,
  type SpendingCommand,
  type SwitchSpending,
  type SwitchUserSpending,
  spending,
} from '../../domain/operations/spending.ts';
import { type CommandFile, type Decided, route, type Tools } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import { reason } from '../kernel/reason.ts';
import type { OperationsServices } from './services.ts';

/** The kill switch (OPS-04). Who pulls it is told all halts that there are then. */

const halts = z.object({
  halts: z.array(
    z.object({ user_id: z.uuid().nullable(), reason: z.string(), by: z.string(), at: z.string() }),
  ),
});
const body = z.strictObject({ halted: z.boolean(), reason });

const decide = async (command: SpendingCommand, { store }: Tools<unknown>): Promise<Decided> => {
  const { append } = await decideOn(store, spending, SPENDING_STREAM, command);
  return { appends: [append], answer: null };
};

/** As the log has them: reasons that tell of a person are sealed there, and the stored answer must not hold them otherwise. */
const present = async (_answer: Json | null, _command: SpendingCommand, { store }: Tools<unknown>) => {
  const { state } = await foldStream(store, spending, SPENDING_STREAM);
  return { halts: haltsNow(state).map(({ userId, ...halt }) => ({ user_id: userId, ...halt })) };
};

export const switchSpending: CommandFile<SwitchSpending, unknown> = {
  type: 'SwitchSpending',
  access: 'ADMIN_KILL_SWITCH',
  route: route({
    method: 'POST',
    path: '/admin/kill-switch',
    summary: 'Halt all spending, or release it: no job begins and no model is asked meanwhile',
    status: 200,
    body,
    answer: halts,
    command: ({ body, userId: by, at }) => ({ type: 'SwitchSpending', data: { ...body, by, at } }),
  }),
  decide,
  present,
};

export const switchUserSpending: CommandFile<SwitchUserSpending, Pick<OperationsServices, 'userExists'>> = {
  type: 'SwitchUserSpending',
  access: 'ADMIN_USER_KILL_SWITCH',
  route: route({
    method: 'POST',
    path: '/admin/kill-switch/users/:user_id',
    summary: 'Halt the spending of one person, or release it',
    status: 200,
    body,
    answer: halts,
    command: ({ body, param, userId: by, at }) => ({
      type: 'SwitchUserSpending',
      data: { ...body, userId: param('user_id'), by, at },
    }),
  }),
  /** A mistyped id must not look like a halt. */
  async decide(command, tools) {
    if (!(await tools.services.userExists(command.data.userId)))
      throw new Rejection('USER_NOT_FOUND', 'There is no such account.');
    return decide(command, tools);
  },
  present,
};
