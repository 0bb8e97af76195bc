import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Positioned } from '../../domain/kernel/message.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import type { RefactorJobRow } from '../../projections/refactoring/refactor-job-row.ts';
import { refactorJobs } from '../../projections/refactoring/refactor-jobs.ts';
import { asPositioned } from '../../read-api/kernel/query.ts';
import { isWithin } from './bounds.ts';
import type { Db } from './db.ts';
import { type AccountCharge, chargeByJob, chargesByAccount, NOTHING } from './job-charges.ts';
import { lineOf, type Tally, type VarianceLine } from './variance.ts';
import { gapsIn } from './whole-tables.ts';

/** Jobs that ended in the period, by their own story or by the ledger, and what the ledger says of each over all time. */
const JOBS = `
WITH ended AS (
  SELECT job_id, owner_id AS user_id FROM read.refactor_jobs
   WHERE finished_at >= $1 AND finished_at < $2 AND job_id <> ALL($5::text[])
  UNION
  SELECT * FROM unnest($6::text[], $7::text[])
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

/** An event that cannot be applied, which may be why the table lacks it, may have ended the job: then it is looked at once too often. */
const rowAfter = (
  row: RefactorJobRow | undefined,
  event: Positioned<JobEvent>,
  jobId: string,
): RefactorJobRow | undefined => {
  try {
    return refactorJobs.evolve(row, event, jobId);
  } catch {
    return row === undefined ? undefined : { ...row, finished_at: row.finished_at ?? event.data.at };
  }
};

/** Of a job of which the table lacks an event, what it would hold; null: nothing. */
const rowByStory = async (
  store: Pick<StreamStore, 'read'>,
  jobId: string,
): Promise<RefactorJobRow | null> => {
  const { events } = await store.read<JobEvent>(jobStream(jobId));
  const heard = asPositioned(events).filter(({ type }) => refactorJobs.handles.includes(type));
  let row: RefactorJobRow | undefined;
  for (const event of heard) row = rowAfter(row, event, jobId);
  return row ?? null;
};

/** The jobs with such gaps, and those of them that ended in the period with their owners. */
const jobsWithGaps = async (
  db: Db,
  store: Pick<StreamStore, 'read'>,
  [from = '', to = '']: readonly string[],
): Promise<readonly [all: readonly string[], ended: readonly string[], owners: readonly string[]]> => {
  const all = await gapsIn(db, refactorJobs);
  const ended: RefactorJobRow[] = [];
  for (const jobId of all) {
    const row = await rowByStory(store, jobId);
    if (row !== null && row.finished_at !== null && isWithin({ from, to }, row.finished_at)) ended.push(row);
  }
  return [all, ended.map(({ job_id }) => job_id), ended.map(({ owner_id }) => owner_id)];
};

/** Gives the number of jobs. They come person by person, so one account is in memory at a time. */
export const reconcileJobs = async (
  { db, store, now }: Readonly<{ db: Db; store: Pick<StreamStore, 'read'>; now: Date }>,
  bounds: readonly string[],
  tally: Tally,
): Promise<number> => {
  const gaps = await jobsWithGaps(db, store, bounds);
  let jobs = 0;
  let known = '';
  let charges: ReadonlyMap<string, AccountCharge> = new Map();
  for (let after: readonly [string, string] | null = ['', '']; after !== null; ) {
    const { rows }: { rows: JobRow[] } = await db.query<JobRow>(JOBS, [...bounds, ...after, ...gaps]);
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
