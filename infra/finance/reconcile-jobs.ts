import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Db } from './db.ts';
import { type AccountCharge, chargeByJob, chargesByAccount, NOTHING } from './job-charges.ts';
import { lineOf, type Tally, type VarianceLine } from './variance.ts';

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

type JobRow = Readonly<{ user_id: string; job_id: string; charged: bigint }>;

/** How the three tellings of one job differ: its own story, its account, and the ledger's rows. */
const linesOf = (
  { user_id: userId, job_id: jobId, charged }: JobRow,
  expected: number,
  { posted, waived, waivedFor, reversed }: AccountCharge,
): readonly VarianceLine[] => {
  const of = { jobId, userId, reference: null, unit: 'MICRO_CREDIT' };
  const lines: VarianceLine[] = [];
  if (posted + waived !== expected) lines.push(lineOf(of, expected - waived, posted, 'UNEXPLAINED_CHARGE'));
  if (waived > 0) lines.push(lineOf(of, waived, 0, waivedFor ?? 'UNEXPLAINED_CHARGE'));
  if (reversed > 0) lines.push(lineOf(of, posted, posted - reversed, 'CORRECTED'));
  const rows = Number(charged);
  if (rows !== posted - reversed) lines.push(lineOf(of, posted - reversed, rows, 'UNEXPLAINED_POSTINGS'));
  return lines;
};

/** Gives the number of jobs. They come person by person, so one account is in memory at a time. */
export const reconcileJobs = async (
  { db, store, now }: Readonly<{ db: Db; store: Pick<StreamStore, 'read'>; now: Date }>,
  bounds: readonly string[],
  tally: Tally,
): Promise<number> => {
  let jobs = 0;
  let known = '';
  let charges: ReadonlyMap<string, AccountCharge> = new Map();
  for (let after: readonly [string, string] | null = ['', '']; after !== null; ) {
    const { rows }: { rows: JobRow[] } = await db.query<JobRow>(JOBS, [...bounds, ...after]);
    for (const row of rows) {
      if (known !== row.user_id) {
        charges = await chargesByAccount(store, row.user_id);
        known = row.user_id;
      }
      const expected = (await chargeByJob(store, row.job_id, now)) ?? 0;
      tally.tell(linesOf(row, expected, charges.get(row.job_id) ?? NOTHING));
      jobs += 1;
    }
    const last = rows.at(-1);
    after = last === undefined ? null : [last.user_id, last.job_id];
  }
  return jobs;
};
