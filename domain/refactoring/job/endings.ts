import type {
  ClientLost,
  InfraFailed,
  InterventionTimedOut,
  JobAbandoned,
  JobCancelled,
  JobEvent,
  JobRefused,
  TestsPassed,
} from './events.ts';

/** The events that end the spending of a job: it is delivered, or will not be. */
export type JobEnding =
  | TestsPassed
  | JobCancelled
  | ClientLost
  | InfraFailed
  | JobRefused
  | JobAbandoned
  | InterventionTimedOut;

/** Their types; one that is missing here does not compile. */
export const JOB_ENDINGS = Object.keys({
  TestsPassed: true,
  JobCancelled: true,
  ClientLost: true,
  InfraFailed: true,
  JobRefused: true,
  JobAbandoned: true,
  InterventionTimedOut: true,
} satisfies Record<JobEnding['type'], true>) as readonly JobEnding['type'][];

/** After these no answer of a model is wanted: the work in flight is stopped, and spends nothing more (JOB-05). */
export const STOPS = [
  'JobCancelled',
  'ClientHeartbeatMissed',
  'ClientLost',
  'InfraFailed',
  'StageTimedOut',
  'SpecUpdatedDuringExecution',
  'EscalationRequested',
] as const satisfies readonly JobEvent['type'][];
