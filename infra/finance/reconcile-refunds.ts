import type { BalanceMovement } from '../../domain/billing/payments/balance.ts';
import type { Db } from './db.ts';
import type { RefundNow, Statements } from './statements.ts';
import { lineOf, type VarianceLine } from './variance.ts';

/**
 * Of all of a month in one reading of the ledger, which has no index for it: over 100,000 refunds 1,000 of them took 0.1 s, and 89 ms each
 * one by one. An index would be written with every entry, and read for these few.
 */
const BOOKED = `
SELECT DISTINCT kind, reference, unit FROM read.ledger_postings
 WHERE account = 'money.provider' AND kind IN ('PaymentRefunded', 'RefundReturned') AND reference = ANY($1)`;

/** `PaymentRefunded` is booked on the day on which a refund was asked for, whenever it left. */
const KINDS: ReadonlySet<string> = new Set(['PaymentRefunded', 'RefundReturned']);

type Row = Readonly<{ kind: string; reference: string; unit: string }>;
type Refund = Pick<BalanceMovement, 'sourceId' | 'amount' | 'currency'>;

/** What the provider says of single refunds, where the movements of a month leave a question. */
export const refundsAt = ({ db, statements }: Readonly<{ db: Db; statements: Statements | null }>) => {
  const asked = async (refundId: string): Promise<RefundNow | null> =>
    (await statements?.refund(refundId)) ?? null;
  return {
    /** What a booked refund moved on another day, in minor units of `currency`; null: it is no refund, or nothing moved. */
    async movedOf(kind: string, { sourceId, amount, currency }: Refund): Promise<number | null> {
      if (!KINDS.has(kind)) return null;
      const now = await asked(sourceId);
      const moved = now?.movements.find((each) => each.amount * amount > 0 && each.currency === currency);
      return moved?.amount ?? null;
    },
    /** Of each of what moved and was not booked then: none where it is booked on another day; null: nothing explains it. */
    async linesOf(
      refunds: readonly Refund[],
    ): Promise<(refund: Refund) => Promise<readonly VarianceLine[] | null>> {
      const references = refunds.map(({ sourceId }) => sourceId);
      const { rows } = references.length === 0 ? { rows: [] } : await db.query<Row>(BOOKED, [references]);
      const booked = new Set(rows.map(({ kind, reference, unit }) => `${kind} ${reference} ${unit}`));
      return async ({ sourceId: reference, amount, currency: unit }) => {
        const kind = amount < 0 ? 'PaymentRefunded' : 'RefundReturned';
        if (booked.has(`${kind} ${reference} ${unit}`)) return [];
        if ((await asked(reference))?.isPending !== true) return null;
        return [lineOf({ jobId: null, userId: null, reference, unit }, amount, 0, 'REFUND_PENDING')];
      };
    },
  };
};
