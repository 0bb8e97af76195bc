import { HEARTBEAT_SECONDS } from '../../../domain/refactoring/client/heartbeat.ts';
import { GRACE_SECONDS, LONGEST_EXECUTION_SECONDS } from '../../../domain/refactoring/job/limits.ts';

/** How long the job process waits for the person's machine (JOB-05, EXE-01). */
export type JobTimings = Readonly<{
  /** From one heartbeat to the miss of the next. */
  heartbeatPatienceMs: number;
  /** From the miss to the end of the job. */
  graceSeconds: number;
  /** How long a report may still be on its way when the time of an execution is over. */
  reportPatienceMs: number;
  /** No execution gets more than this, whatever it was asked with. */
  longestExecutionSeconds: number;
}>;

/** A missed beat is told within 10 s (JOB-05); 8 of them are patience for the network and a restart of ours. */
export const JOB_TIMINGS: JobTimings = {
  heartbeatPatienceMs: (HEARTBEAT_SECONDS + 8) * 1_000,
  graceSeconds: GRACE_SECONDS,
  reportPatienceMs: 5_000,
  longestExecutionSeconds: LONGEST_EXECUTION_SECONDS,
};
