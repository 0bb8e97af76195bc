import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../api/client.ts';
import { ApiProblem, ServerUnreachable } from '../api/problem.ts';
import { ifThere } from '../errno.ts';
import { type Home, openHome } from '../home/home.ts';
import { jobFiles } from './job-file.ts';
import { registerJob } from './register-job.ts';

let folder: string;
let home: Home;
/** What a server keeps: the job of each key. */
let jobs: Map<string, string>;
let fails: Error | null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-register-'));
  home = await openHome({ IAMA_HOME: folder });
  jobs = new Map();
  fails = null;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const requestJob: Client['requestJob'] = async (_request, key = '') => {
  const job_id = jobs.get(key) ?? `job-${jobs.size + 1}`;
  if (!(fails instanceof ApiProblem)) jobs.set(key, job_id);
  if (fails !== null) throw fails;
  return { job_id, status: 'PENDING' };
};
const register = (workspace = '/project', targets: readonly string[] = []) =>
  registerJob(
    { home, client: { requestJob } },
    {
      ...{
        serverName: 'embedded',
        workspace,
        goal: 'JAVASCRIPT_TO_TYPESCRIPT',
        mode: 'SIMPLE',
        targets: [...targets],
      },
      ...{ strategy: null, testMode: null, acceptStrictMode: false, yes: true, accept: null, apply: null },
    },
    { goal: 'JAVASCRIPT_TO_TYPESCRIPT', mode: 'SIMPLE', targets, title: 'project' },
  );
const idsOnDisk = async (): Promise<string[]> => (await jobFiles(home)).map(({ jobId }) => jobId).sort();
const requests = async (): Promise<string[]> => (await ifThere(readdir(home.path('requests')))) ?? [];

describe('asking for a job', () => {
  it('[EXE-07] [JOB-01] whose answer never came gives that job when it is asked for again', async () => {
    fails = new ServerUnreachable('http://127.0.0.1', new Error('killed'));
    await expect(register()).rejects.toThrow();
    expect(await idsOnDisk()).toEqual([]);
    fails = null;
    expect((await register()).jobId).toBe('job-1');
    expect([jobs.size, await idsOnDisk(), await requests()]).toEqual([1, ['job-1'], []]);
  });

  it('[EXE-07] that could not be noted here gives that job when it is asked for again', async () => {
    await home.writeJson({}, 'jobs');
    await expect(register()).rejects.toThrow('EEXIST');
    await rm(home.path('jobs'));
    expect((await register()).jobId).toBe('job-1');
    expect(jobs.size).toBe(1);
  });

  it('[EXE-07] gives another job when the one before was noted, also by a command that was killed right after', async () => {
    fails = new ServerUnreachable('http://127.0.0.1', new Error('killed'));
    await expect(register()).rejects.toThrow();
    const [left = ''] = await requests();
    const key = await home.readJson('requests', left);
    fails = null;
    await register();
    await home.writeJson(key, 'requests', left);
    expect((await register()).jobId).toBe('job-2');
    expect((await register()).jobId).toBe('job-3');
    expect([await idsOnDisk(), await requests()]).toEqual([['job-1', 'job-2', 'job-3'], []]);
  });

  it('[EXE-07] never gives the job of another folder or of other files', async () => {
    fails = new ServerUnreachable('http://127.0.0.1', new Error('killed'));
    await expect(register()).rejects.toThrow();
    fails = null;
    expect((await register('/other')).jobId).toBe('job-2');
    expect((await register('/project', ['a.js'])).jobId).toBe('job-3');
    expect((await register()).jobId).toBe('job-1');
  });

  it.each([401, 408, 429, 503])(
    '[EXE-07] that %i ended undecided gives the job of the first try',
    async (status) => {
      fails = new ServerUnreachable('http://127.0.0.1', new Error('the answer was lost'));
      await expect(register()).rejects.toThrow();
      fails = new ApiProblem(status, { code: 'X', detail: 'not now' });
      await expect(register()).rejects.toThrow();
      fails = null;
      expect((await register()).jobId).toBe('job-1');
      expect(jobs.size).toBe(1);
    },
  );

  it('[EXE-07] leaves nothing behind where the server refuses it', async () => {
    fails = new ApiProblem(422, { code: 'GOAL_NOT_OFFERED', detail: 'no' });
    await expect(register()).rejects.toThrow();
    expect(await requests()).toEqual([]);
  });
});
