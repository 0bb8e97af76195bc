import type { Pool } from 'pg';
import { periodEnd } from '../../domain/billing/credits.ts';
import { periodStart } from '../../domain/billing/periods.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import { type AccountCharge, chargeByJob, chargesByAccount, NOTHING } from './job-charges.ts';

/** Why a line differs. `UNEXPLAINED_*` must not be: one such line, and the period does not reconcile. */
export type Reason =
  | 'ABOVE_HOLD'
  | 'NO_HOLD'
  | 'CORRECTED'
  | 'UNEXPLAINED_CHARGE'
  | 'UNEXPLAINED_POSTINGS'
  | 'UNEXPLAINED_SALE';

/** One difference. Signed integers in micro-credits; `variance` is booked less expected. */
export type VarianceLine = Readonly<{
  jobId: string | null;
  userId: string;
  /** The entry of a sale; else null. */
  entryId: string | null;
  expected: number;
  booked: number;
  variance: number;
  reason: Reason;
}>;

export type Reconciled = Readonly<{
  period: string;
  jobs: number;
  sales: number;
  matched: number;
  unexplained: number;
  /** Sums of the positive and of the negative variances. */
  over: number;
  under: number;
}>;

/** Jobs that ended in the period, by their own story or by the ledger, and what the ledger says of each over all time. */
const JOBS = `
WITH ended AS (
  SELECT job_id, owner_id AS user_id FROM read.refactor_jobs WHERE finished_at >= $1 AND finished_at < $2
  UNION
  SELECT job_id, user_id FROM read.ledger_postings
   WHERE account = 'sink.consumed' AND effective_at >= $1 AND effective_at < $2
)
SELECT ended.user_id, ended.job_id, coalesce(sum(l.amount), 0)::bigint AS charged
  FROM ended LEFT JOIN read.ledger_postings l ON l.job_id = ended.job_id AND l.account = 'sink.consumed'
 WHERE (ended.user_id, ended.job_id) > ($3, $4)
 GROUP BY ended.user_id, ended.job_id ORDER BY ended.user_id, ended.job_id LIMIT 2000`;

/** What was sold for money, or given back; a payment provider has to know of each. */
const SALES = `
SELECT entry_id, user_id, (-amount)::bigint AS sold FROM read.ledger_postings
 WHERE account = 'source.sold' AND effective_at >= $1 AND effective_at < $2 AND entry_id > $3
 ORDER BY entry_id LIMIT 2000`;

type JobRow = Readonly<{ user_id: string; job_id: string; charged: bigint }>;
type SaleRow = Readonly<{ entry_id: string; user_id: string; sold: bigint }>;

const line = (
  of: Pick<VarianceLine, 'jobId' | 'userId' | 'entryId'>,
  expected: number,
  booked: number,
  reason: Reason,
): VarianceLine => ({ ...of, expected, booked, variance: booked - expected, reason });

/** How the three tellings of one job differ: its own story, its account, and the ledger's rows. */
const linesOf = (
  { user_id: userId, job_id: jobId, charged }: JobRow,
  expected: number,
  { posted, waived, waivedFor, reversed }: AccountCharge,
): readonly VarianceLine[] => {
  const of = { jobId, userId, entryId: null };
  const lines: VarianceLine[] = [];
  if (posted + waived !== expected) lines.push(line(of, expected - waived, posted, 'UNEXPLAINED_CHARGE'));
  if (waived > 0) lines.push(line(of, waived, 0, waivedFor ?? 'UNEXPLAINED_CHARGE'));
  if (reversed > 0) lines.push(line(of, posted, posted - reversed, 'CORRECTED'));
  const rows = Number(charged);
  if (rows !== posted - reversed) lines.push(line(of, posted - reversed, rows, 'UNEXPLAINED_POSTINGS'));
  return lines;
};

/**
 * Holds the ledger of a period against the stories of the jobs and against the payment provider (BIL-15), a page at a
 * time. There is no provider yet, so whatever was sold is unexplained. `onLine` gets each difference.
 */
export const reconcile = async (
  { pool, store }: Readonly<{ pool: Pool; store: Pick<StreamStore, 'read'> }>,
  period: string,
  onLine: (line: VarianceLine) => void,
): Promise<Reconciled> => {
  const start = periodStart(period);
  const bounds = [start, periodEnd(start)];
  const sum = { jobs: 0, sales: 0, matched: 0, unexplained: 0, over: 0, under: 0 };
  const tell = (lines: readonly VarianceLine[]): void => {
    if (lines.length === 0) sum.matched += 1;
    for (const each of lines) {
      if (each.reason.startsWith('UNEXPLAINED')) sum.unexplained += 1;
      if (each.variance > 0) sum.over += each.variance;
      else sum.under += each.variance;
      onLine(each);
    }
  };
  // Jobs come person by person, so one account is in memory at a time.
  let known = '';
  let charges: ReadonlyMap<string, AccountCharge> = new Map();
  for (let after: readonly [string, string] | null = ['', '']; after !== null; ) {
    const { rows }: { rows: JobRow[] } = await pool.query<JobRow>(JOBS, [...bounds, ...after]);
    for (const row of rows) {
      if (known !== row.user_id) {
        charges = await chargesByAccount(store, row.user_id);
        known = row.user_id;
      }
      const expected = (await chargeByJob(store, row.job_id)) ?? 0;
      tell(linesOf(row, expected, charges.get(row.job_id) ?? NOTHING));
      sum.jobs += 1;
    }
    const last = rows.at(-1);
    after = last === undefined ? null : [last.user_id, last.job_id];
  }
  for (let after: string | null = ''; after !== null; ) {
    const { rows }: { rows: SaleRow[] } = await pool.query<SaleRow>(SALES, [...bounds, after]);
    for (const { entry_id: entryId, user_id: userId, sold } of rows) {
      tell([line({ jobId: null, userId, entryId }, 0, Number(sold), 'UNEXPLAINED_SALE')]);
      sum.sales += 1;
    }
    after = rows.at(-1)?.entry_id ?? null;
  }
  return { period, ...sum };
};
