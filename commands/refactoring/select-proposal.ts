import { z } from 'zod';
import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { id, jobAnswer } from './schemas.ts';

export const selectProposal = ownerCommand(
  'SelectProposal',
  route({
    method: 'POST',
    path: '/jobs/:job_id/proposals/select',
    summary: 'Choose one of the strategies',
    status: 200,
    body: z.strictObject({ proposal_id: id }),
    answer: jobAnswer,
    command: ({ body, param, at }) => ({
      type: 'SelectProposal',
      data: { jobId: param('job_id'), proposalId: body.proposal_id, at },
    }),
  }),
);
