import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closedFolders } from './closed-folders.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-closed-'));
  await mkdir(join(folder, 'lib'));
});
afterEach(async () => {
  await chmod(join(folder, 'lib'), 0o700);
  await rm(folder, { recursive: true, force: true });
});

const PATHS = ['index.js', 'lib/a.js', 'lib/b.js'];
const isRoot = process.getuid?.() === 0;

describe('folders that nobody may write into', () => {
  it.skipIf(isRoot)('[EXE-07] [DEL-02] are named by what the system allows this person', async () => {
    expect(await closedFolders(folder, PATHS)).toEqual([]);
    await chmod(join(folder, 'lib'), 0o500);
    expect(await closedFolders(folder, PATHS)).toEqual(['lib']);
  });

  it('[EXE-07] [DEL-02] are those of the project and of its files, each once; one that is gone is closed too', async () => {
    const closed = async (path: string): Promise<boolean> => !path.endsWith('lib');
    expect(await closedFolders(folder, PATHS, closed)).toEqual(['lib']);
    expect(await closedFolders(folder, PATHS, async () => false)).toEqual(['.', 'lib']);
    expect(await closedFolders(folder, ['gone/a.js'])).toEqual(['gone']);
  });
});
