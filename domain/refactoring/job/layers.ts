import type {
  Asking,
  Counters,
  Executing,
  JobState,
  Planned,
  Specified,
  Started,
  StateWith,
  Tested,
} from './state.ts';
import { ASKING_STATUSES, EXECUTING_STATUSES, type ModelClass } from './values.ts';

/** Narrowing a state to a layer, and cutting one back to it when the job moves (nothing of the old status stays). */

export const isStarted = (state: JobState): state is StateWith<Started> => 'entitlement' in state;
export const isSpecified = (state: JobState): state is StateWith<Specified> => 'spec' in state;
export const isPlanned = (state: JobState): state is StateWith<Planned> => 'plan' in state;
export const isTested = (state: JobState): state is StateWith<Tested> => 'baseline' in state;
export const canExecute = (state: JobState): state is StateWith<Planned & Executing> => 'execution' in state;

const asking: ReadonlySet<string> = new Set(ASKING_STATUSES);
export const isAsking = (state: JobState): state is Asking => asking.has(state.status);

const executing: ReadonlySet<string> = new Set(EXECUTING_STATUSES);
export const isExecuting = (state: JobState): boolean => executing.has(state.status);

export const startedOf = (state: Started): Started => ({
  jobId: state.jobId,
  ownerId: state.ownerId,
  goal: state.goal,
  context: state.context,
  entitlement: state.entitlement,
  fastTrack: state.fastTrack,
  preAuthorised: state.preAuthorised,
  grace: state.grace,
  infraTrouble: state.infraTrouble,
  late: state.late,
  reported: state.reported,
});

export const specifiedOf = (state: Specified): Specified => ({
  ...startedOf(state),
  strategy: state.strategy,
  spec: state.spec,
  counters: state.counters,
});

export const plannedOf = (state: Planned): Planned => ({
  ...specifiedOf(state),
  plan: state.plan,
  mode: state.mode,
});

export const testedOf = (state: Tested): Tested => ({
  ...plannedOf(state),
  baseline: state.baseline,
  quarantined: state.quarantined,
  uncovered: state.uncovered,
});

/** The state with some fields changed; keeps the member of the union that it is. */
export const change = <S extends JobState>(state: S, fields: Partial<S>): S => ({ ...state, ...fields });

/** Counters at the start of a cycle; attempt numbers go on. */
export const freshCounters = (last: number, preAuthorised: readonly ModelClass[]): Counters => ({
  last,
  used: 0,
  recipeTried: false,
  fingerprint: null,
  identical: 0,
  confirmed: preAuthorised,
});
