import type { Pool } from 'pg';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { type PaymentStory, paymentStories } from './payment-stories.ts';
import { lineOf, type Tally, type VarianceLine } from './variance.ts';

/**
 * One movement on our balance at the payment provider: a signed integer in minor units, and what the provider kept of it.
 * `id`: of a payment, a refund or a dispute, else of the movement itself.
 */
export type Movement = Readonly<{
  id: string;
  kind: 'PAYMENT' | 'REFUND' | 'DISPUTE' | 'FEE' | 'PAYOUT' | 'OTHER';
  amount: number;
  fee: number;
  /** ISO 4217, upper case. */
  currency: string;
  at: string;
}>;

/** From and to in RFC 3339, to excluded. */
export type Movements = (from: string, to: string) => AsyncIterable<Movement>;

/** Both sides have a clock; what is booked on one side of midnight may be told on the other. */
const DAY_MS = 86_400_000;

const MONEY = `
SELECT user_id, entry_id, posting_id, kind, reference, invoice, amount, unit, effective_at
  FROM read.ledger_postings
 WHERE account = 'money.provider' AND effective_at >= $1 AND effective_at < $2 AND (user_id, posting_id) > ($3, $4)
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

type Bounds = Readonly<{ start: number; end: number }>;
const isWithin = ({ start, end }: Bounds, at: number): boolean => at >= start && at < end;

/** How the three tellings of one movement differ: the ledger's row, the log, and the provider. */
const linesOf = (
  row: MoneyRow,
  story: PaymentStory,
  told: Movement | undefined,
  bounds: Bounds,
): readonly VarianceLine[] => {
  const of = { jobId: null, userId: row.user_id, reference: idOf(row, story), unit: row.unit };
  const booked = Number(row.amount);
  const logged = story.movedBy(row.entry_id);
  const lines: VarianceLine[] = [];
  if (booked !== logged) lines.push(lineOf(of, logged, booked, 'UNEXPLAINED_POSTINGS'));
  if (told === undefined) {
    if (isWithin(bounds, row.effective_at.getTime()))
      lines.push(lineOf(of, 0, logged, 'UNEXPLAINED_PAYMENT'));
    return lines;
  }
  const { amount, currency, fee } = told;
  if (amount !== logged || currency !== row.unit)
    lines.push(lineOf(of, amount, logged, 'UNEXPLAINED_AMOUNT'));
  if (fee !== 0) lines.push(lineOf({ ...of, unit: currency }, -fee, 0, 'FEE'));
  return lines;
};

/** What the provider told and nobody booked. */
const leftOver = ({
  id: reference,
  kind,
  amount,
  fee,
  currency: unit,
}: Movement): readonly VarianceLine[] => {
  const of = { jobId: null, userId: null, reference, unit };
  const reason = kind === 'FEE' || kind === 'PAYOUT' ? kind : 'UNEXPLAINED_MOVEMENT';
  return [lineOf(of, amount, 0, reason), ...(fee === 0 ? [] : [lineOf(of, -fee, 0, 'FEE')])];
};

/**
 * Holds the money of a period against the log and the provider; gives the number of movements. The provider's movements of
 * the period are in memory at once; null: nothing is sold here.
 */
export const reconcileMoney = async (
  parts: Readonly<{ pool: Pool; store: Pick<StreamStore, 'read'>; movements: Movements | null }>,
  [from = '', to = '']: readonly string[],
  tally: Tally,
): Promise<number> => {
  const bounds = { start: Date.parse(from), end: Date.parse(to) };
  const wide = [bounds.start - DAY_MS, bounds.end + DAY_MS].map((at) => new Date(at).toISOString());
  const [wideFrom = '', wideTo = ''] = wide;
  const told = new Map<string, Movement>();
  for await (const movement of parts.movements?.(wideFrom, wideTo) ?? [])
    told.set(keyOf(movement.id, movement.amount), movement);
  const storyOf = paymentStories(parts.store);
  let count = 0;
  const tell = (lines: readonly VarianceLine[], isOurs: boolean): void => {
    if (!isOurs) return;
    tally.tell(lines);
    count += 1;
  };
  for (let after: readonly [string, string] | null = ['', '']; after !== null; ) {
    const { rows }: { rows: MoneyRow[] } = await parts.pool.query<MoneyRow>(MONEY, [...wide, ...after]);
    for (const row of rows) {
      const story = await storyOf(row.user_id);
      const key = keyOf(idOf(row, story), Number(row.amount));
      const movement = told.get(key);
      told.delete(key);
      tell(linesOf(row, story, movement, bounds), isWithin(bounds, row.effective_at.getTime()));
    }
    const last = rows.at(-1);
    after = last === undefined ? null : [last.user_id, last.posting_id];
  }
  for (const movement of told.values()) tell(leftOver(movement), isWithin(bounds, Date.parse(movement.at)));
  return count;
};
