import type { Pool } from 'pg';
import { Rejection } from '../../../domain/kernel/rejection.ts';

const WHOLE = 36;
const PART = /^[0-9a-f-]{1,36}$/;

/** The id that begins as typed, as every other command takes it. Throws `Rejection` JOB_AMBIGUOUS or JOB_NOT_FOUND. */
export const wholeJobId = async (pool: Pool, typed: string): Promise<string> => {
  if (typed.length === WHOLE) return typed;
  const { rows } = PART.test(typed)
    ? await pool.query<{ job_id: string }>(
        "select job_id::text from read.refactor_jobs where job_id::text like $1 || '%' limit 2",
        [typed],
      )
    : { rows: [] };
  const [first, second] = rows;
  if (first === undefined) throw new Rejection('JOB_NOT_FOUND', `There is no job ${typed}.`);
  if (second !== undefined) throw new Rejection('JOB_AMBIGUOUS', `Several jobs begin with ${typed}.`);
  return first.job_id;
};
