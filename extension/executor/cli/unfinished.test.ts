import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../api/client.ts';
import { type Home, openHome } from '../home/home.ts';
import type { Environment } from './environment.ts';
import { type JobFile, saveJobFile } from './job-file.ts';
import { jobToGoOnWith, unfinishedJob } from './unfinished.ts';

let folder: string;
let home: Home;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-unfinished-'));
  home = await openHome({ IAMA_HOME: folder });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const WANTED = {
  serverName: 'embedded',
  workspace: '/p',
  goal: 'JAVASCRIPT_TO_TYPESCRIPT',
  targets: ['a', 'b'],
};
const began = (jobId: string, minute: number, more: Partial<JobFile> = {}): Promise<void> =>
  saveJobFile(home, {
    ...WANTED,
    jobId,
    startedAt: `2026-11-21T00:0${minute}:00.000Z`,
    mode: 'SIMPLE',
    strategy: null,
    testMode: null,
    acceptStrictMode: false,
    yes: true,
    accept: null,
    apply: null,
    ...more,
  });
const asked = (status: string | null) => unfinishedJob(home, WANTED, async () => status);

describe('a command that was killed and is given again', () => {
  it('[EXE-07] goes on with the newest job that it began, whatever the order of the targets', async () => {
    expect(await asked('REFACTORING')).toBe(null);
    await began('one', 1);
    await began('two', 2, { targets: ['b', 'a'] });
    expect(await asked('REFACTORING')).toEqual({ jobId: 'two', status: 'REFACTORING', testMode: null });
  });

  it('[EXE-07] begins anew when that job has ended, or the server knows none', async () => {
    await began('one', 1);
    for (const status of ['DELIVERED', 'FAILED', null]) expect(await asked(status)).toBe(null);
  });

  it('[EXE-07] never takes a job of another folder, goal, target or server for it', async () => {
    await began('one', 1, { workspace: '/other' });
    await began('two', 2, { goal: 'PYTHON_2_TO_3' });
    await began('three', 3, { targets: ['a'] });
    await began('four', 4, { serverName: 'https://iama.example.org' });
    expect(await asked('REFACTORING')).toBe(null);
  });
});

describe('a command that wants other tests than the job that it would go on with', () => {
  /** The job that is gone on with, and what was said; `answer` null: nobody is there to ask. */
  const going = async (testMode: JobFile['testMode'] | undefined, answer: string | null) => {
    const shown: string[] = [];
    const environment = {
      home,
      output: { show: (line: string) => shown.push(line), step: (line: string) => shown.push(line) },
      prompt: answer === null ? null : { choose: async () => answer },
    } as unknown as Environment;
    const client = { job: async () => ({ status: 'REFACTORING' }) } as unknown as Client;
    const jobId = await jobToGoOnWith(environment, client, WANTED, testMode);
    return { jobId, said: shown.join('\n') };
  };

  it('[TST-01] [EXE-07] is refused where nobody is there to ask, and says how to go on', async () => {
    await began('one', 1, { testMode: 'BLACK_BOX' });
    await expect(going('ASSERTION', null)).rejects.toMatchObject({
      exitCode: 2,
      code: 'TEST_MODE_SETTLED',
      message: expect.stringContaining('begun with --test-mode black-box'),
    });
    await expect(going(null, null)).rejects.toMatchObject({ code: 'TEST_MODE_SETTLED' });
  });

  it('[TST-01] [EXE-07] says before it asks that the choice counts for a new job only', async () => {
    await began('one', 1);
    const { jobId, said } = await going('ASSERTION', 'g');
    expect(jobId).toBe('one');
    expect(said).toContain('begun with --test-mode auto');
    expect(said).toContain('--test-mode assertion counts for a new job only');
    expect((await going('ASSERTION', 'n')).jobId).toBeNull();
  });

  it('[TST-01] [EXE-07] goes on without a word where the choice is the same, or none was made', async () => {
    await began('one', 1, { testMode: 'ASSERTION' });
    for (const typed of ['ASSERTION', undefined] as const) {
      const { jobId, said } = await going(typed, null);
      expect([jobId, said.includes('--test-mode')]).toEqual(['one', false]);
    }
  });
});
