import { z } from 'zod';
import { heartbeat, heartbeatStream, type SendHeartbeat } from '../../domain/refactoring/client/heartbeat.ts';
import type { JobCommand } from '../../domain/refactoring/job/commands.ts';
import { job, jobStream } from '../../domain/refactoring/job/job.ts';
import { isExecuting } from '../../domain/refactoring/job/layers.ts';
import type { JobState } from '../../domain/refactoring/job/state.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import { jobNotFound } from './job-command.ts';
import { empty } from './schemas.ts';

const graceOf = (state: JobState): string | null =>
  'grace' in state && state.grace !== null ? state.grace.deadlineAt : null;

const heartbeatStatus = z.enum(['ALIVE', 'GRACE', 'PARKED']);

const statusOf = (state: JobState): z.infer<typeof heartbeatStatus> => {
  if (graceOf(state) !== null) return 'GRACE';
  return isExecuting(state) ? 'ALIVE' : 'PARKED';
};

/** A heartbeat within grace also ends the grace, in the same append: the answer is true when it arrives (JOB-05). */
export const sendHeartbeat: CommandFile<SendHeartbeat, unknown> = {
  type: 'SendHeartbeat',
  access: 'JOB_OWNER',
  route: route({
    method: 'POST',
    path: '/jobs/:job_id/heartbeat',
    summary: 'Say that the client is there',
    status: 200,
    body: empty,
    answer: z.object({
      heartbeat_status: heartbeatStatus,
      grace_deadline_at: z.string().nullable(),
    }),
    command: ({ param, at }) => ({ type: 'SendHeartbeat', data: { jobId: param('job_id'), at } }),
  }),
  async decide(command, { store }) {
    const { jobId, at } = command.data;
    const resume: JobCommand = { type: 'ReportHeartbeatResumed', data: { jobId, lastSeenAt: at, at } };
    const { before, after, append } = await decideOn(store, resuming, jobStream(jobId), resume);
    if (before.status === 'NONE') throw jobNotFound();
    const beat = {
      streamName: heartbeatStream(jobId),
      events: heartbeat.decide(command, null),
      expectedStreamVersion: 'NO_CONCURRENCY_CHECK',
    } as const;
    return {
      appends: [beat, append],
      answer: { heartbeat_status: statusOf(after), grace_deadline_at: graceOf(after) },
    };
  },
};

/** The job's decider, asked to resume only while it is in grace. */
const resuming: typeof job = {
  ...job,
  decide: (command, state) => (graceOf(state) === null ? [] : job.decide(command, state)),
};
