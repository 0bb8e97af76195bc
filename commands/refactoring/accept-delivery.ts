import { z } from 'zod';
import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { jobAnswer, selection } from './schemas.ts';

export const acceptDelivery = ownerCommand(
  'AcceptDelivery',
  route({
    method: 'POST',
    path: '/jobs/:job_id/delivery/accept',
    summary: 'Choose the files and hunks to take',
    status: 200,
    body: z.strictObject({ selection }),
    answer: jobAnswer,
    command: ({ body, param, userId, at }) => ({
      type: 'AcceptDelivery',
      data: { jobId: param('job_id'), by: userId, selection: body.selection, at },
    }),
  }),
);
