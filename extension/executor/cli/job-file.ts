import { readdir } from 'node:fs/promises';
import { z } from 'zod';
import { ifThere } from '../errno.ts';
import type { Home } from '../home/home.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';

/** What this machine knows about a job it began: where its project is, on which server, and what was asked for. */
const schema = z.object({
  jobId: z.string(),
  serverName: z.string(),
  workspace: z.string(),
  startedAt: z.string(),
  goal: z.string(),
  mode: z.string(),
  targets: z.array(z.string()),
  strategy: z.enum(['CONSERVATIVE', 'STANDARD', 'COMPREHENSIVE']).nullable(),
  /** How the tests are to be made; null: as the code lets them be made. */
  testMode: z.enum(['ASSERTION', 'CHARACTERISATION', 'BLACK_BOX']).nullable().default(null),
  /** The condition STRICT_MODE is accepted where a proposal has it. */
  acceptStrictMode: z.boolean().default(false),
  yes: z.boolean(),
  accept: z.enum(['all', 'none', 'ask']).nullable(),
  apply: z.boolean().nullable(),
});
export type JobFile = z.infer<typeof schema>;

export const saveJobFile = (home: Home, job: JobFile): Promise<void> =>
  home.writeJson(job, 'jobs', `${job.jobId}.json`);

const names = async (home: Home): Promise<string[]> =>
  ((await ifThere(readdir(home.path('jobs')))) ?? []).filter((name) => name.endsWith('.json'));

/** All jobs of this machine, newest first. */
export const jobFiles = async (home: Home): Promise<readonly JobFile[]> => {
  const files = await Promise.all((await names(home)).map((name) => home.readJson('jobs', name)));
  return files
    .map((file) => schema.parse(file))
    .sort((left, right) => (left.startedAt < right.startedAt ? 1 : -1));
};

/** The named job; a beginning of its id is enough. Throws `CommandEnd` JOB_UNKNOWN or JOB_AMBIGUOUS. */
export const jobFileOf = async (home: Home, jobId: string): Promise<JobFile> => {
  const [first, second] = (await jobFiles(home)).filter((file) => file.jobId.startsWith(jobId));
  if (first === undefined) {
    const what = `This machine does not know a job ${jobId}.`;
    throw new CommandEnd(EXIT.USAGE, 'JOB_UNKNOWN', what, 'See your jobs with: iama jobs');
  }
  if (second !== undefined) {
    throw new CommandEnd(
      EXIT.USAGE,
      'JOB_AMBIGUOUS',
      `Several jobs begin with ${jobId}.`,
      'Type more of the id.',
    );
  }
  return first;
};
