import type { Condition, FailureClass, Stage } from '../values.ts';
import type { In } from './in.ts';

/** What comes from outside: ends, the client that goes missing, stages that take too long. */

export type JobCancelled = In<
  'JobCancelled',
  {
    by: string;
    forced: boolean;
    failureClass: FailureClass;
    /** Conditions of its proposals that the person did not accept; absent: it ended for another reason. */
    declined?: readonly Condition[];
  }
>;
export type ClientHeartbeatMissed = In<
  'ClientHeartbeatMissed',
  { lastSeenAt: string; graceDeadlineAt: string }
>;
export type ClientHeartbeatResumed = In<'ClientHeartbeatResumed', { lastSeenAt: string }>;
export type ClientLost = In<'ClientLost', { graceDeadlineAt: string; failureClass: FailureClass }>;
export type InfraFailed = In<
  'InfraFailed',
  {
    stage: string;
    reason: string;
    failureClass: FailureClass;
    /** Stable, where the cause is a known one. */
    code?: string;
  }
>;

/** The stage took longer than its limit and is asked for once more; a second time the job fails (JOB-09). */
export type StageTimedOut = In<'StageTimedOut', { stage: Stage; attempt: number | null }>;
