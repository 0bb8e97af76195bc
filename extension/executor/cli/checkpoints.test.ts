import { mkdir, mkdtemp, readdir, rm, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHome } from '../home/home.ts';
import { sweepCheckpoints } from './checkpoints.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-checkpoints-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('what a job without version control leaves behind', () => {
  it('[EXE-04] is a copy of the folder, for as long as a delivery is kept', async () => {
    const home = await openHome({ IAMA_HOME: join(folder, 'data') });
    expect(await sweepCheckpoints(home, new Date())).toBe(0);
    for (const name of ['old', 'new']) await mkdir(home.path('checkpoints', name), { recursive: true });
    const now = new Date();
    const then = new Date(now.getTime() - 15 * 86_400_000);
    await utimes(home.path('checkpoints', 'old'), then, then);
    expect(await sweepCheckpoints(home, now)).toBe(1);
    expect(await readdir(home.path('checkpoints'))).toEqual(['new']);
  });

  it('[EXE-04] is not forgotten where the folder of copies cannot be read', async () => {
    const home = await openHome({ IAMA_HOME: join(folder, 'data') });
    await symlink('checkpoints', home.path('checkpoints'));
    await expect(sweepCheckpoints(home, new Date())).rejects.toThrow('ELOOP');
  });
});
