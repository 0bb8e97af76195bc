import type { Positioned } from '../../../domain/kernel/message.ts';
import { never } from '../../../domain/kernel/never.ts';
import { dueAfter, type ProcessOutput } from '../../../domain/kernel/process-manager.ts';
import type { JobCommand } from '../../../domain/refactoring/job/commands.ts';
import type { Assignment, JobEffect } from '../effects.ts';
import { stageLimit } from './stage-limit.ts';
import type { JobProcessState, ProcessEvent } from './state.ts';
import type { JobTimings } from './timings.ts';

type Output = ProcessOutput<JobCommand, JobEffect>;

/** The next piece of work as an output; the same key again replaces a request that still waits. */
export const requestWork = (
  event: Positioned<ProcessEvent>,
  state: JobProcessState,
  timings: JobTimings,
): readonly Output[] => {
  const { work, entitlement, context, goal, goalText } = state;
  if (work === null || context === null || entitlement === null) return [];
  const { jobId, at } = event.data;
  if (work.kind === 'START_ATTEMPT') {
    const command: JobCommand = { type: 'StartAttempt', data: { jobId, at } };
    // A failure may be followed by a gate in the same append, which takes this back before it is sent.
    if (event.type === 'TestsFailed' || event.type === 'PatchRejected')
      return [{ kind: 'timer', key: 'start-attempt', due: dueAfter(event, 0), command }];
    return [{ kind: 'command', command }];
  }
  const limit = stageLimit(event, work, timings);
  const asked = (key: string, effect: JobEffect): readonly Output[] => [
    { kind: 'effect', key, effect, limit },
  ];
  const assignment: Assignment = { jobId, goal, goalText, entitlement, context };
  const { analysis, proposal, specification, testMode } = state;
  const accepted = state.accepted.length === 0 ? {} : { accepted: state.accepted };
  switch (work.kind) {
    case 'ANALYSE':
      return asked('analyse', { type: 'AnalyseCode', data: assignment });
    case 'SPECIFY':
      if (analysis === null || proposal === null) return [];
      return asked('specify', {
        type: 'WriteSpecification',
        data: { ...assignment, ...accepted, analysis, proposal, testMode },
      });
    case 'PLAN_TESTS':
      if (proposal === null || specification === null) return [];
      return asked('plan-tests', {
        type: 'PlanTests',
        data: { ...assignment, ...accepted, proposal, specification, testMode },
      });
    case 'PATCH': {
      if (proposal === null || specification === null) return [];
      const { attempt, modelClass } = work;
      const past = state.past.filter((one) => one.attempt !== attempt);
      return asked('patch', {
        type: 'GeneratePatch',
        data: { ...assignment, ...accepted, attempt, modelClass, proposal, specification, past },
      });
    }
    case 'RECOVER': {
      const patch = state.past.findLast((one) => one.patch !== null)?.patch ?? null;
      return asked('recover', { type: 'PackageRecovery', data: { jobId, context, patch } });
    }
    default:
      return never(work);
  }
};
