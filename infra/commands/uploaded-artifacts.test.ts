import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArtifactRef } from '../../domain/refactoring/job/values.ts';
import { folderArtifactStore } from '../artifacts/folder-store.ts';
import { keyring } from '../artifacts/keyring.ts';
import { uploadedArtifacts } from './uploaded-artifacts.ts';

const now = new Date('2026-11-20T12:00:00.000Z');
const JOB = 'job-1';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'iama-uploads-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const open = () => {
  const ring = keyring('k', { k: new Uint8Array(32).fill(1) });
  const store = folderArtifactStore({ root, clock: () => now, keyring: ring });
  const put = (kind: ArtifactRef['kind'], content: unknown, jobId = JOB) =>
    store.put({ jobId, kind, bytes: Buffer.from(JSON.stringify(content)), now });
  return { store, put, uploads: uploadedArtifacts(store) };
};

const side = (text: string) => ({ sha256: createHash('sha256').update(text).digest('hex'), text });
const COUNTS = { total: 3, passed: 2, failed: 0, timed_out: 0, skipped: 1 };
const mismatch = (reason: string) => ({ code: 'ARTIFACT_MISMATCH', data: { reason } });

describe('artifacts that a report names', () => {
  it('[EXE-01] must be stored for this job, of the kind, with the hash and the size', async () => {
    const { put, uploads } = open();
    const ref = await put('TEST_REPORT', {});
    const find = (sent: ArtifactRef, jobId = JOB) => uploads.find(jobId, sent, ['TEST_REPORT']);
    expect(await find(ref)).toEqual(ref);
    await expect(find({ ...ref, artifactId: 'none' })).rejects.toMatchObject(mismatch('NOT_FOUND'));
    await expect(find(ref, 'job-2')).rejects.toMatchObject(mismatch('NOT_FOUND'));
    await expect(find({ ...ref, kind: 'DELIVERY' })).rejects.toMatchObject(mismatch('KIND'));
    await expect(find({ ...ref, sha256: 'f'.repeat(64) })).rejects.toMatchObject(mismatch('HASH'));
    await expect(find({ ...ref, size: 1 })).rejects.toMatchObject(mismatch('HASH'));
    await expect(uploads.find(JOB, ref, ['DELIVERY'])).rejects.toMatchObject(mismatch('KIND'));
  });

  it('[EXE-01] come back as they are stored, whatever expiry was sent', async () => {
    const { put, uploads } = open();
    const ref = await put('TEST_REPORT', {});
    const sent = { ...ref, expiresAt: '2099-01-01T00:00:00.000Z' };
    expect(await uploads.find(JOB, sent, ['TEST_REPORT'])).toEqual(ref);
  });

  it('[TST-02] tell how many tests passed on the untouched code, from the report itself', async () => {
    const { put, uploads } = open();
    const locked_hashes = { '.iama/tests/a.test.mjs': 'h' };
    const content = { schema: 'iama.baseline/1', report: { counts: { total: 4, passed: 4 } }, locked_hashes };
    const ref = await put('BASELINE_REPORT', content);
    expect(await uploads.baselineReport(JOB, ref)).toEqual({
      report: ref,
      tests: 4,
      lockedHashes: locked_hashes,
    });
    const bad = await put('BASELINE_REPORT', { schema: 'iama.baseline/1' });
    await expect(uploads.baselineReport(JOB, bad)).rejects.toMatchObject(mismatch('CONTENT'));
  });

  it('[EXE-06] tell counts and edits of a run, and no code with them', async () => {
    const { put, uploads } = open();
    const edit = (anchor: string) => ({
      path: 'a.js',
      targetSha256: null,
      anchor,
      operation: 'SEARCH_REPLACE',
      strategy: 'EXACT',
      outcome: 'APPLIED',
      reason: null,
    });
    const quoted = 'text "const key = \\"canary\\";" in symbol load';
    const content = {
      schema: 'iama.test-report/1',
      counts: COUNTS,
      edits: [edit('symbol load'), edit(quoted), edit('text "canary"')],
    };
    const { counts, edits } = await uploads.testReport(JOB, await put('TEST_REPORT', content));
    expect(counts).toEqual({ total: 3, passed: 2, failed: 0, timedOut: 0, skipped: 1 });
    expect(edits.map(({ anchor }) => anchor)).toEqual([
      'symbol load',
      `text sha256:${side('const key = "canary";').sha256} in symbol load`,
      `text sha256:${side('canary').sha256}`,
    ]);
    expect(JSON.stringify(edits)).not.toContain('canary');
  });

  it('[DEL-01] are a delivery only with full sources whose hashes are right', async () => {
    const { put, uploads } = open();
    const delivery = (before: unknown) => ({
      schema: 'iama.delivery/1',
      files: [{ path: 'a.js', to: 'a.ts', before, after: null }],
    });
    const good = await put('DELIVERY', delivery(side('a\n')));
    expect(await uploads.delivery(JOB, good)).toEqual(good);
    const bad = await put('DELIVERY', delivery({ ...side('a\n'), text: 'b\n' }));
    await expect(uploads.delivery(JOB, bad)).rejects.toMatchObject(mismatch('CONTENT'));
    await expect(uploads.delivery(JOB, await put('DELIVERY', []))).rejects.toMatchObject(mismatch('CONTENT'));
  });

  it('[DEL-02] know which files, hunks and symbols of a selection they do not have', async () => {
    const { put, uploads } = open();
    const ref = await put('DELIVERY', {
      schema: 'iama.delivery/1',
      files: [
        {
          path: 'a.js',
          to: 'a.ts',
          before: side('a\n'),
          after: side('b\n'),
          symbols: [{ name: 'a', before: [[0, 1]], after: [[0, 1]] }],
        },
      ],
    });
    expect(await uploads.unknownIn(JOB, ref, 'ALL')).toEqual([]);
    expect(await uploads.unknownIn(JOB, ref, { files: ['a.ts', 'b.js'], hunks: ['h-1'] })).toEqual([
      'b.js',
      'h-1',
    ]);
    const symbols = ['a.ts#a', 'a.ts#b'];
    expect(await uploads.unknownIn(JOB, ref, { files: [], hunks: [], symbols })).toEqual(['a.ts#b']);
  });

  it('[CTX-01] are parts of the sources only when they are whole and of that form', async () => {
    const { store, put, uploads } = open();
    const content = { files: [{ path: 'a.js', text: '1' }], dependencies: [] };
    const part = await put('CONTEXT', { schema: 'iama.context-part/1', ...content });
    const nameOf = ({ artifactId }: ArtifactRef) => ({ jobId: JOB, artifactId });
    expect(await uploads.contextPart(nameOf(part))).toMatchObject(content);
    const other = await put('CONTEXT', { schema: 'iama.context/1', ...content });
    const noJson = await store.put({ jobId: JOB, kind: 'DELIVERY', bytes: Buffer.from('{'), now });
    for (const ref of [other, noJson, { ...part, artifactId: 'none' }])
      expect(await uploads.contextPart(nameOf(ref))).toBe(null);
    await appendFile(join(root, JOB, part.artifactId), 'x');
    expect(await uploads.contextPart(nameOf(part))).toBe(null);
  });
});
