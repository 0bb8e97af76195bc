import { appendFile, mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addHead, headsFile, keysOfFolder, lastHead, readHeads } from './head-folder.ts';
import { headSigner, newHeadKeyPem } from './head-key.ts';
import { startHeadSchedule } from './head-schedule.ts';
import { leafCount, readLeaves, writeLeaves } from './leaf-files.ts';
import { signHead, type TreeHead } from './tree-head.ts';

const signer = headSigner(newHeadKeyPem());
const headOf = (size: number, by = signer): TreeHead =>
  signHead(
    { origin: 'iama', tree_size: size, root_hash: '0'.repeat(64), signed_at: '2026-11-21T03:00:00.000Z' },
    by,
  );

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-heads-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('heads outside of the database', () => {
  it('[ES-07] are refused where the file holds something else, and are none where there is no file', async () => {
    expect(await lastHead(folder)).toBeNull();
    await expect(keysOfFolder(folder)).rejects.toThrow('no public key');
    await writeFile(headsFile(folder), '');
    await expect(readHeads(headsFile(folder))).rejects.toThrow('holds no tree head');
    await writeFile(headsFile(folder), '{"tree_size":-1}\n');
    await expect(lastHead(folder)).rejects.toThrow();
    await expect(readHeads(headsFile(folder))).rejects.toThrow();
  });

  it('[ES-07] that cannot be read are not taken for absent', async () => {
    await writeFile(join(folder, 'keys'), 'a file');
    await expect(keysOfFolder(folder)).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(lastHead(headsFile(join(folder, 'keys')))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('[ES-07] are added one a line; what a crash left of a line is replaced', async () => {
    await addHead(folder, headOf(3), signer.publicKeyPem);
    await addHead(folder, headOf(5), signer.publicKeyPem);
    await appendFile(headsFile(folder), `{"origin":"${'ia'.repeat(300)}`);
    expect(await lastHead(folder)).toEqual(headOf(5));
    const next = headSigner(newHeadKeyPem());
    await addHead(folder, headOf(9, next), next.publicKeyPem);
    expect(await readHeads(headsFile(folder))).toEqual([headOf(3), headOf(5), headOf(9, next)]);
    expect([...(await keysOfFolder(folder)).keys()].sort()).toEqual([signer.keyId, next.keyId].sort());
  });

  it('[ES-07] of very many, few are kept in memory, the newest always', async () => {
    const lines = Array.from({ length: 100 }, (_, n) => JSON.stringify(headOf(n + 1)));
    await writeFile(headsFile(folder), lines.join('\n'));
    const sizes = (await readHeads(headsFile(folder), 8)).map(({ tree_size }) => tree_size);
    expect(sizes.length).toBeLessThanOrEqual(9);
    expect(sizes.at(-1)).toBe(100);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  });
});

describe('leaves outside of the database', () => {
  const run = (from: number, count: number): Buffer =>
    Buffer.concat(
      Array.from({ length: count }, (_, n) => {
        const leaf = Buffer.alloc(32);
        leaf.writeUInt32BE(from + n);
        return leaf;
      }),
    );

  it('[ES-07] that cannot be read are not taken for absent: they would be written again, or not held against the log', async () => {
    const file = join(folder, 'leaves');
    await writeFile(file, 'a file');
    await expect(leafCount(file)).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(readLeaves(file, 0, 1)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('[ES-07] go on after a crash and over the border of a file', async () => {
    expect(await leafCount(folder)).toBe(0);
    await writeLeaves(folder, 0, run(0, 65_530));
    await truncate(join(folder, '0000000000.leaves'), 65_530 * 32 - 7);
    expect(await leafCount(folder)).toBe(65_529);
    await writeLeaves(folder, 65_529, run(65_529, 20));
    expect(await leafCount(folder)).toBe(65_549);
    expect((await stat(join(folder, '0000000000.leaves'))).size).toBe(65_536 * 32);
    expect(await readLeaves(folder, 65_500, 100)).toEqual(run(65_500, 49));
    expect(await readLeaves(folder, 131_072, 1)).toEqual(Buffer.alloc(0));
  });
});

describe('the schedule', () => {
  it('[ES-07] goes on after a failure, tells of it, and says nothing of an empty log', async () => {
    const errors: unknown[] = [];
    let calls = 0;
    const enough = Promise.withResolvers<void>();
    const schedule = startHeadSchedule(
      async () => {
        calls += 1;
        if (calls === 1) throw new Error('no connection');
        if (calls === 2) enough.resolve();
      },
      { seconds: 0.01, onError: (error) => errors.push(error) },
    );
    await enough.promise;
    await schedule.stop();
    const called = calls;
    expect(errors).toEqual([new Error('no connection')]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(calls).toBe(called);
  });
});
