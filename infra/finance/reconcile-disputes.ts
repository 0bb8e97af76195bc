import type { BalanceMovement } from '../../domain/billing/payments/balance.ts';
import { type Bounds, isWithin } from './bounds.ts';
import type { Db } from './db.ts';
import { sumOf } from './dispute-moves.ts';
import type { PaymentStory } from './payment-stories.ts';
import type { Statements } from './statements.ts';
import { lineOf, type VarianceLine } from './variance.ts';

/** Of one dispute over all time. There is no index for it: it is read for the few of which a month leaves a question. */
const BOOKED = `
SELECT user_id, entry_id, amount, effective_at FROM read.ledger_postings
 WHERE account = 'money.provider' AND kind LIKE 'Dispute%' AND reference = $1 AND unit = $2`;

type Row = Readonly<{ user_id: string; entry_id: string; amount: bigint; effective_at: Date }>;

export type DisputeIn = Readonly<{ reference: string; unit: string }>;

/**
 * What the provider says of single disputes, where the movements of a month leave a question. A decision that was told after a later one, or never,
 * is booked as what it came to together with those after it: in their months.
 */
export const disputesAt = ({
  db,
  statements,
  storyOf,
}: Readonly<{
  db: Db;
  statements: Statements | null;
  storyOf: (userId: string) => Promise<PaymentStory>;
}>) => ({
  /**
   * The difference of a month where all that ever moved for the dispute comes to all that is booked of it, the books have each entry of the log, and
   * the provider tells of the dispute what it tells of the month; null: else, so that nothing is explained. `told`: what moved in the month, at least.
   */
  async linesOf(
    { reference, unit }: DisputeIn,
    bounds: Bounds,
    told: readonly BalanceMovement[],
  ): Promise<readonly VarianceLine[] | null> {
    const all = (await statements?.dispute(reference)) ?? null;
    if (all === null) return null;
    const { rows } = await db.query<Row>(BOOKED, [reference, unit]);
    const [first] = rows;
    const logged = first === undefined ? null : (await storyOf(first.user_id)).movedFor(reference, unit);
    if (logged === null || logged.size !== rows.length) return null;
    if (rows.some(({ entry_id, amount }) => logged.get(entry_id) !== Number(amount))) return null;
    if (movedOf(all, unit) !== sumOf(rows)) return null;
    const isOwn = ({ sourceId, at }: BalanceMovement): boolean =>
      sourceId === reference && isWithin(bounds, at);
    const own = told.filter(isOwn);
    if (namesOf(own) !== namesOf(all.filter(isOwn))) return null;
    const expected = movedOf(own, unit);
    const here = sumOf(rows.filter((row) => isWithin(bounds, row.effective_at.toISOString())));
    const of = { jobId: null, userId: first?.user_id ?? null, reference, unit };
    return expected === here ? [] : [lineOf(of, expected, here, 'DISPUTE_LATE')];
  },
});

const movedOf = (movements: readonly BalanceMovement[], unit: string): number =>
  movements.filter(({ currency }) => currency === unit).reduce((sum, { amount }) => sum + amount, 0);

const namesOf = (movements: readonly BalanceMovement[]): string =>
  movements
    .map(({ transactionId, amount, currency }) => `${transactionId} ${amount} ${currency}`)
    .toSorted()
    .join();
