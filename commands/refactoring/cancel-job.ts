import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { empty, jobAnswer } from './schemas.ts';

export const cancelJob = ownerCommand(
  'CancelJob',
  route({
    method: 'DELETE',
    path: '/jobs/:job_id',
    summary: 'Cancel the job',
    status: 200,
    body: empty,
    answer: jobAnswer,
    command: ({ param, userId, at }) => ({
      type: 'CancelJob',
      data: { jobId: param('job_id'), by: userId, at },
    }),
  }),
);
