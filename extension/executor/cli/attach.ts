import type { Connection } from './account.ts';
import { connectTo, type Environment } from './environment.ts';
import { CommandEnd, EXIT, type ExitCode } from './exit-codes.ts';
import { cleanUp, followToEnd } from './follow.ts';
import { type JobFile, jobFileOf, jobFiles, saveJobFile } from './job-file.ts';
import { clientsOf, openJob } from './meant-job.ts';
import { preflight, readProject, startJob } from './prepare.ts';
import { jobIfKnown } from './unfinished.ts';

export type AttachOptions = Readonly<{
  yes?: boolean;
  acceptStrictMode?: boolean;
  accept?: string;
  apply?: boolean;
  json?: boolean;
}>;

const ACCEPTS = ['all', 'none', 'ask'] as const;

const acceptOf = ({ accept }: AttachOptions): JobFile['accept'] => {
  const chosen = ACCEPTS.find((each) => each === accept);
  if (accept !== undefined && chosen === undefined) {
    throw new CommandEnd(
      EXIT.USAGE,
      'OPTION_INVALID',
      `--accept cannot be ${accept}.`,
      'Use one of: all, none, ask.',
    );
  }
  return chosen ?? null;
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
  const collected = await readProject(asking, job.workspace, job.targets, job.apply);
  await startJob(asking, client, job, collected, state);
};

/** How long a server is waited for, in ms, that may hold no more than another job. */
const LOOK_PATIENCE_MS = 10_000;
/** A server that takes the connection and is silent is waited for no longer. */
const LOOK = { patienceMs: LOOK_PATIENCE_MS, answerWithinMs: LOOK_PATIENCE_MS };

const jobMeant = async (environment: Environment, options: AttachOptions): Promise<JobFile> => {
  const isDecided = options.yes === true || options.apply !== undefined || acceptOf(options) !== null;
  const { home, output } = environment;
  const clientOf = clientsOf(environment, isDecided ? {} : LOOK);
  const viewOf = async (job: JobFile) => jobIfKnown(await clientOf(job), job.jobId);
  return openJob(await jobFiles(home), process.cwd(), viewOf, isDecided, (why) =>
    output.show(`Passed over the jobs of a server: ${why}`, 'yellow'),
  );
};

/** `iama attach`: goes on with a job where it stands, as its executor. */
export const attach = async (
  environment: Environment,
  jobId: string | undefined,
  options: AttachOptions,
): Promise<ExitCode> => {
  const { home, output, prompt, signal, began } = environment;
  const named = jobId === undefined ? await jobMeant(environment, options) : await jobFileOf(home, jobId);
  const acceptTyped = acceptOf(options);
  const job: JobFile = {
    ...named,
    yes: named.yes || options.yes === true,
    acceptStrictMode: named.acceptStrictMode || options.acceptStrictMode === true,
    accept: acceptTyped ?? named.accept,
    apply: options.apply ?? named.apply,
  };
  await cleanUp(home, output);
  const connection = await connectTo(environment, job.serverName);
  output.step(`Job ${job.jobId}, project ${job.workspace}`);
  await saveJobFile(home, job);
  await startIfPending(environment, connection, job);
  const asking = { home, output, prompt: job.yes ? null : prompt, connection, job };
  return followToEnd({ ...asking, acceptTyped, signal, began });
};
