import type { Positioned } from '../../../domain/kernel/message.ts';
import { dueAfter, type ProcessOutput } from '../../../domain/kernel/process-manager.ts';
import type { JobCommand } from '../../../domain/refactoring/job/commands.ts';
import type { JobEffect } from '../effects.ts';
import type { JobProcessState, ProcessEvent } from './state.ts';
import type { JobTimings } from './timings.ts';

type Output = ProcessOutput<JobCommand, JobEffect>;

/** The key of the timer: asking for other work moves it (JOB-09). */
export const STAGE = 'stage';

/** Fires unless the work that was asked for just now is answered in time, all attempts of its reactor included (JOB-09). */
export const stageLimit = (
  event: Positioned<ProcessEvent>,
  { work }: JobProcessState,
  asked: readonly Output[],
  { stageSeconds }: JobTimings,
): readonly Output[] => {
  if (work === null || work.kind === 'START_ATTEMPT' || asked.length === 0) return [];
  const due = dueAfter(event, stageSeconds[work.kind] * 1_000);
  const attempt = work.kind === 'PATCH' ? work.attempt : null;
  const { jobId } = event.data;
  return [
    {
      kind: 'timer',
      key: STAGE,
      due,
      command: { type: 'TimeOutStage', data: { jobId, at: due, stage: work.kind, attempt } },
    },
  ];
};
