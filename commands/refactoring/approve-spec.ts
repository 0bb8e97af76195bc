import { z } from 'zod';
import { route } from '../kernel/command.ts';
import { ownerCommand } from './job-command.ts';
import { id, jobAnswer, sha256 } from './schemas.ts';

export const approveSpec = ownerCommand(
  'ApproveSpec',
  route({
    method: 'POST',
    path: '/jobs/:job_id/spec/approve',
    summary: 'Approve exactly the specification that was shown',
    status: 200,
    body: z.strictObject({ revision_token: id, spec_hash: sha256 }),
    answer: jobAnswer,
    command: ({ body, param, at }) => ({
      type: 'ApproveSpec',
      data: { jobId: param('job_id'), revisionToken: body.revision_token, specHash: body.spec_hash, at },
    }),
  }),
);
