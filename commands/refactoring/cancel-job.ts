import { z } from 'zod';
import { CONDITIONS } from '../../domain/refactoring/job/values.ts';
import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { jobAnswer } from './schemas.ts';

export const cancelJob = ownerCommand(
  'CancelJob',
  route({
    method: 'DELETE',
    path: '/jobs/:job_id',
    summary: 'Cancel the job',
    status: 200,
    body: z
      .strictObject({
        declined_conditions: z
          .array(z.enum(CONDITIONS))
          .max(CONDITIONS.length)
          .exactOptional()
          .describe('Conditions of the proposals that the person does not take, and ends the job for'),
      })
      .optional(),
    answer: jobAnswer,
    command: ({ body, param, userId, at }) => ({
      type: 'CancelJob',
      data: {
        jobId: param('job_id'),
        by: userId,
        ...(body?.declined_conditions === undefined ? {} : { declined: body.declined_conditions }),
        at,
      },
    }),
  }),
);
