import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import type { Client } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import type { JobRequest } from '../api/wire.ts';
import type { Home } from '../home/home.ts';
import { sha256 } from '../workspace/collect.ts';
import { type JobFile, jobFiles, saveJobFile } from './job-file.ts';

const noted = z.object({ key: z.string() });

/** One file for each thing that was asked for and may have no job yet. */
const fileOf = ({ serverName, workspace }: NewJob, request: JobRequest): [string, string] => [
  'requests',
  `${sha256(JSON.stringify([serverName, workspace, request])).slice(0, 32)}.json`,
];

/** The key that this request was sent under before, or a new one, which is noted first. */
const keyOf = async (home: Home, file: readonly string[]): Promise<string> => {
  const stored = noted.nullable().parse(await home.readJson(...file));
  const key = stored?.key ?? randomUUID();
  if (stored === null) await home.writeJson({ key }, ...file);
  return key;
};

/** Not signed in any more, too slow, too many: nothing was decided, or it was and the answer was lost before. */
const UNDECIDED = new Set([401, 408, 429]);

const isRefused = (error: unknown): boolean =>
  error instanceof ApiProblem && error.status < 500 && !UNDECIDED.has(error.status);

export type NewJob = Omit<JobFile, 'jobId' | 'startedAt'>;

/**
 * Asks the server for a job and notes it on this machine. The key of the request is on the disk before it is sent, so that
 * a command which is killed before it has noted its job gets that job when it is given again, and no second one.
 *
 * @throws {ApiProblem} the server refuses the job
 */
export const registerJob = async (
  { home, client }: Readonly<{ home: Home; client: Pick<Client, 'requestJob'> }>,
  asked: NewJob,
  request: JobRequest,
): Promise<JobFile> => {
  const file = fileOf(asked, request);
  const forget = (): Promise<void> => rm(home.path(...file), { force: true });
  const before = new Set((await jobFiles(home)).map(({ jobId }) => jobId));
  for (;;) {
    const key = await keyOf(home, file);
    const { job_id: jobId } = await client.requestJob(request, key).catch(async (error: unknown) => {
      if (isRefused(error)) await forget();
      throw error;
    });
    if (!before.has(jobId)) {
      const job = { ...asked, jobId, startedAt: new Date().toISOString() };
      await saveJobFile(home, job);
      await forget();
      return job;
    }
    // The command that asked for it was killed after it had noted its job: now another one is meant.
    await forget();
  }
};
