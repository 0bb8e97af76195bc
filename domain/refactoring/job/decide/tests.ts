import type { OverrideBaseline, RecordTestPlan } from '../commands.ts';
import type { JobEvent } from '../events.ts';
import { expectStatus } from '../rejections.ts';
import type { JobState } from '../state.ts';
import { executionRequested } from './execution-requested.ts';
import { modelCalled } from './model-called.ts';

/** The plan is proven at once on the untouched code, on the person's machine. */
export const recordTestPlan = (command: RecordTestPlan, state: JobState): JobEvent[] => {
  const { ownerId, context } = expectStatus(state, command, 'GENERATING_TESTS');
  const { call, executionId, ...data } = command.data;
  return [
    modelCalled(command, ownerId, call),
    { type: 'TestPlanGenerated', data },
    executionRequested(command.data, ownerId, {
      executionId,
      kind: 'BASELINE',
      attempt: 0,
      artifacts: [context.artifact, data.plan],
    }),
  ];
};

/** The person goes on; what was recorded still guards the work, as far as it can be run. */
export const overrideBaseline = (command: OverrideBaseline, state: JobState): JobEvent[] => {
  const { failed: kept } = expectStatus(state, command, 'BASELINE_VALIDATION_FAILED');
  return [{ type: 'BaselineOverridden', data: { ...command.data, kept } }];
};
