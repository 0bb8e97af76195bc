import type { BalanceMovement } from '../../domain/billing/payments/balance.ts';
import { type AgreedFees, agreedFeeOf, FEE_KINDS } from '../../domain/operations/agreed-fees.ts';
import { type Bounds, isWithin } from './bounds.ts';
import { lineOf, type Tally } from './variance.ts';

/** Of what people paid and got back; a fee of ours alone, and what a payout costs, nobody agrees on here. */
const isAgreedOn = (
  movement: BalanceMovement,
): movement is BalanceMovement & Parameters<typeof agreedFeeOf>[1] =>
  movement.kind === 'PAYMENT' ? movement.amount > 0 : FEE_KINDS.some((kind) => kind === movement.kind);

/**
 * Holds the fee that the provider took of each payment, refund and dispute of a period against what was agreed. Gives the number of
 * those for which nothing is known of an agreement; of refunds and disputes that cost nothing, nothing needs to be.
 */
export const reconcileFees = (
  agreed: AgreedFees | null,
  bounds: Bounds,
  told: readonly BalanceMovement[],
  tally: Tally,
): number => {
  let unchecked = 0;
  for (const movement of told) {
    if (!isAgreedOn(movement) || !isWithin(bounds, movement.at)) continue;
    const { transactionId: reference, kind, fee, currency: unit } = movement;
    const expected = agreedFeeOf(agreed ?? {}, movement);
    if (expected === null) unchecked += kind === 'PAYMENT' || fee !== 0 ? 1 : 0;
    else if (expected !== fee)
      tally.tell([lineOf({ jobId: null, userId: null, reference, unit }, expected, fee, 'UNEXPLAINED_RATE')]);
  }
  return unchecked;
};
