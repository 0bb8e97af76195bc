import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../workspace/collect.ts';
import { toBytes } from './artifacts.ts';
import { executeBaseline } from './baseline.ts';
import { executeTest } from './test.ts';
import {
  closeScene,
  conversion,
  LEGACY,
  openScene,
  recordedOnce,
  type Scene,
  sceneOf,
  TEST_PLAN,
  TYPED,
  writeFiles,
} from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

let scene: Scene;
const lockedBaseline = recordedOnce();

beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => closeScene(scene));

describe('what the server sends', () => {
  it('[EXE-06] cannot write outside of the folder of the tests, in no execution', async () => {
    const locked = await lockedBaseline(scene);
    const folder = dirname(scene.workspace);
    const before = await readdir(folder);
    const away = `../../../${folder.slice(tmpdir().length + 1)}/escaped.txt`;
    const plan = JSON.parse(new TextDecoder().decode(TEST_PLAN));
    scene.artifacts.set('TEST_PLAN', toBytes({ ...plan, files: [{ path: away, text: 'x' }, ...plan.files] }));
    scene.artifacts.set('PATCH', toBytes(conversion(TYPED)));
    await expect(executeTest(scene.context('TEST', { locked }))).rejects.toThrow('below .iama/tests');
    await expect(executeBaseline(scene.context('BASELINE'))).rejects.toThrow('below .iama/tests');
    expect(await readdir(folder)).toEqual(before);
  });
});

describe('lines and events', () => {
  it('[CTX-02] carry neither literals of the code nor of a type error', async () => {
    const locked = await lockedBaseline(scene);
    const wrong = "export const double: 's3cret literal' = 'another s3cret';\n";
    scene.artifacts.set('PATCH', toBytes(conversion(wrong)));
    const outcome = await executeTest(scene.context('TEST', { locked }));
    expect(outcome).toMatchObject({ status: 'FAILED' });
    expect(scene.lines.join('\n')).toContain('TS2322 in index.ts, line 1');
    expect(scene.lines.join('\n') + JSON.stringify(outcome)).not.toContain('s3cret');
  });

  it('[CTX-02] say that the untouched code failed, and leave its error text in the artifact', async () => {
    await writeFiles(scene.workspace, { 'index.js': "throw new Error('s3cret literal');\n" });
    scene = await sceneOf(scene.home, scene.workspace);
    const plan = JSON.parse(new TextDecoder().decode(TEST_PLAN));
    const text =
      "import test from 'node:test';\ntest('call(\"s3cret\")', () => { throw new Error('s3cret'); });\n";
    scene.artifacts.set('TEST_PLAN', toBytes({ ...plan, files: [{ ...plan.files[0], text }] }));
    const outcome = await executeBaseline(scene.context('BASELINE'));
    expect(outcome).toMatchObject({ status: 'FAILED', failing_tests: ['case 1 of call'] });
    expect(scene.lines.join('\n') + JSON.stringify(outcome)).not.toContain('s3cret');
    expect(new TextDecoder().decode(scene.artifacts.get('TEST_REPORT'))).toContain('s3cret');
  });
});

describe("the package's own tests", () => {
  const tested = async (...more: Parameters<typeof conversion>[1] & object) => {
    const locked = await lockedBaseline(scene);
    scene.artifacts.set('PATCH', toBytes(conversion(TYPED, more)));
    return executeTest(scene.context('TEST', { locked }));
  };
  const manifest = (change: Readonly<Record<string, unknown>>) =>
    ({
      op: 'WRITE_FILE',
      path: 'package.json',
      baseSha256: sha256(LEGACY['package.json'] ?? ''),
      content: JSON.stringify({ ...JSON.parse(LEGACY['package.json'] ?? ''), ...change }),
    }) as const;

  it('[TST-02] are not weakened by a patch that edits a test file', async () => {
    const base = sha256(LEGACY['test.js'] ?? '');
    const edit = { op: 'WRITE_FILE', path: 'test.js', baseSha256: base, content: '' } as const;
    expect(await tested(edit)).toMatchObject({ status: 'REJECTED', code: 'TESTS_WEAKENED' });
  });

  it.each([
    'vite.config.js',
    'vite.config.mts',
    'vitest.workspace.ts',
    'playwright.config.ts',
    'jest.config.cjs',
    '.mocharc.yml',
  ])('[TST-02] are not told by another %s which tests there are', async (path) => {
    const added = { op: 'WRITE_FILE', path, baseSha256: null, content: 'export default {};' } as const;
    expect(await tested(added)).toMatchObject({
      status: 'REJECTED',
      code: 'TESTS_WEAKENED',
      reason: expect.stringContaining(path),
    });
  });

  it('[TST-02] are not replaced by another test command, nor by other settings of the runner', async () => {
    expect(await tested(manifest({ scripts: { test: 'node -e 0' } }))).toMatchObject({
      status: 'REJECTED',
      code: 'TESTS_WEAKENED',
      reason: expect.stringContaining('package.json scripts.test'),
    });
    expect(await tested(manifest({ mocha: { spec: 'none' } }))).toMatchObject({ code: 'TESTS_WEAKENED' });
  });

  it('[TST-02] admit what a conversion adds beside them', async () => {
    const scripts = { build: 'tsc', pretest: 'npm run build', test: 'node test.js' };
    const outcome = await tested(manifest({ scripts, devDependencies: { typescript: '6.0.0' } }));
    expect(outcome).toMatchObject({ status: 'PASSED', counts: { total: 5, passed: 5 } });
  });
});
