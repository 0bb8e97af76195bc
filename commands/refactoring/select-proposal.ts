import { z } from 'zod';
import { CONDITIONS } from '../../domain/refactoring/job/values.ts';
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
    body: z.strictObject({
      proposal_id: id,
      accepted_conditions: z
        .array(z.enum(CONDITIONS))
        .max(CONDITIONS.length)
        .exactOptional()
        .describe(
          'Conditions of the proposal that the person takes; it cannot be chosen without each of them',
        ),
    }),
    answer: jobAnswer,
    command: ({ body, param, at }) => ({
      type: 'SelectProposal',
      data: {
        jobId: param('job_id'),
        proposalId: body.proposal_id,
        ...(body.accepted_conditions === undefined ? {} : { accepted: body.accepted_conditions }),
        at,
      },
    }),
  }),
);
