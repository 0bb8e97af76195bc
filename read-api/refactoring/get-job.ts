import { z } from 'zod';
import { JOB_STATUSES } from '../../domain/refactoring/job/values.ts';
import { jsonQuery } from '../kernel/query.ts';
import { rowToJson } from '../kernel/wire.ts';
import { jobEvents, jobRow } from './job-view.ts';

/** The fields that clients rely on; others of the row come along. */
export const jobAnswer = z.looseObject({
  job_id: z.uuid(),
  status: z.enum(JOB_STATUSES),
  title: z.string(),
  goal: z.string(),
  strategy: z.string().nullable(),
  failure_class: z.string().nullable(),
  attempts: z.int(),
  executions: z.array(
    z.object({
      execution_id: z.string(),
      kind: z.string(),
      attempt: z.int(),
      requested_at: z.string(),
      claimant: z.string().nullable(),
    }),
  ),
  heartbeat_status: z.enum(['ALIVE', 'GRACE', 'PARKED']),
  grace_deadline_at: z.string().nullable(),
  artifact_expires_at: z.string().nullable(),
  delivery_phase: z.string().nullable(),
  requested_at: z.string(),
  updated_at: z.string(),
});

export const getJob = jsonQuery({
  access: 'JOB_OWNER',
  path: '/jobs/:job_id',
  summary: 'One job as it is now',
  query: z.object({}),
  answer: jobAnswer,
  async run({ param }, { store }) {
    const jobId = param('job_id');
    return rowToJson(jobRow(jobId, await jobEvents(store, jobId)));
  },
});
