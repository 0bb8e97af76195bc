import { z } from 'zod';
import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { jobAnswer } from './schemas.ts';

export const applyDelivery = ownerCommand(
  'ApplyDelivery',
  route({
    method: 'POST',
    path: '/jobs/:job_id/delivery/apply',
    summary: 'Ask the executor to apply what was accepted',
    status: 200,
    body: z
      .strictObject({
        waive_retest: z
          .boolean()
          .default(false)
          .describe('Apply a part of the delivery without testing it on its own'),
      })
      .optional(),
    answer: jobAnswer,
    command: ({ body, param, userId, at, newId }) => ({
      type: 'ApplyDelivery',
      data: {
        jobId: param('job_id'),
        by: userId,
        executionId: newId(),
        waiveRetest: body?.waive_retest ?? false,
        at,
      },
    }),
  }),
);
