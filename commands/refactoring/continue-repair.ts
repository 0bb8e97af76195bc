import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { empty, jobAnswer } from './schemas.ts';

export const continueRepair = ownerCommand(
  'ContinueRepair',
  route({
    method: 'POST',
    path: '/jobs/:job_id/intervention/continue',
    summary: 'Hand the repair back',
    status: 200,
    body: empty,
    answer: jobAnswer,
    command: ({ param, userId, at }) => ({
      type: 'ContinueRepair',
      data: { jobId: param('job_id'), by: userId, at },
    }),
  }),
);
