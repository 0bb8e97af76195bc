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

/** What a payout should have moved, held against what it did; `left`: the movement by which it left the balance. */
const ofPayout = async (
  { paidOutBy }: Pick<Statements, 'paidOutBy'>,
  { payoutId, currency, amount, hasFailed, returnId, isAutomatic }: Payout,
  left: BalanceMovement | undefined,
): Promise<readonly VarianceLine[]> => {
  const paysOut = isAutomatic ? await paidOutBy(payoutId) : amount;
  return [
    ...differs(payoutId, currency, amount, -(left?.amount ?? 0)),
    ...differs(payoutId, currency, paysOut, amount),
    ...(hasFailed && returnId === null ? differs(payoutId, currency, 0, amount) : []),
  ];
};

/** A movement without its payout, and one that brought back another amount than had left. */
const ofMovement = (movement: BalanceMovement, payout: Payout | undefined): readonly VarianceLine[] => {
  const { sourceId, amount, currency } = movement;
  if (payout !== undefined && !isReturn(movement, payout)) return [];
  const expected = payout?.hasFailed === true ? -payout.amount : 0;
  return differs(sourceId, currency, expected, -amount);
};

/**
 * Holds what the bank gets against the balance that it leaves, and against what it should be: the movements that it pays out, less
 * their fees. Gives the number of payouts.
 */
export const reconcilePayouts = async (
  statements: Pick<Statements, 'payouts' | 'paidOutBy'>,
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
    const left = moved.find((each) => each.sourceId === payout.payoutId && !isReturn(each, payout));
    tally.tell(await ofPayout(statements, payout, left));
  }
  for (const movement of moved.filter(({ at }) => isWithin(bounds, at))) {
    const lines = ofMovement(movement, payouts.get(movement.sourceId));
    if (lines.length > 0) tally.tell(lines);
  }
  return own.length;
};
