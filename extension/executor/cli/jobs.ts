import { connectTo, type Environment } from './environment.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { jobFiles } from './job-file.ts';
import { meantJob } from './meant-job.ts';
import { stateName } from './render.ts';
import { table } from './table.ts';
import { hasEnded } from './unfinished.ts';

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
