import type { AccountCommand } from '../../../domain/billing/account/commands.ts';
import type { AccountEvent } from '../../../domain/billing/account/events.ts';
import { accountStream } from '../../../domain/billing/account.ts';
import { account } from '../../../domain/billing/testing/seeded-account.ts';
import type { World } from '../../runtime/testing/world.ts';

/** Decides on the account as it stands in the log, one command after the other, and appends what follows. */
export const onAccount = async (
  { log, append }: Pick<World, 'log' | 'append'>,
  ...commands: readonly AccountCommand[]
): Promise<void> => {
  for (const command of commands) {
    const stream = accountStream(command.data.userId);
    const { events } = await log.read<AccountEvent>(stream);
    const state = events.reduce(account.evolve, account.initialState());
    await append(stream, ...account.decide(command, state));
  }
};

export const onPlus = (userId: string, at: string): AccountCommand => ({
  type: 'AssignTier',
  data: { userId, tier: 'PLUS', reason: 'bought', at },
});

/** A job that begins and is charged. */
export const charge = (
  userId: string,
  jobId: string,
  microCredits: number,
  at: string,
): readonly AccountCommand[] => [
  { type: 'ClaimJobSlot', data: { userId, jobId, at } },
  { type: 'SettleHold', data: { userId, holdId: jobId, jobId, microCredits, chargeClass: 'SUCCESS', at } },
];

export const correct = (
  userId: string,
  holdId: string,
  microCredits: number,
  at: string,
  correctionId = 'c',
): AccountCommand => ({
  type: 'ReverseCharge',
  data: { userId, holdId, correctionId, microCredits, reason: 'wrong', at },
});
