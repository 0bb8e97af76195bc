import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { empty, jobAnswer } from './schemas.ts';

export const openIntervention = ownerCommand(
  'OpenIntervention',
  route({
    method: 'POST',
    path: '/jobs/:job_id/intervention/command',
    summary: 'Take over and edit by hand',
    status: 200,
    body: empty,
    answer: jobAnswer,
    command: ({ param, userId, at }) => ({
      type: 'OpenIntervention',
      data: { jobId: param('job_id'), by: userId, at },
    }),
  }),
);
