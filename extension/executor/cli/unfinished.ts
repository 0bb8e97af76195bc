import type { Client } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import type { JobView } from '../api/wire.ts';
import type { Home } from '../home/home.ts';
import type { Environment } from './environment.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';
import { type JobFile, jobFiles } from './job-file.ts';
import { stateLine } from './render.ts';

export type Wanted = Pick<JobFile, 'serverName' | 'workspace' | 'goal' | 'targets'>;
export type Unfinished = Readonly<{ jobId: string; status: string; testMode: JobFile['testMode'] }>;

export const hasEnded = (status: string): boolean => status === 'DELIVERED' || status === 'FAILED';

const isSame = (job: JobFile, { serverName, workspace, goal, targets }: Wanted): boolean =>
  job.serverName === serverName &&
  job.workspace === workspace &&
  job.goal === goal &&
  [...job.targets].sort().join('\n') === [...targets].sort().join('\n');

/** The newest job of this machine that wants the same and has not ended; `statusOf` asks the server, null: it knows no such job. */
export const unfinishedJob = async (
  home: Home,
  wanted: Wanted,
  statusOf: (jobId: string) => Promise<string | null>,
): Promise<Unfinished | null> => {
  const newest = (await jobFiles(home)).find((job) => isSame(job, wanted));
  if (newest === undefined) return null;
  const status = await statusOf(newest.jobId);
  return status === null || hasEnded(status)
    ? null
    : { jobId: newest.jobId, status, testMode: newest.testMode };
};

/** The job as the server has it; null: it knows no such job. */
export const jobIfKnown = async (client: Client, jobId: string): Promise<JobView | null> => {
  try {
    return await client.job(jobId);
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  }
};

/** As it is typed after `--test-mode`. */
const typedAs = (mode: JobFile['testMode']): string => (mode ?? 'auto').toLowerCase().replaceAll('_', '-');

/**
 * The job to go on with in place of a new one: a command that was killed and is given again means the job that it began.
 * Null: begin a new one.
 *
 * @param testMode what was typed; undefined: nothing was, and so nothing can contradict the job
 * @throws {CommandEnd} nobody is there to ask, and the job makes its tests otherwise than was typed
 */
export const jobToGoOnWith = async (
  { home, output, prompt }: Environment,
  client: Client,
  wanted: Wanted,
  testMode: JobFile['testMode'] | undefined,
): Promise<string | null> => {
  const unfinished = await unfinishedJob(
    home,
    wanted,
    async (id) => (await jobIfKnown(client, id))?.status ?? null,
  );
  if (unfinished === null) return null;
  const { jobId, status } = unfinished;
  const settled = `It was begun with --test-mode ${typedAs(unfinished.testMode)}, and that cannot be changed any more`;
  const contradicts = testMode !== undefined && testMode !== unfinished.testMode;
  if (contradicts && prompt === null)
    throw new CommandEnd(
      EXIT.USAGE,
      'TEST_MODE_SETTLED',
      `Job ${jobId} for this folder has not ended. ${settled}.`,
      `To go on with it: iama attach ${jobId}. To begin anew: iama cancel ${jobId}, then this command again.`,
    );
  output.show(`Job ${jobId} for this folder has not ended: ${stateLine(status, null) ?? status}`);
  if (contradicts) output.show(`${settled}; --test-mode ${typedAs(testMode)} counts for a new job only.`);
  if (prompt === null) {
    output.step(`Going on with it. To begin anew: iama cancel ${jobId}`);
    return jobId;
  }
  const choices = { g: 'go on with it', n: 'begin a new one' };
  return (await prompt.choose('Go on with it?', choices, 'g')) === 'g' ? jobId : null;
};
