import {
  BALANCE_STREAM,
  type BalanceMoved,
  type BalanceMovement,
} from '../../domain/billing/payments/balance.ts';
import type { Command } from '../../domain/kernel/message.ts';
import type { CommandFile } from '../kernel/command.ts';

export type TakeBalance = Command<'TakeBalance', BalanceMovement>;

/** Books a movement on our balance at the payment provider (BIL-11); `balanceKey` sees to it that it is once. */
export const takeBalance: CommandFile<TakeBalance, unknown> = {
  type: 'TakeBalance',
  access: 'SYSTEM',
  route: null,
  async decide({ data }) {
    const moved: BalanceMoved = { type: 'BalanceMoved', data };
    const expectedStreamVersion = 'NO_CONCURRENCY_CHECK';
    return {
      appends: [{ streamName: BALANCE_STREAM, events: [moved], expectedStreamVersion }],
      answer: null,
    };
  },
};

/** By its id alone: what the provider changes of it afterwards is for the reconciliation to find. */
export const balanceKey = ({ data }: TakeBalance): string => `payment-balance:${data.transactionId}`;
