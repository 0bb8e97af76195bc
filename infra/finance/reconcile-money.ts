import type { BalanceMovement } from '../../domain/billing/payments/balance.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { type Bounds, isWithin, widened } from './bounds.ts';
import type { Db } from './db.ts';
import { disputesOf, isOfDispute, movesOf, sumOf } from './dispute-moves.ts';
import { type PaymentStory, paymentStories } from './payment-stories.ts';
import { type DisputeIn, disputesAt } from './reconcile-disputes.ts';
import { refundsAt } from './reconcile-refunds.ts';
import type { Statements } from './statements.ts';
import { lineOf, type Tally, type VarianceLine } from './variance.ts';

const MONEY = `
SELECT user_id, entry_id, posting_id, kind, reference, invoice, amount, unit, effective_at, source_event
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
  source_event: string;
}>;

/** A dispute takes money and may give it back, so the direction belongs to the name; so does the currency, which is not exchanged. */
const keyOf = (id: string, amount: number, unit: string): string =>
  `${id} ${amount < 0 ? 'out' : 'in'} ${unit}`;

/** Out and in. */
const DIRECTIONS = [-1, 1] as const;

/** The objects of the provider that moved it. */
const sourcesOf = ({ kind, reference, invoice }: MoneyRow, story: PaymentStory): readonly string[] => {
  const payments = kind === 'PaymentReceived' && invoice !== null ? story.paymentsOf(invoice) : [];
  return payments.length === 0 ? [reference] : payments;
};

/** All movements of one object in one direction and currency. */
type Told = Pick<BalanceMovement, 'sourceId' | 'kind' | 'amount' | 'currency' | 'at'>;

/** By `keyOf`. Whatever moved twice counts twice: it is booked once, and the difference shows. */
const bySource = (told: readonly BalanceMovement[]): Map<string, Told> => {
  const sums = new Map<string, Told>();
  for (const { sourceId, kind, amount, currency, at } of told) {
    const key = keyOf(sourceId, amount, currency);
    const known = sums.get(key);
    sums.set(key, { sourceId, kind, currency, at: known?.at ?? at, amount: amount + (known?.amount ?? 0) });
  }
  return sums;
};

/** How the three tellings of one movement differ: the ledger's row, the log, and the provider; `told` null: it does not know of it. */
const linesOf = (
  row: MoneyRow,
  reference: string,
  booked: number,
  logged: number,
  told: number | null,
  tally: Tally,
): readonly VarianceLine[] => {
  const of = { jobId: null, userId: row.user_id, reference, unit: row.unit };
  return [
    ...(booked === logged ? [] : [lineOf(of, logged, booked, 'UNEXPLAINED_POSTINGS')]),
    ...(told === null
      ? [tally.booking(of, 0, logged, 'UNEXPLAINED_PAYMENT', row.effective_at.toISOString())]
      : []),
    ...(told === null || told === logged ? [] : [lineOf(of, told, logged, 'UNEXPLAINED_AMOUNT')]),
  ];
};

/** Fees and payouts are booked by themselves (`reconcileBalance`). */
const isOfPerson = ({ kind }: BalanceMovement): boolean => kind !== 'FEE' && kind !== 'PAYOUT';

/**
 * Holds what people paid and got back in a period against the log and the provider; gives the number of movements. `told`: those
 * of the period, and a day around it.
 */
export const reconcileMoney = async (
  parts: Readonly<{ db: Db; store: Pick<StreamStore, 'read'>; statements: Statements | null }>,
  bounds: Bounds,
  told: readonly BalanceMovement[],
  tally: Tally,
): Promise<number> => {
  const { from, to } = widened(bounds);
  const left = bySource(told.filter(isOfPerson));
  const storyOf = paymentStories(parts.store);
  const refunds = refundsAt(parts);
  const disputes = disputesAt({ ...parts, storyOf });
  let count = 0;
  const tell = (lines: readonly VarianceLine[], isOurs: boolean): void => {
    if (!isOurs) return;
    tally.tell(lines);
    count += 1;
  };
  /** Rows of one movement at the provider. */
  const compare = async (moved: readonly MoneyRow[]): Promise<void> => {
    const [row] = moved;
    if (row === undefined) return;
    const isOurs = moved.some((each) => isWithin(bounds, each.effective_at.toISOString()));
    const story = await storyOf(row.user_id);
    const booked = sumOf(moved);
    const logged = moved.reduce((sum, { entry_id }) => sum + story.movedBy(entry_id, row.unit), 0);
    // Decided otherwise before any of the money moved.
    if (moved.length > 1 && booked === 0 && logged === 0) return;
    const sources = sourcesOf(row, story);
    const keys = sources.map((id) => keyOf(id, booked, row.unit));
    const found = keys.flatMap((key) => left.get(key) ?? []);
    const refund = { sourceId: row.reference, amount: booked, currency: row.unit };
    const sum =
      found.length > 0
        ? found.reduce((all, { amount }) => all + amount, 0)
        : isOurs
          ? await refunds.movedOf(row.kind, refund)
          : null;
    tell(linesOf(row, sources[0] ?? row.reference, booked, logged, sum, tally), isOurs);
    for (const key of keys) left.delete(key);
  };
  /**
   * Whether all that moved for a dispute, there and back, comes to what is booked. News that come late are booked as what they come to
   * together: of what was taken, given back and taken again, less goes each way than did at the provider.
   */
  const balances = async (rows: readonly MoneyRow[]): Promise<boolean> => {
    const [row] = rows;
    if (row === undefined) return true;
    const story = await storyOf(row.user_id);
    const keys = DIRECTIONS.map((way) => keyOf(row.reference, way, row.unit));
    const found = keys.flatMap((key) => left.get(key) ?? []);
    const booked = sumOf(rows);
    if (found.length === 0 || found.reduce((sum, { amount }) => sum + amount, 0) !== booked) return false;
    if (rows.reduce((sum, { entry_id }) => sum + story.movedBy(entry_id, row.unit), 0) !== booked)
      return false;
    const isOurs = rows.some((each) => isWithin(bounds, each.effective_at.toISOString()));
    for (const key of keys) if (left.delete(key)) tell([], isOurs);
    return true;
  };
  /** Whether what differs in this month is booked in another. */
  const isLate = async (of: DisputeIn, rows: readonly MoneyRow[]): Promise<boolean> => {
    const keys = DIRECTIONS.map((way) => keyOf(of.reference, way, of.unit));
    const isMoved = told.some(
      ({ sourceId, currency, at }) =>
        sourceId === of.reference && currency === of.unit && isWithin(bounds, at),
    );
    const isOurs = isMoved || rows.some((each) => isWithin(bounds, each.effective_at.toISOString()));
    const lines = isOurs ? await disputes.linesOf(of, bounds, told) : [];
    if (lines === null) return false;
    for (const key of keys) left.delete(key);
    tell(lines, isOurs);
    return true;
  };
  const disputed: MoneyRow[] = [];
  for (let after: readonly [string, string] | null = ['', '']; after !== null; ) {
    const { rows }: { rows: MoneyRow[] } = await parts.db.query<MoneyRow>(MONEY, [from, to, ...after]);
    for (const row of rows)
      if (isOfDispute(row)) disputed.push(row);
      else await compare([row]);
    const last = rows.at(-1);
    after = last === undefined ? null : [last.user_id, last.posting_id];
  }
  for (const rows of disputesOf(disputed)) {
    const [row] = rows;
    if (row === undefined || (await balances(rows)) || (await isLate(row, rows))) continue;
    for (const moved of movesOf(rows)) await compare(moved);
  }
  for (const { kind, sourceId: reference, currency: unit } of [...left.values()])
    if (kind === 'DISPUTE' && DIRECTIONS.some((way) => left.has(keyOf(reference, way, unit))))
      await isLate({ reference, unit }, []);
  const rest = [...left.values()].filter(({ at }) => isWithin(bounds, at));
  const explain = await refunds.linesOf(rest.filter(({ kind }) => kind === 'REFUND'));
  for (const movement of rest) {
    const { sourceId: reference, kind, currency: unit, amount, at } = movement;
    const of = { jobId: null, userId: null, reference, unit };
    const explained = kind === 'REFUND' ? await explain(movement) : null;
    const line =
      kind === 'OTHER'
        ? lineOf(of, amount, 0, 'UNEXPLAINED_MOVEMENT')
        : tally.booking(of, amount, 0, 'UNEXPLAINED_MOVEMENT', at);
    tell(explained ?? [line], explained?.length !== 0);
  }
  return count;
};
