import type { BalanceMovement } from '../../domain/billing/payments/balance.ts';
import { type AgreedFees, agreedFeeOf } from '../../domain/operations/agreed-fees.ts';
import { type Bounds, isWithin } from './bounds.ts';
import { lineOf, type Tally } from './variance.ts';

/**
 * Holds the fee that the provider took of each payment of a period against what was agreed. Gives the number of payments for which
 * nothing is known of an agreement.
 */
export const reconcileFees = (
  agreed: AgreedFees | null,
  bounds: Bounds,
  told: readonly BalanceMovement[],
  tally: Tally,
): number => {
  let unchecked = 0;
  for (const movement of told) {
    const { transactionId: reference, kind, amount, fee, currency: unit, at } = movement;
    if (kind !== 'PAYMENT' || amount <= 0 || !isWithin(bounds, at)) continue;
    const expected = agreedFeeOf(agreed ?? {}, movement);
    if (expected === null) unchecked += 1;
    else if (expected !== fee)
      tally.tell([lineOf({ jobId: null, userId: null, reference, unit }, expected, fee, 'UNEXPLAINED_RATE')]);
  }
  return unchecked;
};
