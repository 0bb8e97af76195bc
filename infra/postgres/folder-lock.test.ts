import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { successionOf, withFolderLock } from './folder-lock.ts';

let folder: string;
let lock: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-lock-'));
  lock = join(folder, 'start.lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Content of a lock whose holder was killed. */
const deadToken = async (): Promise<string> => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return `${child.pid}.1.dead`;
};

/** How many of 20 simultaneous takers were ever inside at once. */
const crowd = async (): Promise<number> => {
  let [inside, most] = [0, 0];
  await Promise.all(
    Array.from({ length: 20 }, () =>
      withFolderLock(lock, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await sleep(1);
        inside -= 1;
      }),
    ),
  );
  return most;
};

describe('the lock of a data folder', () => {
  it('[OPS-01] is taken over when it is empty: its writer was killed', async () => {
    await writeFile(lock, '');
    expect(await withFolderLock(lock, async () => 'done')).toBe('done');
  });

  it('[OPS-01] is taken over from a holder that is gone', async () => {
    await writeFile(lock, await deadToken());
    expect(await withFolderLock(lock, async () => 'done')).toBe('done');
  });

  it.runIf(process.platform === 'linux')(
    '[OPS-01] is taken over when its pid came back as another process',
    async () => {
      await writeFile(lock, `${process.pid}.1.recycled`);
      expect(await withFolderLock(lock, async () => 'done')).toBe('done');
    },
  );

  it('[OPS-01] is taken over when whoever took it over was killed before the end', async () => {
    await writeFile(lock, await deadToken());
    const stale = await readFile(lock, 'utf8');
    await writeFile(`${lock}.${successionOf(stale)}`, await deadToken());
    expect(await withFolderLock(lock, async () => 'done')).toBe('done');
  });

  it('[OPS-01] names a living holder completely, from the first moment', async () => {
    await withFolderLock(lock, async () => {
      expect(await readFile(lock, 'utf8')).toMatch(new RegExp(`^${process.pid}\\.`));
    });
  });

  it('[OPS-01] lets one of 20 in at a time, also over what a killed process left, and leaves nothing behind', async () => {
    for (const left of [null, '', await deadToken()]) {
      if (left !== null) await writeFile(lock, left);
      expect(await crowd()).toBe(1);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('[OPS-01] is free again after work that fails', async () => {
    await expect(withFolderLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await readdir(folder)).toEqual([]);
  });
});
