import { describe, expect, it } from 'vitest';
import type { JobView } from '../api/wire.ts';
import type { JobFile } from './job-file.ts';
import { onlyJob } from './meant-job.ts';

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
