import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ARTIFACT_TTL_MS, folderArtifactStore, type Quota } from './folder-store.ts';
import { keyring } from './keyring.ts';

const now = new Date('2026-11-20T12:00:00.000Z');
const ring = keyring('k2', { k1: new Uint8Array(32).fill(1), k2: new Uint8Array(32).fill(2) });
const text = (value: string): Uint8Array => Buffer.from(value, 'utf8');

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'iama-artifacts-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('folder artifact store', () => {
  it('[DEL-05] gives back the exact bytes and stores no plain text', async () => {
    const store = folderArtifactStore({ root, clock: () => now, keyring: ring });
    const ref = await store.put({ jobId: 'job-1', kind: 'CONTEXT', bytes: text('canary-4711'), now });
    expect(ref).toMatchObject({ kind: 'CONTEXT', size: 11, keyRef: 'k2' });
    expect(Date.parse(ref.expiresAt) - now.getTime()).toBe(ARTIFACT_TTL_MS);
    const stored = await readFile(join(root, 'job-1', ref.artifactId));
    expect(stored.includes('canary-4711')).toBe(false);
    expect(Buffer.from(await store.get({ ...ref, jobId: 'job-1' })).toString()).toBe('canary-4711');
  });

  it('[DEL-05] answers a repeated put with the first reference and writes nothing new', async () => {
    const store = folderArtifactStore({ root, clock: () => now, keyring: ring });
    const first = await store.put({ jobId: 'job-1', kind: 'PATCH', bytes: text('a'), now });
    const later = new Date(now.getTime() + 60_000);
    expect(await store.put({ jobId: 'job-1', kind: 'PATCH', bytes: text('a'), now: later })).toEqual(first);
    expect(await readdir(join(root, 'job-1'))).toEqual([first.artifactId]);
  });

  it('[ES-13] discards everything of one job, again without harm, and nothing beside it', async () => {
    const store = folderArtifactStore({ root, clock: () => now, keyring: ring });
    const put = (jobId: string, value: string) =>
      store.put({ jobId, kind: 'PATCH', bytes: text(value), now });
    for (const value of ['a', 'b']) await put('job-1', value);
    await put('job-2', 'a');
    await expect(store.discard('../job-2')).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
    await store.discard('job-1');
    await store.discard('job-1');
    expect(await readdir(root)).toEqual(['job-2']);
  });

  it('[CTX-01] keeps the sources of a job up to a number and a size, again what it has, and what is no source', async () => {
    const put = (jobId: string, kind: 'CONTEXT' | 'PATCH', value: string, quota: Quota) =>
      folderArtifactStore({ root, clock: () => now, keyring: ring, quota }).put({
        ...{ jobId, kind, bytes: text(value), now },
      });
    const few = { bytes: 1_000_000, artifacts: 2 };
    const small = { bytes: 1_000, artifacts: 100 };
    const refused = { code: 'BODY_TOO_LARGE' };
    for (const value of ['1', '2', '1']) await put('job-1', 'CONTEXT', value, few);
    await expect(put('job-1', 'CONTEXT', '3', few)).rejects.toMatchObject(refused);
    await put('job-2', 'CONTEXT', 'x'.repeat(500), small);
    await expect(put('job-2', 'CONTEXT', 'y'.repeat(500), small)).rejects.toMatchObject(refused);
    await put('job-2', 'PATCH', 'y'.repeat(5_000), small);
    await put('job-3', 'CONTEXT', 'y'.repeat(500), small);
  });

  it('[DEL-05] separates jobs: the id of another job finds nothing', async () => {
    const store = folderArtifactStore({ root, clock: () => now, keyring: ring });
    const ref = await store.put({ jobId: 'job-1', kind: 'PATCH', bytes: text('a'), now });
    await expect(store.get({ ...ref, jobId: 'job-2' })).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
    await expect(store.get({ artifactId: '../job-1/x', jobId: 'job-2' })).rejects.toMatchObject({
      code: 'ARTIFACT_NOT_FOUND',
    });
  });

  it('[DEL-05] finds every changed byte', async () => {
    const store = folderArtifactStore({ root, clock: () => now, keyring: ring });
    const ref = await store.put({ jobId: 'job-1', kind: 'PATCH', bytes: text('hello world'), now });
    const path = join(root, 'job-1', ref.artifactId);
    const good = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bad = Buffer.from(good);
        bad[at] = (bad[at] ?? 0) ^ flip;
        await writeFile(path, bad);
        await expect(store.get({ ...ref, jobId: 'job-1' })).rejects.toMatchObject({
          code: 'ARTIFACT_CORRUPT',
        });
      }),
      { numRuns: 60 },
    );
  });

  it('[DEL-05] refuses a whole artifact that lies under another name or in the folder of another job', async () => {
    const store = folderArtifactStore({ root, clock: () => now, keyring: ring });
    const one = await store.put({ jobId: 'job-1', kind: 'PATCH', bytes: text('one'), now });
    const two = await store.put({ jobId: 'job-1', kind: 'PATCH', bytes: text('two'), now });
    const corrupt = { code: 'ARTIFACT_CORRUPT' };
    await mkdir(join(root, 'job-2'));
    await copyFile(join(root, 'job-1', one.artifactId), join(root, 'job-2', one.artifactId));
    await expect(store.get({ ...one, jobId: 'job-2' })).rejects.toMatchObject(corrupt);
    await copyFile(join(root, 'job-1', one.artifactId), join(root, 'job-1', two.artifactId));
    await expect(store.get({ ...two, jobId: 'job-1' })).rejects.toMatchObject(corrupt);
  });

  it('[DEL-05] reads artifacts of an earlier key and refuses those of a destroyed one', async () => {
    const old = keyring('k1', { k1: new Uint8Array(32).fill(1) });
    const ref = await folderArtifactStore({ root, clock: () => now, keyring: old }).put({
      jobId: 'job-1',
      kind: 'PATCH',
      bytes: text('a'),
      now,
    });
    const both = folderArtifactStore({ root, clock: () => now, keyring: ring });
    expect(Buffer.from(await both.get({ ...ref, jobId: 'job-1' })).toString()).toBe('a');
    const lost = folderArtifactStore({
      root,
      clock: () => now,
      keyring: keyring('k2', { k2: new Uint8Array(32).fill(2) }),
    });
    await expect(lost.get({ ...ref, jobId: 'job-1' })).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' });
  });

  it('[DEL-05] hard-deletes what has expired and nothing else', async () => {
    const store = folderArtifactStore({ root, clock: () => now, keyring: ring });
    const old = await store.put({ jobId: 'job-1', kind: 'PATCH', bytes: text('old'), now });
    const later = new Date(now.getTime() + ARTIFACT_TTL_MS - 1);
    const young = await store.put({ jobId: 'job-1', kind: 'PATCH', bytes: text('young'), now: later });
    expect(await store.sweep(later)).toBe(0);
    expect(await store.sweep(new Date(now.getTime() + ARTIFACT_TTL_MS))).toBe(1);
    await expect(store.get({ ...old, jobId: 'job-1' })).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
    expect(Buffer.from(await store.get({ ...young, jobId: 'job-1' })).toString()).toBe('young');
  });

  it('[DEL-05] refuses what has expired from that moment on, swept or not', async () => {
    let at = now;
    const store = folderArtifactStore({ root, keyring: ring, clock: () => at });
    const ref = await store.put({ jobId: 'job-1', kind: 'PATCH', bytes: text('a'), now });
    at = new Date(now.getTime() + ARTIFACT_TTL_MS - 1);
    expect(Buffer.from(await store.get({ ...ref, jobId: 'job-1' })).toString()).toBe('a');
    at = new Date(now.getTime() + ARTIFACT_TTL_MS);
    await expect(store.get({ ...ref, jobId: 'job-1' })).rejects.toMatchObject({ code: 'ARTIFACT_EXPIRED' });
  });

  it('[DEL-05] renews what a repeated put finds near its end', async () => {
    const store = folderArtifactStore({ root, clock: () => now, keyring: ring });
    const first = await store.put({ jobId: 'job-1', kind: 'PATCH', bytes: text('a'), now });
    const later = new Date(now.getTime() + ARTIFACT_TTL_MS - 60_000);
    const renewed = await store.put({ jobId: 'job-1', kind: 'PATCH', bytes: text('a'), now: later });
    expect(renewed.artifactId).toBe(first.artifactId);
    expect(Date.parse(renewed.expiresAt) - later.getTime()).toBe(ARTIFACT_TTL_MS);
    expect(await store.sweep(new Date(now.getTime() + ARTIFACT_TTL_MS))).toBe(0);
  });

  it('[DEL-05] sweeps what a killed writer left, but not what is being written', async () => {
    const store = folderArtifactStore({ root, clock: () => now, keyring: ring });
    const { artifactId } = await store.put({ jobId: 'job-1', kind: 'PATCH', bytes: text('a'), now });
    await writeFile(join(root, 'job-1', '.left.part'), 'half');
    await writeFile(join(root, 'job-1', '.young.part'), 'half');
    await utimes(join(root, 'job-1', '.left.part'), now, new Date(now.getTime() - 3_600_001));
    await utimes(join(root, 'job-1', '.young.part'), now, now);
    expect(await store.sweep(now)).toBe(0);
    expect((await readdir(join(root, 'job-1'))).sort()).toEqual(['.young.part', artifactId].sort());
  });

  it('[ID-04] refuses a short key and a missing current key', () => {
    expect(() => keyring('k', { k: new Uint8Array(16) })).toThrow(/32 bytes/);
    expect(() => keyring('x', { k: new Uint8Array(32) })).toThrow(/not in the keyring/);
  });
});
