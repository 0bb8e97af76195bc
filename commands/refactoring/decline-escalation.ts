import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { empty, jobAnswer } from './schemas.ts';

export const declineEscalation = ownerCommand(
  'DeclineEscalation',
  route({
    method: 'POST',
    path: '/jobs/:job_id/escalation/decline',
    summary: 'Refuse the next model class',
    status: 200,
    body: empty,
    answer: jobAnswer,
    command: ({ param, userId, at }) => ({
      type: 'DeclineEscalation',
      data: { jobId: param('job_id'), by: userId, at },
    }),
  }),
);
