import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Home, openHome } from '../home/home.ts';
import { type JobFile, saveJobFile } from './job-file.ts';
import { unfinishedJob } from './unfinished.ts';

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
    expect(await asked('REFACTORING')).toEqual({ jobId: 'two', status: 'REFACTORING' });
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
