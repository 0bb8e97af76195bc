import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PatchSet } from '../../../domain/patching/edit.ts';
import type { FileHashes } from '../api/wire.ts';
import { sha256 } from '../workspace/collect.ts';
import { toBytes } from './artifacts.ts';
import { executeBaseline } from './baseline.ts';
import { executeTest } from './test.ts';
import {
  closeScene,
  conversion,
  expectOutcome,
  LEGACY,
  openScene,
  type Scene,
  sceneOf,
  TEST_PLAN,
  TYPED,
} from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

let scene: Scene;

const stored = (kind: 'TEST_REPORT' | 'BASELINE_REPORT') =>
  JSON.parse(new TextDecoder().decode(scene.artifacts.get(kind)));
const test = (patch: PatchSet, locked: FileHashes = {}) => {
  scene.artifacts.set('PATCH', toBytes(patch));
  return executeTest(scene.context('TEST', { locked }));
};
const LOCKED = { '.iama/tests/characterisation.test.mjs': sha256('x') };

beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => closeScene(scene));

describe('a rejected attempt', () => {
  it('[EXE-06] reports how each edit fared, when one does not apply', async () => {
    const patch: PatchSet = {
      schema: 'iama.patch/1',
      edits: [
        {
          op: 'SEARCH_REPLACE',
          path: 'index.js',
          baseSha256: sha256(LEGACY['index.js'] ?? ''),
          search: 'not in there',
          replace: '',
        },
      ],
    };
    const { code, report } = expectOutcome(await test(patch), 'TEST', 'REJECTED');
    expect([code, report]).toEqual(['APPLY_FAILED', expect.objectContaining({ kind: 'TEST_REPORT' })]);
    expect(stored('TEST_REPORT')).toMatchObject({
      counts: { total: 0, passed: 0, failed: 0, timed_out: 0, skipped: 0 },
      edits: [{ path: 'index.js', operation: 'SEARCH_REPLACE', outcome: 'NOT_FOUND' }],
    });
  });

  it('[EXE-06] [TST-02] names the edits that touch locked tests', async () => {
    const path = '.iama/tests/more.test.mjs';
    const more = { op: 'WRITE_FILE', path, baseSha256: null, content: '' } as const;
    const outcome = expectOutcome(await test(conversion(TYPED, [more]), LOCKED), 'TEST', 'REJECTED');
    expect(outcome).toMatchObject({ code: 'TESTS_WEAKENED', report: { kind: 'TEST_REPORT' } });
    expect(stored('TEST_REPORT').edits).toEqual([
      expect.objectContaining({ path, outcome: 'REJECTED_PATH', reason: expect.stringContaining('locked') }),
    ]);
  });

  it("[EXE-06] [TST-02] reports all edits where the package's own tests are touched", async () => {
    const base = sha256(LEGACY['test.js'] ?? '');
    const edit = { op: 'WRITE_FILE', path: 'test.js', baseSha256: base, content: '' } as const;
    const outcome = expectOutcome(await test(conversion(TYPED, [edit])), 'TEST', 'REJECTED');
    expect(outcome).toMatchObject({ code: 'TESTS_WEAKENED', report: { kind: 'TEST_REPORT' } });
    expect(stored('TEST_REPORT').edits.map((each: { path: string }) => each.path)).toEqual([
      'index.js',
      'tsconfig.json',
      'test.js',
    ]);
  });
});

describe('a failed baseline', () => {
  const tooLittleCovered = async () => {
    await writeFile(
      join(scene.workspace, 'inner.js'),
      'exports.a = (n) => (n ? 1 : 2);\nexports.b = (n) => n;\nexports.c = (n) => n;\n',
    );
    scene = await sceneOf(scene.home, scene.workspace);
    const plan = JSON.parse(new TextDecoder().decode(TEST_PLAN));
    scene.artifacts.set('TEST_PLAN', toBytes({ ...plan, modules: ['index.js', 'inner.js'] }));
    return expectOutcome(await executeBaseline(scene.context('BASELINE')), 'BASELINE', 'FAILED');
  };

  it('[TST-02] hands over what it could record and repeat, so that an override keeps it', async () => {
    const { reason, report, locked_hashes } = await tooLittleCovered();
    expect([reason, report?.kind]).toEqual([expect.stringContaining('COVERAGE_TOO_LOW'), 'BASELINE_REPORT']);
    expect(Object.keys(locked_hashes ?? {}).sort()).toEqual([
      '.iama/tests/characterisation.test.mjs',
      '.iama/tests/snapshots.json',
    ]);
    expect(stored('BASELINE_REPORT')).toMatchObject({
      report: { counts: { total: 4, passed: 4 } },
      locked_hashes,
      own_tests: { name: 'npm test', passed: true },
    });
  });

  it('[TST-02] guards the work after the override', async () => {
    const { locked_hashes } = await tooLittleCovered();
    const wrong = await test(conversion(TYPED.replace('n + n', 'n * 2')), locked_hashes);
    expect(wrong).toMatchObject({ status: 'FAILED', counts: { total: 4, passed: 3, failed: 1 } });
    expect(await test(conversion(TYPED), locked_hashes)).toMatchObject({ status: 'PASSED' });
  });

  it('[TST-02] hands over no tests where none could be trusted', async () => {
    const plan = JSON.parse(new TextDecoder().decode(TEST_PLAN));
    scene.artifacts.set('TEST_PLAN', toBytes({ ...plan, files: [] }));
    const outcome = expectOutcome(await executeBaseline(scene.context('BASELINE')), 'BASELINE', 'FAILED');
    expect([outcome.report?.kind, outcome.locked_hashes ?? {}]).toEqual(['TEST_REPORT', {}]);
  });
});
