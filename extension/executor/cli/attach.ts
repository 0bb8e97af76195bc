import type { Connection } from './account.ts';
import { connectTo, type Environment } from './environment.ts';
import { CommandEnd, EXIT, type ExitCode } from './exit-codes.ts';
import { cleanUp, followToEnd } from './follow.ts';
import { type JobFile, jobFileOf, saveJobFile } from './job-file.ts';
import { preflight, readProject, startJob } from './prepare.ts';

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
