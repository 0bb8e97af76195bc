import { z } from 'zod';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { job, jobStream } from '../../domain/refactoring/job/job.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOnNew } from '../kernel/decide-on.ts';
import type { JobCommandOf } from './job-command.ts';
import { jobAnswer, workspacePath } from './schemas.ts';
import type { RefactoringServices } from './services.ts';

const body = z.strictObject({
  goal: z.enum([
    'JAVASCRIPT_TO_TYPESCRIPT',
    'PYTHON_2_TO_3',
    'JAVA_8_TO_21',
    'REACT_CLASS_TO_HOOKS',
    'FREE_TEXT',
  ]),
  goal_text: z.string().max(10_000).default(''),
  targets: z.array(workspacePath).max(1_000).default([]),
  mode: z.enum(['SIMPLE', 'PROFESSIONAL', 'ENTERPRISE']).default('SIMPLE'),
  title: z.string().max(200).default(''),
  execution_mode: z.enum(['LOCAL', 'REMOTE_SANDBOX']).default('LOCAL'),
});

export const requestJob: CommandFile<JobCommandOf<'RequestJob'>, Pick<RefactoringServices, 'rules'>> = {
  type: 'RequestJob',
  access: 'USER',
  creates: true,
  route: route({
    method: 'POST',
    path: '/jobs',
    summary: 'Request a job',
    status: 201,
    body,
    answer: jobAnswer,
    command: ({ body, userId, at, newId }) => {
      if (body.execution_mode === 'REMOTE_SANDBOX')
        throw new Rejection('ENTITLEMENT_DENIED', 'Jobs run on your own machine in this version.', {
          execution_mode: body.execution_mode,
        });
      return {
        type: 'RequestJob',
        data: {
          jobId: newId(),
          ownerId: userId,
          goal: body.goal,
          goalText: body.goal_text,
          targets: body.targets,
          mode: body.mode,
          title: body.title,
          at,
        },
      };
    },
  }),
  // Here, not before: a request that was answered once has the same answer also after the rules have changed.
  async decide(command, { services: { rules } }) {
    const { jobId, ownerId, goal } = command.data;
    await Promise.all([rules.requireSpending(ownerId), rules.requireGoal(goal)]);
    const { append } = decideOnNew(job, jobStream(jobId), command);
    return { appends: [append], answer: { job_id: jobId, status: 'PENDING' } };
  },
};
