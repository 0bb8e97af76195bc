import { z } from 'zod';
import type { Command } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOnJob } from './job-command.ts';
import { outcome, type SentOutcome } from './outcome.ts';
import { id, jobAnswer } from './schemas.ts';
import type { RefactoringServices } from './services.ts';
import { taskTokenExpired } from './task-token.ts';
import { verifiedOutcome } from './verified-outcome.ts';

/**
 * `ReportExecution` of the job with the outcome as it was sent, and with what only the request knows: whether the lease had
 * ended. A report that was taken before is answered all the same.
 */
export type SendReport = Command<
  'ReportExecution',
  { jobId: string; executionId: string; outcome: SentOutcome; at: string }
> &
  Readonly<{ leaseEnded: boolean }>;

/**
 * One report per execution counts. Its key follows from the execution, so that a client which never saw the answer may
 * send it again, with whatever Idempotency-Key, and gets the first answer (EXE-01).
 */
export const reportExecution: CommandFile<SendReport, RefactoringServices> = {
  type: 'ReportExecution',
  access: 'TASK_TOKEN',
  route: route({
    method: 'POST',
    path: '/jobs/:job_id/sandbox/report',
    aliases: ['/jobs/:job_id/execution/apply-result', '/jobs/:job_id/execution/test-result'],
    summary: 'Report the outcome of an execution',
    status: 200,
    bodyLimit: 8 * 1024 * 1024,
    body: z.strictObject({ execution_id: id, outcome }),
    answer: jobAnswer,
    command: async ({ body, param, taskToken, at }, { leases }) => {
      const [jobId, executionId] = [param('job_id'), body.execution_id];
      const holder = { executionId, jobId, token: taskToken, at };
      const leaseEnded = await taskTokenExpired(leases, holder);
      return { type: 'ReportExecution', data: { jobId, executionId, outcome: body.outcome, at }, leaseEnded };
    },
  }),
  naturalKey: (command) => `report:${command.data.executionId}`,
  async decide(command, tools) {
    if (command.leaseEnded)
      throw new Rejection('TASK_TOKEN_INVALID', 'The lease of this execution ran out; claim it again.');
    const { outcome: sent, ...data } = command.data;
    const verified = await verifiedOutcome(tools.services.uploads, data.jobId, sent);
    return decideOnJob({ type: 'ReportExecution', data: { ...data, outcome: verified } }, tools);
  },
};
