import type { Positioned } from '../../../domain/kernel/message.ts';
import { never } from '../../../domain/kernel/never.ts';
import { dueAfter, type ProcessOutput } from '../../../domain/kernel/process-manager.ts';
import type { JobCommand } from '../../../domain/refactoring/job/commands.ts';
import type { Assignment, JobEffect } from '../effects.ts';
import type { JobProcessState, ProcessEvent } from './state.ts';

type Output = ProcessOutput<JobCommand, JobEffect>;

/** The next piece of work as an output; the same key again replaces a request that still waits. */
export const requestWork = (event: Positioned<ProcessEvent>, state: JobProcessState): readonly Output[] => {
  const { work, entitlement, context, goal, goalText } = state;
  if (work === null || context === null || entitlement === null) return [];
  const { jobId, at } = event.data;
  const assignment: Assignment = { jobId, goal, goalText, entitlement, context };
  const { analysis, proposal, specification } = state;
  switch (work.kind) {
    case 'ANALYSE':
      return [{ kind: 'effect', key: 'analyse', effect: { type: 'AnalyseCode', data: assignment } }];
    case 'SPECIFY':
      if (analysis === null || proposal === null) return [];
      return [
        {
          kind: 'effect',
          key: 'specify',
          effect: { type: 'WriteSpecification', data: { ...assignment, analysis, proposal } },
        },
      ];
    case 'PLAN_TESTS':
      if (proposal === null || specification === null) return [];
      return [
        {
          kind: 'effect',
          key: 'plan-tests',
          effect: { type: 'PlanTests', data: { ...assignment, proposal, specification } },
        },
      ];
    case 'START_ATTEMPT': {
      const command: JobCommand = { type: 'StartAttempt', data: { jobId, at } };
      // A failure may be followed by a gate in the same append, which takes this back before it is sent.
      if (event.type === 'TestsFailed' || event.type === 'PatchRejected')
        return [{ kind: 'timer', key: 'start-attempt', due: dueAfter(event, 0), command }];
      return [{ kind: 'command', command }];
    }
    case 'PATCH': {
      if (proposal === null || specification === null) return [];
      const { attempt, modelClass } = work;
      const past = state.past.filter((one) => one.attempt !== attempt);
      return [
        {
          kind: 'effect',
          key: 'patch',
          effect: {
            type: 'GeneratePatch',
            data: { ...assignment, attempt, modelClass, proposal, specification, past },
          },
        },
      ];
    }
    case 'RECOVER': {
      const patch = state.past.findLast((one) => one.patch !== null)?.patch ?? null;
      return [
        {
          kind: 'effect',
          key: 'recover',
          effect: { type: 'PackageRecovery', data: { jobId, context, patch } },
        },
      ];
    }
    default:
      return never(work);
  }
};
