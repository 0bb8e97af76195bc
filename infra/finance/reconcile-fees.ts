import { type BalanceMovement, partsOf } from '../../domain/billing/payments/balance.ts';
import { never } from '../../domain/kernel/never.ts';
import { type AgreedFees, agreedFeeOf } from '../../domain/operations/agreed-fees.ts';
import { type Bounds, isWithin } from './bounds.ts';
import { lineOf, type Tally } from './variance.ts';

/** Fees of a period for which no agreement was held against anything. */
export type OtherFees = Readonly<{
  /** Of how many payments, refunds and disputes nothing is known of an agreement; a refund or dispute that cost nothing needs none. */
  unchecked: number;
  /** Of the account itself and of payouts, in minor units by currency: they have no rate. */
  ofAccount: Readonly<Record<string, number>>;
}>;

/**
 * Holds the fee that the provider took of each payment, refund and dispute of a period against what was agreed, and names each fee of
 * the account and of payouts.
 */
export const reconcileFees = (
  agreed: AgreedFees | null,
  bounds: Bounds,
  told: readonly BalanceMovement[],
  tally: Tally,
): OtherFees => {
  let unchecked = 0;
  const ofAccount: Record<string, number> = {};
  for (const movement of told.filter(({ at }) => isWithin(bounds, at))) {
    const { transactionId: reference, kind, amount, currency: unit } = movement;
    const { fee } = partsOf(movement);
    const of = { jobId: null, userId: null, reference, unit };
    switch (kind) {
      case 'PAYMENT':
      case 'REFUND':
      case 'DISPUTE': {
        const isPaid = kind === 'PAYMENT' && amount > 0;
        const expected =
          kind === 'PAYMENT' && !isPaid ? null : agreedFeeOf(agreed ?? {}, { ...movement, kind });
        if (expected === null) unchecked += isPaid || fee !== 0 ? 1 : 0;
        else if (expected !== fee) tally.tell([lineOf(of, expected, fee, 'UNEXPLAINED_RATE')]);
        break;
      }
      case 'FEE':
      case 'PAYOUT':
        if (fee === 0) break;
        ofAccount[unit] = (ofAccount[unit] ?? 0) + fee;
        tally.tell([lineOf(of, 0, fee, 'ACCOUNT_FEE')]);
        break;
      case 'OTHER':
        // Unexplained as it is.
        break;
      default:
        never(kind);
    }
  }
  return { unchecked, ofAccount };
};
