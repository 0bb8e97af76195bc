import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { empty, jobAnswer } from './schemas.ts';

export const revertDelivery = ownerCommand(
  'RevertDelivery',
  route({
    method: 'POST',
    path: '/jobs/:job_id/delivery/revert',
    summary: 'Ask the executor to restore the before-images',
    status: 200,
    body: empty,
    answer: jobAnswer,
    command: ({ param, userId, at, newId }) => ({
      type: 'RevertDelivery',
      data: { jobId: param('job_id'), by: userId, executionId: newId(), at },
    }),
  }),
);
