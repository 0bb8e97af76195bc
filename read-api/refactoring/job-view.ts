import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Recorded } from '../../domain/kernel/message.ts';
import { foldProjection } from '../../domain/kernel/projection.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import { type RefactorJobRow, refactorJobs } from '../../projections/refactoring/refactor-jobs.ts';
import { asPositioned } from '../kernel/query.ts';

export const jobNotFound = (): Rejection => new Rejection('JOB_NOT_FOUND', 'There is no such job.');

export const jobEvents = async (
  store: Pick<StreamStore, 'read'>,
  jobId: string,
): Promise<readonly Recorded<JobEvent>[]> => {
  const { events, streamExists } = await store.read<JobEvent>(jobStream(jobId));
  if (!streamExists) throw jobNotFound();
  return events;
};

/** The row of `refactor_jobs`, folded from the stream itself: never behind the caller's own commands. */
export const jobRow = (jobId: string, events: readonly Recorded<JobEvent>[]): RefactorJobRow => {
  const row = foldProjection(refactorJobs, asPositioned(events)).get(jobId);
  if (row === undefined) throw jobNotFound();
  return row;
};
