import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { chargeCorrected, correctCharge } from '../../../commands/billing/correct-charge.ts';
import { execute } from '../../../commands/kernel/execute.ts';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import { liveRules } from '../../operations/operating-rules.ts';
import { wholeJobId } from './job-id.ts';
import type { Reading } from './open.ts';
import { givenReason, ownContext } from './operator.ts';

const ownerOf = async (pool: Pool, jobId: string): Promise<string> => {
  const { rows } = await pool.query<{ owner_id: string }>(
    'select owner_id from read.refactor_jobs where job_id::text = $1',
    [jobId],
  );
  const [row] = rows;
  if (row === undefined) throw new Rejection('JOB_NOT_FOUND', `There is no job ${jobId}.`);
  return row.owner_id;
};

/**
 * Takes back what a job was charged, `microCredits` of it or all that stands (null). Gives the answer of the route.
 * Throws `Rejection` REASON_REQUIRED, JOB_NOT_FOUND, JOB_AMBIGUOUS, CHARGE_NOT_FOUND or CORRECTION_EXCEEDS_CHARGE.
 */
export const takeBack = async (
  { log, pool }: Pick<Reading, 'log' | 'pool'>,
  typed: string,
  given: Readonly<{ microCredits: number | null; reason: string }>,
) => {
  const reason = givenReason(given.reason);
  const jobId = await wholeJobId(pool, typed);
  const userId = await ownerOf(pool, jobId);
  const at = new Date().toISOString();
  const data = { userId, jobId, correctionId: randomUUID(), microCredits: given.microCredits, reason, at };
  const context = ownContext();
  const { answer } = await execute(correctCharge, { type: 'CorrectCharge', data }, log, liveRules(log), {
    context,
  });
  return chargeCorrected.parse(answer);
};
