import { z } from 'zod';
import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { jobAnswer, reason } from './schemas.ts';

export const overrideBaseline = ownerCommand(
  'OverrideBaseline',
  route({
    method: 'POST',
    path: '/jobs/:job_id/baseline/override',
    summary: 'Go on although the baseline failed',
    status: 200,
    body: z.strictObject({
      quarantined: z.array(z.string().max(500)).max(10_000).default([]),
      mocks: z.array(z.string().max(500)).max(10_000).default([]),
      why: reason,
    }),
    answer: jobAnswer,
    command: ({ body, param, userId, at }) => ({
      type: 'OverrideBaseline',
      data: {
        jobId: param('job_id'),
        quarantined: body.quarantined,
        mocks: body.mocks,
        by: userId,
        why: body.why,
        at,
      },
    }),
  }),
);
