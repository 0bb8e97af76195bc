import { type Bounds, isWithin, widened } from './bounds.ts';
import type { Db } from './db.ts';
import type { PaidInvoice, Statements } from './statements.ts';
import { lineOf, type Tally, type VarianceLine } from './variance.ts';

/** By invoice, over all time: of these invoices, and of all that were booked in the period. */
const BOOKED = `
SELECT user_id, invoice, unit,
       coalesce(sum(amount) FILTER (WHERE account = 'money.provider'), 0)::bigint AS amount, max(tax)::bigint AS tax
  FROM read.ledger_postings
 WHERE kind = 'PaymentReceived'
   AND (invoice = ANY($1) OR (effective_at >= $2 AND effective_at < $3))
 GROUP BY user_id, invoice, unit ORDER BY invoice`;

type BookedRow = Readonly<{
  user_id: string | null;
  invoice: string;
  unit: string;
  amount: bigint;
  tax: bigint;
}>;

const linesOf = (
  reference: string,
  paid: PaidInvoice | null,
  row: BookedRow | undefined,
  tally: Tally,
): readonly VarianceLine[] => {
  const unit = paid?.currency ?? row?.unit ?? '';
  const of = { jobId: null, userId: row?.user_id ?? null, reference, unit };
  const own = row?.unit === unit ? row : undefined;
  if (paid !== null && row === undefined && paid.amount !== 0)
    return [tally.booking(of, paid.amount, 0, 'UNEXPLAINED_INVOICE', paid.paidAt)];
  const [amount, tax] = [Number(own?.amount ?? 0), Number(own?.tax ?? 0)];
  if (amount !== (paid?.amount ?? 0)) return [lineOf(of, paid?.amount ?? 0, amount, 'UNEXPLAINED_INVOICE')];
  return tax === (paid?.tax ?? 0) ? [] : [lineOf(of, paid?.tax ?? 0, tax, 'UNEXPLAINED_TAX')];
};

/** Holds the payments that are booked in a period against the invoices that are paid at the provider; gives the number of these. */
export const reconcileInvoices = async (
  { db, statements }: Readonly<{ db: Db; statements: Pick<Statements, 'invoices' | 'invoice'> }>,
  bounds: Bounds,
  tally: Tally,
): Promise<number> => {
  const { from, to } = widened(bounds);
  const told = new Map<string, PaidInvoice>();
  for await (const invoice of statements.invoices(from, to)) told.set(invoice.invoiceId, invoice);
  const values = [[...told.keys()], bounds.from, bounds.to];
  const { rows } = await db.query<BookedRow>(BOOKED, values);
  const booked = new Map(rows.map((row) => [row.invoice, row]));
  const own = [...told.values()].filter(({ paidAt }) => isWithin(bounds, paidAt));
  for (const invoice of own)
    tally.tell(linesOf(invoice.invoiceId, invoice, booked.get(invoice.invoiceId), tally));
  for (const row of rows)
    if (!told.has(row.invoice))
      tally.tell(linesOf(row.invoice, await statements.invoice(row.invoice), row, tally));
  return own.length;
};
