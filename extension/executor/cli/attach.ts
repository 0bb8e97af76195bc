import type { Connection } from './account.ts';
import { connectTo, type Environment } from './environment.ts';
import { CommandEnd, EXIT, type ExitCode } from './exit-codes.ts';
import { cleanUp, followToEnd } from './follow.ts';
import { type JobFile, jobFileOf, jobFiles, saveJobFile } from './job-file.ts';
import { meantJob } from './meant-job.ts';
import { preflight, readProject, startJob } from './prepare.ts';
import { stateName } from './render.ts';
import { table } from './table.ts';
import { hasEnded } from './unfinished.ts';

export type AttachOptions = Readonly<{ yes?: boolean; accept?: string; apply?: boolean; json?: boolean }>;

const ACCEPTS = ['all', 'none', 'ask'] as const;

const withOptions = (job: JobFile, { yes, accept, apply }: AttachOptions): JobFile => {
  const chosen = ACCEPTS.find((each) => each === accept);
  if (accept !== undefined && chosen === undefined) {
    throw new CommandEnd(
      EXIT.USAGE,
      'OPTION_INVALID',
      `--accept cannot be ${accept}.`,
      'Use one of: all, none, ask.',
    );
  }
  return { ...job, yes: job.yes || yes === true, accept: chosen ?? job.accept, apply: apply ?? job.apply };
};

/** A job that was registered, and whose CLI ended before it was started, is started now. */
const startIfPending = async (
  environment: Environment,
  { client }: Connection,
  job: JobFile,
): Promise<void> => {
  const { status } = await client.job(job.jobId);
  if (status !== 'PENDING') return;
  const asking = { ...environment, yes: job.yes };
  const state = await preflight(asking, job.workspace);
  const collected = await readProject(asking, job.workspace, job.targets);
  await startJob(asking, client, job, collected, state);
};

/** `iama attach`: goes on with a job where it stands, as its executor. */
export const attach = async (
  environment: Environment,
  jobId: string | undefined,
  options: AttachOptions,
): Promise<ExitCode> => {
  const { home, output, prompt, signal, began } = environment;
  const job = withOptions(await jobFileOf(home, jobId), options);
  await cleanUp(home, output);
  const connection = await connectTo(environment, job.serverName);
  output.step(`Job ${job.jobId}, project ${job.workspace}`);
  await saveJobFile(home, job);
  await startIfPending(environment, connection, job);
  return followToEnd({ home, output, prompt: job.yes ? null : prompt, connection, job, signal, began });
};

/** `iama cancel`: ends a job. What was delivered stays delivered. */
export const cancel = async (environment: Environment, jobId: string | undefined): Promise<ExitCode> => {
  const { job, client } = await meantJob(environment, jobId, {
    command: 'cancel',
    are: 'have not ended',
    fits: ({ status }) => !hasEnded(status),
  });
  await client.cancel(job.jobId);
  environment.output.value({ job_id: job.jobId, status: (await client.job(job.jobId)).status });
  environment.output.step(`Job ${job.jobId} is cancelled. Your files are as they were.`);
  return EXIT.OK;
};

/** `iama jobs`: the jobs of the account, newest first, with the folder where this machine knows it. */
export const jobs = async (environment: Environment, serverName: string): Promise<ExitCode> => {
  const { client } = await connectTo(environment, serverName);
  const known = new Map((await jobFiles(environment.home)).map((file) => [file.jobId, file.workspace]));
  const all = await client.jobs();
  const rows = all.map((job) => ({
    id: job.job_id,
    began: job.requested_at.slice(0, 16).replace('T', ' '),
    state: stateName(job),
    title: job.title,
    folder: known.get(job.job_id) ?? 'on another machine',
  }));
  for (const line of table(
    { id: 'job', began: 'began (UTC)', state: 'state', title: 'title', folder: 'folder' },
    rows,
  ))
    environment.output.show(line);
  for (const job of all) environment.output.value({ ...job, workspace: known.get(job.job_id) ?? null });
  if (all.length === 0) environment.output.show('No jobs yet. Begin one with: iama run <folder>');
  return EXIT.OK;
};
