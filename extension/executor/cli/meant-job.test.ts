import { describe, expect, it } from 'vitest';
import { ServerUnreachable } from '../api/problem.ts';
import type { JobView } from '../api/wire.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';
import type { JobFile } from './job-file.ts';
import { onlyJob, openJob } from './meant-job.ts';

const job = (jobId: string, workspace: string): JobFile => ({
  jobId,
  workspace,
  serverName: 'embedded',
  startedAt: '2026-11-21T00:01:00.000Z',
  goal: 'JAVASCRIPT_TO_TYPESCRIPT',
  mode: 'SIMPLE',
  targets: [],
  strategy: null,
  testMode: null,
  acceptStrictMode: false,
  yes: true,
  accept: null,
  apply: null,
});

/** Newest first. */
const JOBS = [job('new', '/p/one'), job('old', '/p/one'), job('other', '/p/two')];
const meant = (folder: string, phases: Readonly<Record<string, JobView['delivery_phase']>>) =>
  onlyJob(
    JOBS,
    folder,
    {
      command: 'revert',
      are: 'are applied',
      fits: ({ delivery_phase }) => delivery_phase === 'APPLIED',
    },
    async ({ jobId }) =>
      jobId in phases ? { status: 'DELIVERED', delivery_phase: phases[jobId] ?? null } : null,
  );

describe('a job that a command changes and that is not named', () => {
  it('[EXE-07] [DEL-04] is none of several, but each of them is listed', async () => {
    const both = { new: 'APPLIED', old: 'APPLIED', other: 'APPLIED' } as const;
    const ambiguous = await meant('/p/one', both).catch((error: unknown) => error);
    expect(ambiguous).toMatchObject({ exitCode: 2, code: 'JOB_AMBIGUOUS' });
    expect(ambiguous).toMatchObject({
      next: 'iama revert new   began 2026-11-21 00:01 UTC in /p/one\niama revert old   began 2026-11-21 00:01 UTC in /p/one',
    });
    await expect(meant('/p', { new: 'APPLIED', other: 'APPLIED' })).rejects.toMatchObject({
      code: 'JOB_AMBIGUOUS',
    });
  });

  it('[EXE-07] [DEL-04] is none of another folder', async () => {
    await expect(meant('/p/on', { new: 'APPLIED' })).rejects.toMatchObject({ code: 'JOB_UNKNOWN' });
    await expect(meant('/p/two', { new: 'APPLIED' })).resolves.toMatchObject({ jobId: 'other' });
  });

  it('[EXE-07] [DEL-04] is the one that is applied here, above or below, not the newest', async () => {
    for (const folder of ['/p/one', '/p/one/lib', '/p'])
      expect(await meant(folder, { new: 'OFFERED', old: 'APPLIED' })).toMatchObject({ jobId: 'old' });
    expect(await meant('/p/one', { new: 'REVERTED', old: 'REVERTED' })).toMatchObject({ jobId: 'new' });
  });
});

describe('a job to go on with that is not named', () => {
  type Phase = JobView['delivery_phase'];
  const untold = () => undefined;
  const gone = async (
    folder: string,
    views: Readonly<Record<string, readonly [JobView['status'], Phase?]>>,
    isDecided = false,
  ) => {
    const viewOf = async ({ jobId }: (typeof JOBS)[number]) => {
      const view = views[jobId];
      return view === undefined ? null : { status: view[0], delivery_phase: view[1] ?? null };
    };
    return (await openJob(JOBS, folder, viewOf, isDecided, untold)).jobId;
  };

  it('[EXE-07] [DEL-02] is none of another folder where the command decides: nobody would be asked before it is written there', async () => {
    const views = {
      new: ['DELIVERED', 'APPLIED'],
      old: ['FAILED'],
      other: ['DELIVERED', 'OFFERED'],
    } as const;
    expect(await gone('/p/one', views)).toBe('other');
    expect(await gone('/p/one', views, true)).toBe('new');
    await expect(gone('/elsewhere', views, true)).rejects.toMatchObject({ code: 'JOB_UNKNOWN' });
  });

  it('[EXE-07] is not kept from its person by the server of another job, unless the command decides', async () => {
    const at = (job: JobFile, serverName: string): JobFile => ({ ...job, serverName });
    const gone = 'https://gone.example';
    const [newest, old, other] = JOBS as [JobFile, JobFile, JobFile];
    const jobs = [
      at(newest, gone),
      at(other, 'https://unknown.example'),
      old,
      at({ ...old, jobId: 'oldest' }, gone),
    ];
    const asked: string[] = [];
    const viewOf = async ({ jobId, serverName }: JobFile) => {
      asked.push(jobId);
      if (serverName === gone) throw new ServerUnreachable(gone, 'ECONNREFUSED');
      if (jobId === 'other') throw new CommandEnd(EXIT.SERVER, 'NOT_SIGNED_IN', 'Not signed in.', '');
      return { status: 'REFACTORING', delivery_phase: null } as const;
    };
    const passedOver: string[] = [];
    const tell = (why: string) => passedOver.push(why);
    for (const folder of ['/p/one', '/p/two'])
      expect(await openJob(jobs, folder, viewOf, false, tell)).toBe(old);
    expect(passedOver).toEqual([
      'The IAMA server at https://gone.example does not answer.',
      'Not signed in.',
      'The IAMA server at https://gone.example does not answer.',
    ]);
    // Each server that does not answer costs its wait once.
    const withoutOpen = jobs.filter((job) => job !== old);
    await openJob(withoutOpen, '/p/one', viewOf, false, tell);
    expect(asked).toEqual(['new', 'old', 'other', 'new', 'old', 'new', 'other']);
    await expect(openJob(jobs, '/p/one', viewOf, true, tell)).rejects.toThrow(ServerUnreachable);
    const faulty = () => Promise.reject(new TypeError('a fault'));
    await expect(openJob(jobs, '/p/one', faulty, false, tell)).rejects.toThrow('a fault');
  });

  it('[EXE-07] is said to be none where this machine began none', async () => {
    await expect(openJob([], '/p', async () => null, false, untold)).rejects.toMatchObject({
      code: 'JOB_UNKNOWN',
    });
  });

  it('[EXE-07] is the newest open one of the folder, not a newer one of another folder', async () => {
    expect(await gone('/p/two/lib', { new: ['REFACTORING'], other: ['WAITING_STRATEGY'] })).toBe('other');
    expect(await gone('/p/one', { new: ['REFACTORING'], old: ['REFACTORING'] })).toBe('new');
  });

  it('[EXE-07] is one that is not taken or not applied rather than one in which nothing is left to do', async () => {
    expect(await gone('/p/one', { new: ['FAILED'], old: ['DELIVERED', 'OFFERED'] })).toBe('old');
    expect(await gone('/p/one', { new: ['DELIVERED', 'APPLIED'], old: ['DELIVERED', 'ACCEPTED'] })).toBe(
      'old',
    );
  });

  it('[EXE-07] is the newest open one of this machine where this folder has none, and else the newest', async () => {
    expect(await gone('/elsewhere', { new: ['FAILED'], old: ['ANALYZING'] })).toBe('old');
    expect(await gone('/p/two', { new: ['ANALYZING'], other: ['FAILED'] })).toBe('new');
    expect(await gone('/p/two', { new: ['FAILED'], other: ['FAILED'] })).toBe('other');
    expect(await gone('/elsewhere', {})).toBe('new');
  });
});
