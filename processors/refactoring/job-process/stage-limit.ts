import type { Positioned } from '../../../domain/kernel/message.ts';
import type { EffectLimit } from '../../../domain/kernel/process-manager.ts';
import type { JobCommand } from '../../../domain/refactoring/job/commands.ts';
import type { ProcessEvent, Work } from './state.ts';
import type { JobTimings } from './timings.ts';

/** The key of the limit: the next work moves it (JOB-09). */
export const STAGE = 'stage';

/** The stage times out unless the work that was asked for just now is answered in time (JOB-09). */
export const stageLimit = (
  event: Positioned<ProcessEvent>,
  work: Exclude<Work, Readonly<{ kind: 'START_ATTEMPT' }>>,
  { stageSeconds }: JobTimings,
): EffectLimit<JobCommand> => {
  const { jobId, at } = event.data;
  const attempt = work.kind === 'PATCH' ? work.attempt : null;
  return {
    key: STAGE,
    ms: stageSeconds[work.kind] * 1_000,
    command: { type: 'TimeOutStage', data: { jobId, at, stage: work.kind, attempt } },
  };
};
