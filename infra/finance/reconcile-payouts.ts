import type { BalanceMovement } from '../../domain/billing/payments/balance.ts';
import { type Bounds, isWithin, widened } from './bounds.ts';
import type { Payout, Statements } from './statements.ts';
import { lineOf, type Tally, type VarianceLine } from './variance.ts';

/** So many days after it left, a bank may still refuse a payout. */
const LATE_DAYS = 35;

const differs = (
  reference: string,
  unit: string,
  expected: number,
  booked: number,
): readonly VarianceLine[] =>
  expected === booked
    ? []
    : [lineOf({ jobId: null, userId: null, reference, unit }, expected, booked, 'UNEXPLAINED_PAYOUT')];

/** It came back: a payout leaves the balance, and one that is taken from the bank, because there was less than nothing, reaches it. */
const isReturn = ({ amount }: BalanceMovement, payout: Payout): boolean => amount * payout.amount > 0;

/**
 * Holds what the bank gets against the balance that it leaves, and against what it should be: the movements that it pays out, less
 * their fees. Gives the number of payouts.
 */
export const reconcilePayouts = async (
  statements: Pick<Statements, 'payouts'>,
  bounds: Bounds,
  told: readonly BalanceMovement[],
  tally: Tally,
): Promise<number> => {
  const { from, to } = widened(bounds, LATE_DAYS);
  const payouts = new Map<string, Payout>();
  for await (const payout of statements.payouts(from, to)) payouts.set(payout.payoutId, payout);
  const moved = told.filter(({ kind }) => kind === 'PAYOUT');
  const own = [...payouts.values()].filter(({ at }) => isWithin(bounds, at));
  for (const payout of own) {
    const { payoutId, currency, amount, paysOut } = payout;
    const left = moved.find((each) => each.sourceId === payoutId && !isReturn(each, payout));
    tally.tell([
      ...differs(payoutId, currency, amount, -(left?.amount ?? 0)),
      ...differs(payoutId, currency, paysOut ?? amount, amount),
    ]);
  }
  for (const movement of moved.filter(({ at }) => isWithin(bounds, at))) {
    const { sourceId, amount, currency } = movement;
    const payout = payouts.get(sourceId);
    const isKnown = payout !== undefined && (payout.hasFailed || !isReturn(movement, payout));
    if (!isKnown) tally.tell(differs(sourceId, currency, 0, -amount));
  }
  return own.length;
};
