import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PatchSet } from '../../../domain/patching/edit.ts';
import { sha256 } from '../workspace/collect.ts';
import { executeApply } from './apply.ts';
import { readDelivery, toBytes } from './artifacts.ts';
import { executeBaseline } from './baseline.ts';
import { executeRevert } from './revert.ts';
import { executeTest } from './test.ts';
import {
  baselineOf,
  closeScene,
  conversion,
  expectOutcome,
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

const snapshot = async (): Promise<Record<string, string>> => {
  const found: Record<string, string> = {};
  for (const entry of await readdir(scene.workspace, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found[path.slice(scene.workspace.length + 1)] = await readFile(path, 'utf8');
  }
  return found;
};

const lockedBaseline = recordedOnce();
const test = async (patch: PatchSet, locked: Readonly<Record<string, string | null>>) => {
  scene.artifacts.set('PATCH', toBytes(patch));
  return executeTest(scene.context('TEST', { locked }));
};
const report = (): { fingerprint: string; type_check: { strict_errors: { code: string }[] } } =>
  JSON.parse(new TextDecoder().decode(scene.artifacts.get('TEST_REPORT')));

beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => closeScene(scene));

describe('a baseline', () => {
  it('[TST-02] fails with a reason when the untouched code cannot be loaded', async () => {
    scene.artifacts.set(
      'TEST_PLAN',
      toBytes({ ...JSON.parse(new TextDecoder().decode(TEST_PLAN)), files: [] }),
    );
    const outcome = await executeBaseline(scene.context('BASELINE'));
    expect(expectOutcome(outcome, 'BASELINE', 'FAILED').reason).toContain(
      'recording on the untouched code failed',
    );
  });

  it('[TST-01] measures the coverage of every module of the plan, called directly or not', async () => {
    await writeFile(join(scene.workspace, 'inner.js'), 'exports.half = (n) => (n > 1 ? n / 2 : n);\n');
    scene = await sceneOf(scene.home, scene.workspace);
    const plan = { ...JSON.parse(new TextDecoder().decode(TEST_PLAN)), modules: ['index.js', 'inner.js'] };
    scene.artifacts.set('TEST_PLAN', toBytes(plan));
    const outcome = expectOutcome(await executeBaseline(scene.context('BASELINE')), 'BASELINE', 'FAILED');
    expect(outcome.reason).toContain('COVERAGE_TOO_LOW');
    expect(outcome.reason).toContain('(0 of 2)');
  });

  it('[TST-02] [EXE-02] locks what the untouched code does, and leaves the project alone', async () => {
    const outcome = await baselineOf(scene);
    expect(outcome).toMatchObject({ recorded: 4, kept: 4, quarantined: [], runs: 3 });
    expect(Object.keys(outcome.locked_hashes).sort()).toEqual([
      '.iama/tests/characterisation.test.mjs',
      '.iama/tests/snapshots.json',
    ]);
    expect(Object.keys(outcome.coverage).sort()).toEqual(['branches', 'functions', 'lines']);
    expect(await snapshot()).toEqual(LEGACY);
  });
});

describe('secrets', () => {
  it('[CTX-02] never uploads a result that holds one, nor reads a file that was kept back', async () => {
    const secret = `${'sk_live_'}${'4eC39HqLyjWDarjtT1zdp7dc'}`;
    await writeFiles(scene.workspace, {
      '.env': `KEY=${secret}\n`,
      'index.js':
        "var fs = require('fs');\nexports.double = function (n) {\n" +
        "  if (n === 'x') return ['sk_live', '4eC39HqLyjWDarjtT1zdp7dc'].join('_');\n" +
        "  if (n === 0) return fs.existsSync(__dirname + '/.env') ? 'read' : 'kept back';\n  return n + n;\n};\n",
    });
    scene = await sceneOf(scene.home, scene.workspace);
    const outcome = await baselineOf(scene);
    const uploaded = new TextDecoder().decode(scene.artifacts.get('BASELINE_REPORT'));
    expect(uploaded).toContain('kept back');
    expect(uploaded + JSON.stringify(outcome) + scene.lines.join('\n')).not.toContain('4eC39HqLyj');
    expect(outcome).toMatchObject({ recorded: 4, kept: 3 });
    expect(scene.lines[0]).toContain('1 file with secrets (.env)');
  });
});

describe('a test run', () => {
  it('[EXE-06] rejects a patch that was written for another base', async () => {
    const locked = await lockedBaseline(scene);
    const patch = conversion(TYPED);
    const stale = patch.edits.map((edit) =>
      edit.op === 'RENAME_FILE' ? { ...edit, baseSha256: sha256('') } : edit,
    );
    expect(await test({ ...patch, edits: stale }, locked)).toMatchObject({
      status: 'REJECTED',
      code: 'APPLY_FAILED',
    });
  });

  it.each(['.iama/tests/snapshots.json', '.iama/tests/more.test.mjs'])(
    '[TST-02] rejects a patch that writes %s',
    async (path) => {
      const locked = await lockedBaseline(scene);
      const weaker = conversion(TYPED, [{ op: 'WRITE_FILE', path, baseSha256: null, content: '{}' }]);
      expect(await test(weaker, locked)).toMatchObject({ status: 'REJECTED', code: 'TESTS_WEAKENED' });
    },
  );

  it('[TST-02] rejects tests that are not the ones the server has locked', async () => {
    const locked = await lockedBaseline(scene);
    const other = { ...locked, '.iama/tests/snapshots.json': sha256('other') };
    expect(await test(conversion(TYPED), other)).toMatchObject({
      status: 'REJECTED',
      code: 'TESTS_WEAKENED',
    });
  });

  it('[TST-03] fails on type errors, with one fingerprint wherever the lines are', async () => {
    const locked = await lockedBaseline(scene);
    const wrong = 'export function double(n) {\n  return n + n;\n}\n';
    const first = expectOutcome(await test(conversion(wrong), locked), 'TEST', 'FAILED');
    expect(report().type_check.strict_errors.map(({ code }) => code)).toEqual(['TS7006']);
    const moved = expectOutcome(await test(conversion(`\n\n${wrong}`), locked), 'TEST', 'FAILED');
    expect(moved.fingerprint).toBe(first.fingerprint);
    expect(first.failure_class).toBe('LOGIC_FAILURE');
  });

  it('[TST-02] does not let a project file switch the strict checks off, or leave the source out', async () => {
    const locked = await lockedBaseline(scene);
    const [rename] = conversion('export function double(n) {\n  return n + n;\n}\n').edits;
    const with_ = (config: string): PatchSet => ({
      schema: 'iama.patch/1',
      edits: [
        ...(rename ? [rename] : []),
        { op: 'WRITE_FILE', path: 'tsconfig.json', baseSha256: null, content: config },
      ],
    });
    const lax =
      '{"compilerOptions":{"module":"commonjs","noImplicitAny":false,"strict":false},"files":["index.ts"]}';
    expect(await test(with_(lax), locked)).toMatchObject({ status: 'FAILED' });
    const empty = '{"compilerOptions":{"module":"commonjs"},"files":[]}';
    expect(await test(with_(empty), locked)).toMatchObject({ status: 'FAILED' });
  });

  it('[TST-02] fails when the behaviour differs', async () => {
    const locked = await lockedBaseline(scene);
    const outcome = await test(conversion(TYPED.replace('n + n', 'n * 2')), locked);
    expect(outcome).toMatchObject({
      status: 'FAILED',
      counts: { total: 4, passed: 3, failed: 1, timed_out: 0 },
    });
  });

  it('[TST-02] [CTX-02] shows the person which test failed and how, and sends neither along', async () => {
    const locked = await lockedBaseline(scene);
    await test(conversion(TYPED.replace('n + n', 'n * 2')), locked);
    const at = scene.lines.indexOf('Failed:');
    expect(scene.lines.slice(at - 1, at + 1)).toEqual(['3 of 4 locked tests pass.', 'Failed:']);
    expect(scene.shown[at]).toContain('double("x")');
    expect(scene.shown[at]).toContain(`'null' !== '"xx"'`);
    expect(scene.lines.join('\n')).not.toContain('double');
  });

  it('[TST-04] tells a hang from a wrong result', async () => {
    const locked = await lockedBaseline(scene);
    process.env['IAMA_TEST_TIMEOUT_SECONDS'] = '2';
    try {
      const outcome = await test(conversion(TYPED.replace('calls += 1;', 'for (;;) calls += 1;')), locked);
      expect(outcome).toMatchObject({ status: 'FAILED', failure_class: 'TIMEOUT_EXECUTION' });
    } finally {
      delete process.env['IAMA_TEST_TIMEOUT_SECONDS'];
    }
  });

  it("[TST-02] fails when the package's own tests passed before and do not now", async () => {
    await writeFiles(scene.workspace, {
      'test.js': "if (require('fs').existsSync('index.ts')) process.exit(1);\n",
    });
    scene = await sceneOf(scene.home, scene.workspace);
    const { locked_hashes: locked } = await baselineOf(scene);
    const outcome = await test(conversion(TYPED), locked);
    expect(outcome).toMatchObject({ status: 'FAILED', counts: { total: 5, passed: 4, failed: 1 } });
    expect(scene.lines.at(-1)).toContain('Failed: the package');
  });

  it('[EXE-02] [DEL-01] delivers what is proven, and has not touched the project', async () => {
    const locked = await lockedBaseline(scene);
    const outcome = expectOutcome(await test(conversion(TYPED), locked), 'TEST', 'PASSED');
    expect(outcome).toMatchObject({
      strict_errors: 0,
      counts: { total: 5, passed: 5 },
      test_hashes: locked,
    });
    const { files } = readDelivery(scene.artifacts.get('DELIVERY') ?? new Uint8Array());
    expect(files.map(({ path, to }) => [path, to])).toEqual([
      ['index.js', 'index.ts'],
      ['tsconfig.json', 'tsconfig.json'],
    ]);
    expect(files[0]?.before?.text).toBe(LEGACY['index.js']);
    expect(await snapshot()).toEqual(LEGACY);
    expect(
      (await readdir(tmpdir())).filter((name) => name.startsWith(`iama-shadow-${process.pid}.`)),
    ).toEqual([]);
  });

  it('[EXE-02] works on the sources that the job began with while the person goes on', async () => {
    const locked = await lockedBaseline(scene);
    await writeFiles(scene.workspace, { 'index.js': 'syntax error here' });
    expect(await test(conversion(TYPED), locked)).toMatchObject({ status: 'PASSED' });
  });
});

describe('delivery', () => {
  it('[DEL-02] [DEL-04] applies the selection and takes it back, byte for byte', async () => {
    const locked = await lockedBaseline(scene);
    await test(conversion(TYPED), locked);
    const selection = { files: ['index.ts'], hunks: [] };
    const applied = await executeApply(scene.context('APPLY', { selection }));
    expect(expectOutcome(applied, 'APPLY', 'APPLIED').files.map(({ path }) => path)).toEqual([
      'index.js',
      'index.ts',
    ]);
    expect(Object.keys(await snapshot()).sort()).toEqual(['index.ts', 'package.json', 'test.js']);
    expect(await executeRevert(scene.context('REVERT'))).toMatchObject({ status: 'REVERTED' });
    expect(await snapshot()).toEqual(LEGACY);
  });

  it('[DEL-04] leaves to the end of the command why nothing is put back, so that it is not said twice', async () => {
    const locked = await lockedBaseline(scene);
    await test(conversion(TYPED), locked);
    await executeApply(scene.context('APPLY', { selection: 'ALL' }));
    await writeFiles(scene.workspace, { 'index.ts': 'edited since' });
    const told: string[] = [];
    const reverting = { ...scene.context('REVERT'), tell: (line: string) => void told.push(line) };
    const reason = 'Nothing was put back. Changed since the apply: index.ts.';
    expect(await executeRevert(reverting)).toMatchObject({ status: 'BLOCKED', reason });
    expect(told).toEqual(['The change was not put back.']);
  });

  it('[DEL-02] refuses a selection that names what is not there', async () => {
    const locked = await lockedBaseline(scene);
    await test(conversion(TYPED), locked);
    const selection = { files: [], hunks: ['h-0'] };
    expect(await executeApply(scene.context('APPLY', { selection }))).toMatchObject({ status: 'FAILED' });
    expect(await snapshot()).toEqual(LEGACY);
  });
});
