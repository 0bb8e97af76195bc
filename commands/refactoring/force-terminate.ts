import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { empty, jobAnswer } from './schemas.ts';

export const forceTerminate = ownerCommand(
  'ForceTerminate',
  route({
    method: 'POST',
    path: '/jobs/:job_id/force-terminate',
    summary: 'End the job while its client is missing',
    status: 200,
    body: empty,
    answer: jobAnswer,
    command: ({ param, userId, at }) => ({
      type: 'ForceTerminate',
      data: { jobId: param('job_id'), by: userId, at },
    }),
  }),
);
