import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { empty, jobAnswer } from './schemas.ts';

export const abandonJob = ownerCommand(
  'AbandonJob',
  route({
    method: 'POST',
    path: '/jobs/:job_id/abandon',
    summary: 'End the job at the fallback',
    status: 200,
    body: empty,
    answer: jobAnswer,
    command: ({ param, userId, at }) => ({
      type: 'AbandonJob',
      data: { jobId: param('job_id'), by: userId, at },
    }),
  }),
);
