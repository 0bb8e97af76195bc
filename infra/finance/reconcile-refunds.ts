import type { BalanceMovement } from '../../domain/billing/payments/balance.ts';
import type { Db } from './db.ts';
import type { RefundNow, Statements } from './statements.ts';
import { lineOf, type VarianceLine } from './variance.ts';

const BOOKED = `
SELECT EXISTS(SELECT FROM read.ledger_postings
               WHERE account = 'money.provider' AND kind = $1 AND reference = $2 AND unit = $3) AS booked`;

/** `PaymentRefunded` is booked on the day on which a refund was asked for, whenever it left. */
const KINDS: ReadonlySet<string> = new Set(['PaymentRefunded', 'RefundReturned']);

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
    /** Of what moved and was not booked then: none where it is booked on another day; null: nothing explains it. */
    async linesOf(refund: Refund): Promise<readonly VarianceLine[] | null> {
      const { sourceId: reference, amount, currency: unit } = refund;
      const kind = amount < 0 ? 'PaymentRefunded' : 'RefundReturned';
      const { rows } = await db.query<{ booked: boolean }>(BOOKED, [kind, reference, unit]);
      if (rows[0]?.booked === true) return [];
      if ((await asked(reference))?.isPending !== true) return null;
      return [lineOf({ jobId: null, userId: null, reference, unit }, amount, 0, 'REFUND_PENDING')];
    },
  };
};
