import { Rejection } from '../../domain/kernel/rejection.ts';
import type { JobCommand } from '../../domain/refactoring/job/commands.ts';
import { job, jobStream, statusOf } from '../../domain/refactoring/job/job.ts';
import type { CommandFile, Decided, Route, Tools } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import type { RefactoringServices } from './services.ts';

export type JobCommandOf<Type extends JobCommand['type']> = Extract<JobCommand, { type: Type }>;

export const jobNotFound = (): Rejection => new Rejection('JOB_NOT_FOUND', 'There is no such job.');

/** Decides on the job's own stream; the answer is the status that the job then has. */
export const decideOnJob = async (command: JobCommand, { store }: Tools<unknown>): Promise<Decided> => {
  const { jobId } = command.data;
  const { after, append } = await decideOn(store, job, jobStream(jobId), command);
  const status = statusOf(after);
  if (status === null) throw jobNotFound();
  return { appends: [append], answer: { job_id: jobId, status } };
};

/** A command of the job's owner that needs nothing but the job. */
export const ownerCommand = <Type extends JobCommand['type']>(
  type: Type,
  route: Route<JobCommandOf<Type>, RefactoringServices>,
): CommandFile<JobCommandOf<Type>, RefactoringServices> => ({
  type: type as JobCommandOf<Type>['type'],
  access: 'JOB_OWNER',
  route,
  decide: decideOnJob,
});

/** A command that only process managers and reactors send. */
export const systemCommand = <Type extends JobCommand['type']>(
  type: Type,
): CommandFile<JobCommandOf<Type>, unknown> => ({
  type: type as JobCommandOf<Type>['type'],
  access: 'SYSTEM',
  route: null,
  decide: decideOnJob,
});
