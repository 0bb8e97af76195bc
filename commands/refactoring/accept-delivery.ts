import { z } from 'zod';
import { fold } from '../../domain/kernel/decider.ts';
import type { Command } from '../../domain/kernel/message.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { job, jobStream } from '../../domain/refactoring/job/job.ts';
import type { DeliverySelection } from '../../domain/refactoring/job/values.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOnJob } from './job-command.ts';
import { jobAnswer, selection } from './schemas.ts';
import type { RefactoringServices } from './services.ts';

/** `AcceptDelivery` of the job before the selection was compared with the delivery. */
export type SendSelection = Command<
  'AcceptDelivery',
  {
    jobId: string;
    by: string;
    selection: DeliverySelection;
    at: string;
    acknowledgedUncovered?: number;
  }
>;

/** What is selected must be there: the names are looked up in the delivered content, the job decides (DEL-02). */
export const acceptDelivery: CommandFile<SendSelection, RefactoringServices> = {
  type: 'AcceptDelivery',
  access: 'JOB_OWNER',
  route: route({
    method: 'POST',
    path: '/jobs/:job_id/delivery/accept',
    summary: 'Choose the files, hunks and symbols to take',
    status: 200,
    body: z.strictObject({
      selection,
      acknowledged_uncovered: z
        .int()
        .min(1)
        .exactOptional()
        .describe('The number that the delivery tells as `to_acknowledge`, where it is not 0'),
    }),
    answer: jobAnswer,
    command: ({ body, param, userId, at }) => ({
      type: 'AcceptDelivery',
      data: {
        jobId: param('job_id'),
        by: userId,
        selection: body.selection,
        ...(body.acknowledged_uncovered === undefined
          ? {}
          : { acknowledgedUncovered: body.acknowledged_uncovered }),
        at,
      },
    }),
  }),
  async decide({ data }, tools) {
    const { events } = await tools.store.read<JobEvent>(jobStream(data.jobId));
    const state = fold(job, events);
    const unknown =
      state.status === 'DELIVERED'
        ? await tools.services.uploads.unknownIn(data.jobId, state.artifact, data.selection)
        : [];
    return decideOnJob({ type: 'AcceptDelivery', data: { ...data, unknown } }, tools);
  },
};
