import { z } from 'zod';
import { jobLog, jobLogStream, type WriteLogLines } from '../../domain/refactoring/client/job-log.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import type { RefactoringServices } from './services.ts';
import { requireTaskToken } from './task-token.ts';

export const writeLogLines: CommandFile<WriteLogLines, RefactoringServices> = {
  type: 'WriteLogLines',
  access: 'TASK_TOKEN',
  route: route({
    method: 'POST',
    path: '/jobs/:job_id/executions/:execution_id/progress',
    summary: 'Tell what happens and keep the lease',
    status: 204,
    body: z.strictObject({
      lines: z.array(z.string().max(4_000)).max(500),
      percent: z.number().min(0).max(100).optional(),
    }),
    answer: null,
    command: async ({ body, param, taskToken, at }, { leases, leaseSeconds }) => {
      const [jobId, executionId] = [param('job_id'), param('execution_id')];
      await requireTaskToken(leases, { executionId, jobId, token: taskToken, at });
      await leases.renew({ executionId, leaseSeconds, at });
      const { lines, percent = null } = body;
      return { type: 'WriteLogLines', data: { jobId, executionId, lines, percent, at } };
    },
  }),
  async decide(command) {
    const events = jobLog.decide(command, null);
    const streamName = jobLogStream(command.data.jobId);
    return {
      appends: [{ streamName, events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }],
      answer: null,
    };
  },
};
