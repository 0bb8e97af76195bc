import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { empty, jobAnswer } from './schemas.ts';

export const applyDelivery = ownerCommand(
  'ApplyDelivery',
  route({
    method: 'POST',
    path: '/jobs/:job_id/delivery/apply',
    summary: 'Ask the executor to apply what was accepted',
    status: 200,
    body: empty,
    answer: jobAnswer,
    command: ({ param, userId, at, newId }) => ({
      type: 'ApplyDelivery',
      data: { jobId: param('job_id'), by: userId, executionId: newId(), at },
    }),
  }),
);
