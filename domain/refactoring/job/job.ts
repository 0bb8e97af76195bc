import type { Decider } from '../../kernel/decider.ts';
import type { JobCommand } from './commands.ts';
import { decide } from './decide.ts';
import type { JobEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { initialState, type JobState } from './state.ts';

export { type JobState, statusOf } from './state.ts';

/** The job (spec/40): one stream per job, one decider. */
export const job: Decider<JobState, JobCommand, JobEvent> = { initialState, evolve, decide };

export const jobStream = (jobId: string): string => `job-${jobId}`;
