import { fold } from '../../domain/kernel/decider.ts';
import { Postponed } from '../../domain/kernel/postponed.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { job, jobStream } from '../../domain/refactoring/job/job.ts';
import { isStarted } from '../../domain/refactoring/job/layers.ts';
import type { CommandFile } from '../kernel/command.ts';
import { decideOnJob, type JobCommandOf } from './job-command.ts';
import type { RefactoringServices } from './services.ts';

/** Time in which spending was halted is not time that the stage took (OPS-04): the end of it comes later by as much. */
export const timeOutStage: CommandFile<JobCommandOf<'TimeOutStage'>, Pick<RefactoringServices, 'rules'>> = {
  type: 'TimeOutStage',
  access: 'SYSTEM',
  route: null,
  async decide(command, tools) {
    const { jobId, at } = command.data;
    const { events } = await tools.store.read<JobEvent>(jobStream(jobId));
    const state = fold(job, events);
    // Calls come to nothing within a stage.
    const since = events.findLast(({ type }) => type !== 'ModelCalled')?.metadata.recordedAt;
    if (isStarted(state) && since !== undefined) {
      const ms = await tools.services.rules.haltedBefore(state.ownerId, since, at);
      if (ms > 0) throw new Postponed('spending was halted in this stage', ms);
    }
    return decideOnJob(command, tools);
  },
};
