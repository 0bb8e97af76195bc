import type { BalanceMovement } from '../../domain/billing/payments/balance.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { type Bounds, isWithin, widened } from './bounds.ts';
import type { Db } from './db.ts';
import { type PaymentStory, paymentStories } from './payment-stories.ts';
import { lineOf, type Tally, type VarianceLine } from './variance.ts';

const MONEY = `
SELECT user_id, entry_id, posting_id, kind, reference, invoice, amount, unit, effective_at
  FROM read.ledger_postings
 WHERE account = 'money.provider' AND kind <> 'BalanceMoved' AND effective_at >= $1 AND effective_at < $2
   AND (user_id, posting_id) > ($3, $4)
 ORDER BY user_id, posting_id LIMIT 2000`;

type MoneyRow = Readonly<{
  user_id: string;
  entry_id: string;
  posting_id: string;
  kind: string;
  reference: string;
  invoice: string | null;
  amount: bigint;
  unit: string;
  effective_at: Date;
}>;

/** A dispute takes money and may give it back, so the direction belongs to the name. */
const keyOf = (id: string, amount: number): string => `${id} ${amount < 0 ? 'out' : 'in'}`;

const idOf = ({ kind, reference, invoice }: MoneyRow, story: PaymentStory): string =>
  (kind === 'PaymentReceived' && invoice !== null ? story.paymentOf(invoice) : null) ?? reference;

/** How the three tellings of one movement differ: the ledger's row, the log, and the provider. */
const linesOf = (
  row: MoneyRow,
  story: PaymentStory,
  told: BalanceMovement | undefined,
): readonly VarianceLine[] => {
  const of = { jobId: null, userId: row.user_id, reference: idOf(row, story), unit: row.unit };
  const booked = Number(row.amount);
  const logged = story.movedBy(row.entry_id);
  const lines: VarianceLine[] = [];
  if (booked !== logged) lines.push(lineOf(of, logged, booked, 'UNEXPLAINED_POSTINGS'));
  if (told === undefined) return [...lines, lineOf(of, 0, logged, 'UNEXPLAINED_PAYMENT')];
  const { amount, currency } = told;
  if (amount !== logged || currency !== row.unit)
    lines.push(lineOf(of, amount, logged, 'UNEXPLAINED_AMOUNT'));
  return lines;
};

/** Fees and payouts are booked by themselves (`reconcileBalance`). */
const isOfPerson = ({ kind }: BalanceMovement): boolean => kind !== 'FEE' && kind !== 'PAYOUT';

/**
 * Holds what people paid and got back in a period against the log and the provider; gives the number of movements. `told`: those
 * of the period, and a day around it.
 */
export const reconcileMoney = async (
  parts: Readonly<{ db: Db; store: Pick<StreamStore, 'read'> }>,
  bounds: Bounds,
  told: readonly BalanceMovement[],
  tally: Tally,
): Promise<number> => {
  const { from, to } = widened(bounds);
  const left = new Map(
    told.filter(isOfPerson).map((movement) => [keyOf(movement.sourceId, movement.amount), movement]),
  );
  const storyOf = paymentStories(parts.store);
  let count = 0;
  const tell = (lines: readonly VarianceLine[], isOurs: boolean): void => {
    if (!isOurs) return;
    tally.tell(lines);
    count += 1;
  };
  for (let after: readonly [string, string] | null = ['', '']; after !== null; ) {
    const { rows }: { rows: MoneyRow[] } = await parts.db.query<MoneyRow>(MONEY, [from, to, ...after]);
    for (const row of rows) {
      const story = await storyOf(row.user_id);
      const key = keyOf(idOf(row, story), Number(row.amount));
      tell(linesOf(row, story, left.get(key)), isWithin(bounds, row.effective_at.toISOString()));
      left.delete(key);
    }
    const last = rows.at(-1);
    after = last === undefined ? null : [last.user_id, last.posting_id];
  }
  for (const { sourceId: reference, currency: unit, amount, at } of left.values()) {
    const of = { jobId: null, userId: null, reference, unit };
    tell([lineOf(of, amount, 0, 'UNEXPLAINED_MOVEMENT')], isWithin(bounds, at));
  }
  return count;
};
