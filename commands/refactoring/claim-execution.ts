import { z } from 'zod';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { job, jobStream } from '../../domain/refactoring/job/job.ts';
import type { OpenExecution } from '../../domain/refactoring/job/state.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import { type JobCommandOf, jobNotFound } from './job-command.ts';
import { artifactToWire, artifactView, fileHashes, id, selection } from './schemas.ts';
import type { RefactoringServices } from './services.ts';

const claimed = (): Rejection =>
  new Rejection('EXECUTION_ALREADY_CLAIMED', 'Another client does this execution.');

const toWire = (execution: OpenExecution) => ({
  execution_id: execution.executionId,
  kind: execution.kind,
  attempt: execution.attempt,
  artifacts: execution.artifacts.map(artifactToWire),
  selection: execution.selection,
  locked_hashes: execution.lockedHashes,
  timeout_seconds: execution.timeoutSeconds,
  quarantined: execution.quarantined,
  retest: execution.retest,
});

const execution = z.object({
  execution_id: id,
  kind: z.enum(['BASELINE', 'TEST', 'APPLY', 'REVERT']),
  attempt: z.int(),
  artifacts: z.array(artifactView),
  selection: selection.nullable(),
  locked_hashes: fileHashes,
  timeout_seconds: z.int().describe('From the claim to the report'),
  quarantined: z.array(z.string()).default([]).describe('Labels of tests that the person set aside'),
  retest: z
    .enum(['REQUIRED', 'WAIVED'])
    .nullable()
    .default(null)
    .describe('Whether a part of the delivery is tested before it is applied'),
});
const stored = z.object({ lease_seconds: z.int(), execution });

/**
 * Two doors: the decider says whether the execution waits to be done, the lease (renewed by progress, outside the log)
 * says who does it. The token is made last, and never stored with the answer.
 */
export const claimExecution: CommandFile<JobCommandOf<'ClaimExecution'>, RefactoringServices> = {
  type: 'ClaimExecution',
  access: 'JOB_OWNER',
  route: route({
    method: 'POST',
    path: '/jobs/:job_id/executions/:execution_id/claim',
    summary: 'Take an execution; one claimant gets the token',
    status: 200,
    body: z.strictObject({ claimant: id }),
    answer: stored.extend({ task_token: z.string() }),
    command: ({ body, param, at }, { leaseSeconds }) => ({
      type: 'ClaimExecution',
      data: {
        jobId: param('job_id'),
        executionId: param('execution_id'),
        claimant: body.claimant,
        leaseSeconds,
        at,
      },
    }),
  }),
  async decide(command, { store, services }) {
    const { jobId } = command.data;
    const { before, after, append } = await decideOn(store, job, jobStream(jobId), command);
    if (before.status === 'NONE') throw jobNotFound();
    const execution = 'execution' in after ? after.execution : null;
    if (execution === null || !(await services.leases.acquire(command.data))) throw claimed();
    return {
      appends: [append],
      answer: { lease_seconds: command.data.leaseSeconds, execution: toWire(execution) },
    };
  },
  async present(answer, command, { services }) {
    const token = await services.leases.issue(command.data);
    if (token === null) throw claimed();
    return { task_token: token, ...stored.parse(answer) };
  },
};
