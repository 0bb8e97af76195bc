import type { Event } from '../../kernel/message.ts';
import type { MoneyPosting } from './money.ts';

/**
 * One movement on our balance at the payment provider (BIL-11, BIL-15). `amount` is a signed integer in minor units of
 * `currency` (ISO 4217, upper case), before what the provider kept of it; `at` is the provider's time.
 */
export type BalanceMovement = Readonly<{
  transactionId: string;
  /** Of the payment, refund, dispute or payout that moved it; of the movement itself where there is none. */
  sourceId: string;
  kind: 'PAYMENT' | 'REFUND' | 'DISPUTE' | 'FEE' | 'PAYOUT' | 'OTHER';
  amount: number;
  /** Positive where something was kept. */
  fee: number;
  currency: string;
  at: string;
}>;

/** As the provider told it, once by its id; stream `payments-balance`. */
export type BalanceMoved = Event<'BalanceMoved', BalanceMovement>;

export const BALANCE_STREAM = 'payments-balance';

/** What of a movement is a fee, and what reaches the bank; negative where it came back. */
export const partsOf = ({ kind, amount, fee }: BalanceMovement): Readonly<{ fee: number; bank: number }> => ({
  fee: kind === 'FEE' ? fee - amount : fee,
  bank: kind === 'PAYOUT' ? -amount : 0,
});

/**
 * The balanced entry of a movement (BIL-11): fees and payouts. Payments, refunds and disputes are booked by what webhooks tell of
 * them; what is none of these is not booked by a guess, and found by the reconciliation.
 */
export const balancePostingsOf = ({ data }: BalanceMoved): readonly MoneyPosting[] => {
  const { fee, bank } = partsOf(data);
  return (
    [
      ['money.provider', 0 - fee - bank],
      ['money.fees', fee],
      ['money.bank', bank],
    ] as const
  )
    .filter(([, amount]) => amount !== 0)
    .map(([account, amount]) => ({ account, unit: data.currency, amount }));
};
