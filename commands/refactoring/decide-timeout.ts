import { z } from 'zod';
import { TIMEOUT_CHOICES } from '../../domain/refactoring/job/values.ts';
import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { jobAnswer } from './schemas.ts';

export const decideTimeout = ownerCommand(
  'DecideTimeout',
  route({
    method: 'POST',
    path: '/jobs/:job_id/timeout/decide',
    summary: 'Go on after tests that ran out of time',
    status: 200,
    body: z.strictObject({ choice: z.enum(TIMEOUT_CHOICES) }),
    answer: jobAnswer,
    command: ({ body, param, userId, at, newId }) => ({
      type: 'DecideTimeout',
      data: { jobId: param('job_id'), by: userId, choice: body.choice, executionId: newId(), at },
    }),
  }),
);
