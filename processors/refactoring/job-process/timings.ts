import { HEARTBEAT_SECONDS } from '../../../domain/refactoring/client/heartbeat.ts';
import { GRACE_SECONDS, LONGEST_EXECUTION_SECONDS } from '../../../domain/refactoring/job/limits.ts';
import type { Stage } from '../../../domain/refactoring/job/values.ts';

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
  /** From the beginning of the work of a stage to its answer (JOB-09). */
  stageSeconds: Readonly<Record<Stage, number>>;
}>;

/** Beside the question itself: reading the sources, further tries, and what is done with the answer. */
const AROUND_A_QUESTION_SECONDS = 180;

/**
 * Limits of the stages from those of their questions in milliseconds; analysing takes 5 minutes and proposing 3, as one
 * stage (JOB-09).
 */
export const stageSecondsFor = (
  questionMs: Readonly<Record<Exclude<Stage, 'RECOVER'>, number>>,
): JobTimings['stageSeconds'] => {
  const seconds = (ms: number): number => ms / 1_000 + AROUND_A_QUESTION_SECONDS;
  return {
    ANALYSE: seconds(questionMs.ANALYSE),
    SPECIFY: seconds(questionMs.SPECIFY),
    PLAN_TESTS: seconds(questionMs.PLAN_TESTS),
    PATCH: seconds(questionMs.PATCH),
    RECOVER: seconds(0),
  };
};

/** A missed beat is told within 10 s (JOB-05); 8 of them are patience for the network and a restart of ours. */
export const JOB_TIMINGS: JobTimings = {
  heartbeatPatienceMs: (HEARTBEAT_SECONDS + 8) * 1_000,
  graceSeconds: GRACE_SECONDS,
  reportPatienceMs: 5_000,
  longestExecutionSeconds: LONGEST_EXECUTION_SECONDS,
  stageSeconds: stageSecondsFor({
    ANALYSE: 300_000,
    SPECIFY: 300_000,
    PLAN_TESTS: 300_000,
    PATCH: 1_800_000,
  }),
};
