import { type BalanceMovement, partsOf } from '../../domain/billing/payments/balance.ts';
import { type Bounds, isWithin } from './bounds.ts';
import type { Db } from './db.ts';
import { lineOf, type Tally, type VarianceLine } from './variance.ts';

/** What the ledger holds of each movement: what the provider kept of it, and what left for the bank. */
const BOOKED = `
SELECT reference, unit,
       coalesce(sum(amount) FILTER (WHERE account = 'money.fees'), 0)::bigint AS fee,
       coalesce(sum(amount) FILTER (WHERE account = 'money.bank'), 0)::bigint AS bank
  FROM read.ledger_postings
 WHERE kind = 'BalanceMoved' AND effective_at >= $1 AND effective_at < $2
 GROUP BY reference, unit`;

type Parts = Readonly<{ fee: number; bank: number }>;
const NONE: Parts = { fee: 0, bank: 0 };

/** A fee and what reaches the bank, held against what is booked of them. */
type Difference = (
  of: Parameters<typeof lineOf>[0],
  expected: number,
  booked: number,
  reason: 'UNEXPLAINED_FEE' | 'UNEXPLAINED_PAYOUT',
) => VarianceLine;

const linesOf = (
  reference: string,
  unit: string,
  expected: Parts,
  booked: Parts,
  difference: Difference = lineOf,
): readonly VarianceLine[] => {
  const of = { jobId: null, userId: null, reference, unit };
  return [
    ...(expected.fee === booked.fee ? [] : [difference(of, expected.fee, booked.fee, 'UNEXPLAINED_FEE')]),
    ...(expected.bank === booked.bank
      ? []
      : [difference(of, expected.bank, booked.bank, 'UNEXPLAINED_PAYOUT')]),
  ];
};

/** Holds the fees and payouts that are booked in a period against each movement that the provider tells of. */
export const reconcileBalance = async (
  db: Db,
  { from, to }: Bounds,
  told: readonly BalanceMovement[],
  tally: Tally,
): Promise<void> => {
  const { rows } = await db.query<{ reference: string; unit: string; fee: bigint; bank: bigint }>(BOOKED, [
    from,
    to,
  ]);
  const left = new Map(
    rows.map(({ reference, unit, fee, bank }) => [
      `${reference} ${unit}`,
      { reference, unit, booked: { fee: Number(fee), bank: Number(bank) } },
    ]),
  );
  for (const movement of told.filter(({ at }) => isWithin({ from, to }, at))) {
    const { transactionId, currency, at } = movement;
    const key = `${transactionId} ${currency}`;
    const expected = partsOf(movement);
    const booked = left.get(key)?.booked ?? NONE;
    left.delete(key);
    const waiting: Difference = (...difference) => tally.booking(...difference, at);
    if (expected.fee !== 0 || expected.bank !== 0 || booked !== NONE)
      tally.tell(linesOf(transactionId, currency, expected, booked, booked === NONE ? waiting : lineOf));
  }
  for (const { reference, unit, booked } of left.values()) tally.tell(linesOf(reference, unit, NONE, booked));
};
