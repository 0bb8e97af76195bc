import { z } from 'zod';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOnJob, type JobCommandOf } from './job-command.ts';
import { id, jobAnswer, sha256, specification } from './schemas.ts';
import type { RefactoringServices } from './services.ts';

/** A stale `revision_token` is 409 with `current` (SPC-02). */
export const reviseSpec: CommandFile<JobCommandOf<'ReviseSpec'>, RefactoringServices> = {
  type: 'ReviseSpec',
  access: 'JOB_OWNER',
  route: route({
    method: 'PATCH',
    path: '/jobs/:job_id/spec',
    summary: 'Replace the specification with a new revision',
    status: 200,
    body: z.strictObject({ revision_token: id, specification }),
    answer: jobAnswer.extend({ revision_token: z.string(), spec_hash: sha256 }),
    command: ({ body, param, at, newId }, { specHash }) => ({
      type: 'ReviseSpec',
      data: {
        jobId: param('job_id'),
        revisionToken: body.revision_token,
        nextRevisionToken: newId(),
        specification: body.specification,
        specHash: specHash(body.specification),
        at,
      },
    }),
  }),
  async decide(command, tools) {
    const { appends, answer } = await decideOnJob(command, tools);
    const { nextRevisionToken, specHash } = command.data;
    const revision = { revision_token: nextRevisionToken, spec_hash: specHash };
    return { appends, answer: { ...jobAnswer.parse(answer), ...revision } };
  },
};
