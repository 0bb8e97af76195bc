import type { JobView } from '../api/wire.ts';
import { isInside } from '../workspace/copy-tree.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';
import type { JobFile } from './job-file.ts';

type Phase = JobView['delivery_phase'] | null;

const listed = (jobs: readonly JobFile[]): string =>
  jobs
    .map(
      ({ jobId, startedAt, workspace }) =>
        `iama revert ${jobId}   began ${startedAt.slice(0, 16).replace('T', ' ')} UTC in ${workspace}`,
    )
    .join('\n');

/**
 * The job that a person means who names none: the only applied one of the folder they stand in, of a project above it or
 * below it. Where none is applied, the newest of them, so that the command can say what became of it. `jobs`: newest first;
 * `phaseOf` asks the server, null: it knows no such job. Throws `CommandEnd` JOB_UNKNOWN, and JOB_AMBIGUOUS with a list:
 * nothing is put back that somebody may not have meant.
 */
export const appliedJob = async (
  jobs: readonly JobFile[],
  folder: string,
  phaseOf: (job: JobFile) => Promise<Phase>,
): Promise<JobFile> => {
  const here = jobs.filter(({ workspace }) => isInside(folder, workspace) || isInside(workspace, folder));
  const [newest] = here;
  if (newest === undefined) {
    const what = `No job of this machine was begun in ${folder}.`;
    throw new CommandEnd(EXIT.USAGE, 'JOB_UNKNOWN', what, 'See your jobs with: iama jobs');
  }
  const applied: JobFile[] = [];
  for (const job of here) if ((await phaseOf(job)) === 'APPLIED') applied.push(job);
  if (applied.length > 1) {
    const what = `${applied.length} jobs are applied in ${folder}; say which of them to put back.`;
    throw new CommandEnd(EXIT.USAGE, 'JOB_AMBIGUOUS', what, listed(applied));
  }
  return applied[0] ?? newest;
};
