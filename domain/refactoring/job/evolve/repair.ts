import { never } from '../../../kernel/never.ts';
import type {
  AttemptStarted,
  AttemptsExhausted,
  DeepFixConfirmed,
  InterventionOpened,
  InterventionTriggered,
  PatchGenerated,
  PatchRejected,
  RecoveryCompleted,
  RepairContinued,
  RetriedStronger,
  TestsFailed,
  TestsRepeated,
} from '../events.ts';
import { freshCounters, testedOf } from '../layers.ts';
import type { Counters, JobState, Refactoring, Tested } from '../state.ts';
import type { ModelClass } from '../values.ts';
import { usedBefore } from '../waterfall.ts';

export type RepairEvent =
  | AttemptStarted
  | AttemptsExhausted
  | DeepFixConfirmed
  | InterventionOpened
  | InterventionTriggered
  | PatchGenerated
  | PatchRejected
  | RecoveryCompleted
  | RepairContinued
  | RetriedStronger
  | TestsFailed
  | TestsRepeated;

/** Between two attempts. */
export const refactoring = (state: Tested, counters: Counters = state.counters): Refactoring => ({
  ...testedOf(state),
  status: 'REFACTORING',
  counters,
  attempt: null,
  execution: null,
});

export const confirm = (state: Tested, modelClass: ModelClass): readonly ModelClass[] => [
  ...new Set([...state.counters.confirmed, modelClass]),
];

const startAttempt = (state: JobState & Tested, { data }: AttemptStarted): JobState => {
  const attempt = { number: data.attempt, modelClass: data.modelClass };
  const counters = { ...state.counters, last: data.attempt };
  if (state.status === 'DEEP_FIX_ACTIVE') return { ...state, attempt, counters };
  if (state.status !== 'REFACTORING') return state;
  return {
    ...state,
    attempt,
    counters:
      data.modelClass === 'L0'
        ? { ...counters, recipeTried: true }
        : { ...counters, used: counters.used + 1 },
  };
};

const failTests = (state: JobState & Tested, { data }: TestsFailed): JobState => {
  // A try of the person during an intervention says nothing about the repair loop.
  if (state.status !== 'REFACTORING') return state;
  const { fingerprint, identical } = data;
  return refactoring(state, { ...state.counters, fingerprint, identical });
};

/** Events of the repair loop and its gates, on a job whose baseline is settled. */
export const evolveRepair = (state: JobState & Tested, event: RepairEvent): JobState => {
  switch (event.type) {
    case 'AttemptStarted':
      return startAttempt(state, event);
    case 'PatchGenerated':
      return state.status === 'DEEP_FIX_ACTIVE' ? { ...refactoring(state), attempt: state.attempt } : state;
    case 'PatchRejected':
      return state.status === 'REFACTORING'
        ? refactoring(state, { ...state.counters, fingerprint: null, identical: 0 })
        : state;
    case 'TestsFailed':
      return failTests(state, event);
    case 'AttemptsExhausted':
      return { ...testedOf(state), status: 'RECOVERY_PENDING' };
    case 'InterventionTriggered': {
      const { deadlineAt, attempt, timedOut = null } = event.data;
      return { ...testedOf(state), status: 'WAITING_INTERVENTION', deadlineAt, attempt, timedOut };
    }
    case 'TestsRepeated': {
      const { attempt: number, modelClass, quarantined } = event.data;
      return { ...refactoring({ ...state, quarantined }), attempt: { number, modelClass } };
    }
    case 'DeepFixConfirmed':
      return {
        ...testedOf(state),
        status: 'DEEP_FIX_ACTIVE',
        counters: {
          ...freshCounters(state.counters.last, confirm(state, event.data.modelClass)),
          recipeTried: true,
        },
        attempt: null,
      };
    case 'InterventionOpened':
      return { ...testedOf(state), status: 'USER_INTERVENING', execution: null };
    case 'RepairContinued':
      return refactoring(state);
    case 'RecoveryCompleted':
      return { ...testedOf(state), status: 'FALLBACK_REQUIRED' };
    case 'RetriedStronger':
      return refactoring(state, {
        ...freshCounters(state.counters.last, confirm(state, event.data.modelClass)),
        recipeTried: true,
        used: usedBefore(event.data.modelClass === 'L3' ? 'L3' : 'L2'),
      });
    default:
      return never(event);
  }
};
