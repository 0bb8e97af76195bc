import { z } from 'zod';
import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { jobAnswer } from './schemas.ts';

export const retryStronger = ownerCommand(
  'RetryStronger',
  route({
    method: 'POST',
    path: '/jobs/:job_id/retry-stronger',
    summary: 'Try again with a stronger model class',
    status: 200,
    body: z.strictObject({ model_class: z.enum(['L1', 'L2', 'L3']).default('L2') }),
    answer: jobAnswer,
    command: ({ body, param, userId, at }) => ({
      type: 'RetryStronger',
      data: { jobId: param('job_id'), by: userId, modelClass: body.model_class, at },
    }),
  }),
);
