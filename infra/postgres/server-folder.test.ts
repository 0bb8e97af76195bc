import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { homelessFolders, removeServerFolder, serverFolder } from './server-folder.ts';

describe('where an embedded server lives', () => {
  let shared: string;
  beforeEach(async () => {
    shared = await mkdtemp(join(tmpdir(), 'iama-shared-'));
  });
  afterEach(() => rm(shared, { recursive: true, force: true }));

  const lodger = async (name: string, home: string | null): Promise<string> => {
    const folder = join(shared, name);
    await mkdir(folder);
    if (home !== null) await writeFile(join(folder, 'home'), home);
    return folder;
  };

  it('[ES-15] is the data folder itself where we run it ourselves', async () => {
    const folder = join(shared, 'data');
    expect(await serverFolder(folder, null)).toBe(folder);
  });

  it('[ES-15] is given up only when it was that of a temporary data folder, and this is gone', async () => {
    const gone = join(tmpdir(), 'iama-no-such-home');
    await lodger('programs-18.4.0', gone);
    await lodger('0123456789abcdef', null);
    await lodger('1123456789abcdef', shared);
    await lodger('2123456789abcdef', '/home/nobody-of-this-name/.iama');
    const homeless = await lodger('3123456789abcdef', gone);
    expect(await homelessFolders(shared)).toEqual([homeless]);
    expect(await homelessFolders(join(shared, 'missing'))).toEqual([]);
  });

  it('[ES-15] is removed while programs still write there, which end without their files', async () => {
    const folder = await lodger('4123456789abcdef', join(tmpdir(), 'iama-no-such-home'));
    const written = join(folder, 'cluster.new', 'base');
    await mkdir(written, { recursive: true });
    const until = Date.now() + 200;
    const writing = async (): Promise<void> => {
      for (let file = 0; Date.now() < until; file += 1) {
        // As a program does whose folder may be gone: nothing is made anew above it.
        await mkdir(join(written, String(file))).catch(() => undefined);
        await writeFile(join(written, String(file), 'table'), '').catch(() => undefined);
      }
    };
    await Promise.all([writing(), removeServerFolder(folder)]);
    expect(await readdir(shared)).toEqual([]);
  });
});
