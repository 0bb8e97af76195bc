import { z } from 'zod';
import type { Json } from '../../domain/kernel/message.ts';
import { JOB_STATUSES } from '../../domain/refactoring/job/values.ts';
import { jsonQuery } from '../kernel/query.ts';
import { spend, withSpend } from './job-spend.ts';
import { jobEvents, jobRow } from './job-view.ts';

/** A job as people see it: the row of `refactor_jobs` with what was spent. */
export const jobAnswer = z.looseObject({
  job_id: z.uuid(),
  owner_id: z.uuid(),
  status: z.enum(JOB_STATUSES),
  title: z.string(),
  goal: z.string(),
  goal_text: z.string(),
  mode: z.enum(['SIMPLE', 'PROFESSIONAL', 'ENTERPRISE']),
  targets: z.array(z.string()),
  tier: z.enum(['FREE', 'PLUS', 'PRO', 'MAX', 'ENTERPRISE']).nullable(),
  strategy: z.enum(['CONSERVATIVE', 'STANDARD', 'COMPREHENSIVE']).nullable(),
  failure_class: z.string().nullable(),
  reasons: z
    .array(
      z.object({
        code: z.string(),
        path: z.string().nullable(),
        line: z.int().nullable(),
        reason: z.string(),
      }),
    )
    .describe('Why the job was refused, or a stage failed'),
  attempts: z.int(),
  model_class: z.enum(['L0', 'L1', 'L2', 'L3']).nullable().describe('Of the newest attempt'),
  model_calls: z.int(),
  tokens: z.int(),
  executions: z.array(
    z.object({
      execution_id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
      kind: z.enum(['BASELINE', 'TEST', 'APPLY', 'REVERT']),
      attempt: z.int(),
      requested_at: z.string(),
      claimant: z.string().nullable(),
    }),
  ),
  heartbeat_status: z.enum(['ALIVE', 'GRACE', 'PARKED']),
  grace_deadline_at: z.string().nullable(),
  decision_deadline_at: z.string().nullable().describe('When an escalation or intervention is due'),
  escalation: z
    .object({
      reason: z
        .enum(['PHASE', 'BUDGET'])
        .describe('BUDGET: the next step could cost more than the job may spend'),
      to_class: z.enum(['L0', 'L1', 'L2', 'L3']),
    })
    .nullable()
    .describe('What the job asks while it waits for an escalation'),
  timed_out: z
    .object({
      timeout_seconds: z.int(),
      tests: z.array(z.string()).describe('Labels of tests that can be set aside'),
    })
    .nullable()
    .describe('The tests ran out of time, and the job asks how to go on'),
  artifact_expires_at: z.string().nullable(),
  halted: z.boolean().describe('An operator halted spending: the job waits, and goes on by itself later'),
  spend,
  delivery_phase: z.enum(['OFFERED', 'ACCEPTED', 'APPLIED', 'REVERTED']).nullable(),
  requested_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  updated_at: z.string(),
});

/** A job that has ended waits for nothing. */
export const withHalt = <Job extends Readonly<{ [key: string]: Json }>>(job: Job, isHalted: boolean) => ({
  ...job,
  halted: isHalted && job['finished_at'] === null,
});

export const getJob = jsonQuery({
  name: 'GetJob',
  access: 'JOB_OWNER',
  path: '/jobs/:job_id',
  summary: 'One job as it is now',
  query: z.object({}),
  answer: jobAnswer,
  async run({ param, userId }, { store, tables, isHalted }) {
    const jobId = param('job_id');
    const [job] = await withSpend(tables, [jobRow(jobId, await jobEvents(store, jobId))]);
    return job === undefined ? null : withHalt(job, await isHalted(userId));
  },
});
