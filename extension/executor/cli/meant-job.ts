import type { Client } from '../api/client.ts';
import type { HttpOptions } from '../api/http.ts';
import type { JobView } from '../api/wire.ts';
import { isInside } from '../workspace/copy-tree.ts';
import type { Connection } from './account.ts';
import { connectTo, type Environment } from './environment.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';
import { type JobFile, jobFileOf, jobFiles } from './job-file.ts';
import { endOf } from './problems.ts';
import { hasEnded, jobIfKnown } from './unfinished.ts';

type State = Pick<JobView, 'status' | 'delivery_phase'>;

/** A command that changes a job: which ones it can mean, and how it speaks of them. */
type Meaning = Readonly<{
  command: 'revert' | 'cancel';
  /** What those have in common, as in "2 jobs are applied". */
  are: string;
  fits: (job: State) => boolean;
}>;

const listed = (jobs: readonly JobFile[], command: string): string =>
  jobs
    .map(
      ({ jobId, startedAt, workspace }) =>
        `iama ${command} ${jobId}   began ${startedAt.slice(0, 16).replace('T', ' ')} UTC in ${workspace}`,
    )
    .join('\n');

/**
 * The job that a person means who names none: the only one of the folder they stand in, of a project above it or below it,
 * that the command fits. Where it fits none, the newest of them, so that the command can say what became of it. `jobs`:
 * newest first; `viewOf` asks the server, null: it knows no such job. Throws `CommandEnd` JOB_UNKNOWN, and JOB_AMBIGUOUS
 * with a list: nothing is done to a job that somebody may not have meant.
 */
export const onlyJob = async (
  jobs: readonly JobFile[],
  folder: string,
  { command, are, fits }: Meaning,
  viewOf: (job: JobFile) => Promise<State | null>,
): Promise<JobFile> => {
  const here = jobs.filter(({ workspace }) => isInside(folder, workspace) || isInside(workspace, folder));
  const [newest] = here;
  if (newest === undefined) {
    const what = `No job of this machine was begun in ${folder}.`;
    throw new CommandEnd(EXIT.USAGE, 'JOB_UNKNOWN', what, 'See your jobs with: iama jobs');
  }
  const found: JobFile[] = [];
  for (const job of here) {
    const view = await viewOf(job);
    if (view !== null && fits(view)) found.push(job);
  }
  if (found.length > 1) {
    const what = `${found.length} jobs ${are} in ${folder}; say which of them to ${command}.`;
    throw new CommandEnd(EXIT.USAGE, 'JOB_AMBIGUOUS', what, listed(found, command));
  }
  return found[0] ?? newest;
};

const isOpen = ({ status, delivery_phase: phase }: State): boolean =>
  !hasEnded(status) || phase === 'OFFERED' || phase === 'ACCEPTED';

/**
 * The job to go on with for a person who names none: the newest in which something is left to decide or to do, of the
 * folder they stand in (a project above or below it too), else of this machine; where there is none, the newest of them.
 * `jobs`: newest first; `viewOf` asks the server, null: it knows no such job. `isDecided`: the command says what to take or to
 * write, so that nobody is asked any more; then no other folder is meant, and no job is passed over. Else those of a server
 * that does not answer, or does not let us in, are: `onPassedOver` is told once for each server. Throws `CommandEnd`
 * JOB_UNKNOWN, and what `viewOf` throws.
 */
export const openJob = async (
  jobs: readonly JobFile[],
  folder: string,
  viewOf: (job: JobFile) => Promise<State | null>,
  isDecided: boolean,
  onPassedOver: (why: string) => void,
): Promise<JobFile> => {
  const isHere = ({ workspace }: JobFile) => isInside(folder, workspace) || isInside(workspace, folder);
  const elsewhere = isDecided ? [] : jobs.filter((job) => !isHere(job));
  const inOrder = [...jobs.filter(isHere), ...elsewhere];
  const silent = new Set<string>();
  for (const job of inOrder) {
    if (silent.has(job.serverName)) continue;
    try {
      const view = await viewOf(job);
      if (view !== null && isOpen(view)) return job;
    } catch (error) {
      const { exitCode, message } = endOf(error);
      if (isDecided || exitCode !== EXIT.SERVER) throw error;
      silent.add(job.serverName);
      onPassedOver(message);
    }
  }
  const [newest] = inOrder;
  if (newest !== undefined) return newest;
  if (jobs.length > 0) {
    const what = `No job of this machine was begun in ${folder}.`;
    throw new CommandEnd(EXIT.USAGE, 'JOB_UNKNOWN', what, 'Name one of another folder: iama attach <id>');
  }
  const what = 'No job was begun on this machine.';
  throw new CommandEnd(EXIT.USAGE, 'JOB_UNKNOWN', what, 'Begin one with: iama run <folder>');
};

/** Gives the client of a job's server; each server is connected to once. */
export const clientsOf = (
  environment: Environment,
  options: Pick<HttpOptions, 'patienceMs' | 'answerWithinMs'> = {},
): ((job: JobFile) => Promise<Client>) => {
  const connections = new Map<string, Promise<Connection>>();
  return async ({ serverName }) => {
    const connecting = connections.get(serverName) ?? connectTo(environment, serverName, options);
    connections.set(serverName, connecting);
    return (await connecting).client;
  };
};

/** The job that is named, a beginning of its id is enough, or the only one that can be meant; with its server. */
export const meantJob = async (
  environment: Environment,
  jobId: string | undefined,
  meaning: Meaning,
): Promise<Readonly<{ job: JobFile; client: Client }>> => {
  const { home, output } = environment;
  const clientOf = clientsOf(environment);
  const viewOf = async (job: JobFile) => jobIfKnown(await clientOf(job), job.jobId);
  const job =
    jobId === undefined
      ? await onlyJob(await jobFiles(home), process.cwd(), meaning, viewOf)
      : await jobFileOf(home, jobId);
  const client = await clientOf(job);
  output.step(`Job ${job.jobId}, project ${job.workspace}`);
  return { job, client };
};
