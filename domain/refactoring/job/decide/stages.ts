import { never } from '../../../kernel/never.ts';
import type { JobCommand, TimeOutStage } from '../commands.ts';
import type { JobEvent } from '../events.ts';
import { expectStatus, reject } from '../rejections.ts';
import type { JobState, Started } from '../state.ts';
import type { Stage } from '../values.ts';

const notAwaited = (stage: Stage): never => reject('STAGE_NOT_RUNNING', 'The stage is over.', { stage });

/** The state, if the stage is what the job waits for: its answer may have come while the time ran out. */
const expectStage = (state: JobState, command: JobCommand, stage: Stage, attempt: number | null): Started => {
  switch (stage) {
    case 'ANALYSE':
      return expectStatus(state, command, 'ANALYZING', 'GENERATING_ANALYSIS_REPORT');
    case 'SPECIFY': {
      const waiting = expectStatus(state, command, 'WAITING_STRATEGY');
      return waiting.chosen === null ? notAwaited(stage) : waiting;
    }
    case 'PLAN_TESTS':
      return expectStatus(state, command, 'GENERATING_TESTS');
    case 'PATCH': {
      const working = expectStatus(state, command, 'REFACTORING', 'DEEP_FIX_ACTIVE');
      const isTesting = working.status === 'REFACTORING' && working.execution !== null;
      return isTesting || working.attempt?.number !== attempt ? notAwaited(stage) : working;
    }
    case 'RECOVER':
      return expectStatus(state, command, 'RECOVERY_PENDING');
    default:
      return never(stage);
  }
};

/** JOB-09: a stage that exceeds its limit is asked for once more; the second time it is our failure, never billable. */
export const timeOutStage = (command: TimeOutStage, state: JobState): JobEvent[] => {
  const { jobId, at, stage, attempt } = command.data;
  const { late } = expectStage(state, command, stage, attempt);
  if (!late) return [{ type: 'StageTimedOut', data: { jobId, at, stage, attempt } }];
  const reason = 'The stage took longer than it may, twice.';
  const failure = { stage, reason, failureClass: 'INFRA_FAILURE', code: 'STAGE_TIMEOUT' } as const;
  return [{ type: 'InfraFailed', data: { jobId, at, ...failure } }];
};
