import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { empty, jobAnswer } from './schemas.ts';

export const confirmEscalation = ownerCommand(
  'ConfirmEscalation',
  route({
    method: 'POST',
    path: '/jobs/:job_id/escalation/confirm',
    summary: 'Allow the next model class',
    status: 200,
    body: empty,
    answer: jobAnswer,
    command: ({ param, userId, at }) => ({
      type: 'ConfirmEscalation',
      data: { jobId: param('job_id'), by: userId, at },
    }),
  }),
);
