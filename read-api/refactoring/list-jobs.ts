import { z } from 'zod';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { JOB_STATUSES } from '../../domain/refactoring/job/values.ts';
import { type RefactorJobRow, refactorJobs } from '../../projections/refactoring/refactor-jobs.ts';
import { jsonQuery } from '../kernel/query.ts';
import { jobAnswer, withHalt } from './get-job.ts';
import { withSpend } from './job-spend.ts';

const place = z.tuple([z.iso.datetime(), z.uuid()]);

const writeCursor = (row: RefactorJobRow): string =>
  Buffer.from(JSON.stringify([row.requested_at, row.job_id])).toString('base64url');

const readCursor = (cursor: string): z.infer<typeof place> => {
  try {
    return place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new Rejection('CURSOR_INVALID', 'The cursor is not one that was given out.');
  }
};

/** Newest first, by keyset: a page costs the same however far back it is, and new jobs shift nothing. */
export const listJobs = jsonQuery({
  name: 'ListJobs',
  access: 'USER',
  path: '/jobs',
  summary: 'Your jobs, newest first',
  query: z.object({
    status: z.enum(JOB_STATUSES).optional(),
    goal: z.string().max(50).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(20),
    cursor: z.string().max(200).optional(),
  }),
  answer: z.object({ jobs: z.array(jobAnswer), next_cursor: z.string().nullable() }),
  async run({ query, userId }, { tables, isHalted }) {
    const values: unknown[] = [userId];
    const conditions = ['owner_id = $1'];
    const add = (condition: (first: number) => string, ...added: readonly unknown[]) => {
      conditions.push(condition(values.length + 1));
      values.push(...added);
    };
    if (query.status !== undefined) add((first) => `status = $${first}`, query.status);
    if (query.goal !== undefined) add((first) => `goal = $${first}`, query.goal);
    if (query.cursor !== undefined)
      add(
        (first) => `(requested_at, job_id) < ($${first}::timestamptz, $${first + 1})`,
        ...readCursor(query.cursor),
      );
    const rows = await tables.select<RefactorJobRow>(refactorJobs, {
      where: conditions.join(' and '),
      values,
      order: 'requested_at desc, job_id desc',
      limit: query.limit + 1,
    });
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    const halted = await isHalted(userId);
    return {
      jobs: (await withSpend(tables, page)).map((job) => withHalt(job, halted)),
      next_cursor: rows.length > query.limit && last !== undefined ? writeCursor(last) : null,
    };
  },
});
