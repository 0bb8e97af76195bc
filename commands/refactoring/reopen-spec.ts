import { z } from 'zod';
import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { jobAnswer, reason } from './schemas.ts';

export const reopenSpec = ownerCommand(
  'ReopenSpec',
  route({
    method: 'POST',
    path: '/jobs/:job_id/spec/reopen',
    summary: 'Go back to the specification; counters start anew',
    status: 200,
    body: z.strictObject({ reason }),
    answer: jobAnswer,
    command: ({ body, param, at, newId }) => ({
      type: 'ReopenSpec',
      data: { jobId: param('job_id'), reason: body.reason, nextRevisionToken: newId(), at },
    }),
  }),
);
