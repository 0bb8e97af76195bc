import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PatchSet } from '../../../../domain/patching/edit.ts';
import { TestsWeakened } from '../../test-run/test-files.ts';
import { sha256 } from '../../workspace/collect.ts';
import { createShadow } from '../../workspace/shadow.ts';
import { readTestPlan, toBytes } from '../artifacts.ts';
import { executeBaseline } from '../baseline.ts';
import { readBaselineReport } from '../baseline-report.ts';
import { findOwnTests } from '../own-tests.ts';
import { placeLocked } from '../prove.ts';
import { executeTest } from '../test.ts';
import {
  baselineOf,
  closeScene,
  conversion,
  expectOutcome,
  LEGACY,
  openScene,
  type Scene,
  TEST_PLAN,
  TYPED,
} from '../testing.ts';
import { assertedIn } from './lock.ts';
import { proveAsserted } from './prove.ts';

vi.setConfig({ testTimeout: 60_000 });

const PLAN = toBytes({
  ...readTestPlan(TEST_PLAN),
  mode: 'ASSERTION',
  files: [{ path: '.iama/tests/own-tests.json', text: '{"helpers":["util/four.js","gone.js"]}\n' }],
});
const HELPER = 'module.exports = 4;\n';
const CHECK =
  "const { double } = require('./');\nconst assert = require('node:assert');\n" +
  "const test = require('node:test');\ntest('doubles', () => assert.equal(double(2), require('./util/four')));\n" +
  "test('doubles', () => [double(4)].filter(Boolean).forEach((n) => assert.equal(n, 8)));\n" +
  "test('is wrong', () => assert.equal(double(2), 5));\n" +
  "test(['sk_live', '4eC39HqLyjWDarjtT1zdp7dc'].join('_'), () => {});\n" +
  "test('run ' + require('node:crypto').randomUUID(), () => {});\n";

let scene: Scene;
afterEach(() => closeScene(scene));

const open = async (script: string, files: Readonly<Record<string, string>>): Promise<void> => {
  const { 'test.js': _left, ...legacy } = LEGACY;
  const manifest = { ...JSON.parse(LEGACY['package.json'] ?? ''), scripts: { test: script } };
  scene = await openScene({ ...legacy, 'package.json': JSON.stringify(manifest), ...files });
  scene.artifacts.set('TEST_PLAN', PLAN);
};
const failedBaseline = async () =>
  expectOutcome(await executeBaseline(scene.context('BASELINE')), 'BASELINE', 'FAILED');
const tried = async (patch: PatchSet, locked: Readonly<Record<string, string | null>>) => {
  scene.artifacts.set('PATCH', toBytes(patch));
  return executeTest(scene.context('TEST', { locked }));
};

describe('own tests that cannot be the proof', () => {
  it('[TST-01] are refused with a code where nothing runs them here', async () => {
    await open('tap', {});
    expect((await failedBaseline()).reason).toBe(
      "OWN_TESTS_NOT_RUNNABLE: the project's own tests need tap, which is not in node_modules and may come with npm install; without --test-mode assertion what the code does is recorded instead",
    );
  });

  it('[TST-01] are refused where none of them passes on the untouched code', async () => {
    await open('node check.js', { 'check.js': "require('./absent');" });
    expect((await failedBaseline()).reason).toContain('OWN_TESTS_FAIL: ');
  });

  it('[TST-05] are refused where they reach less than half of the code, and are kept for who goes on all the same', async () => {
    await open('node check.js', { 'check.js': "require('./');" });
    const { reason, locked_hashes } = await failedBaseline();
    expect(reason).toContain("COVERAGE_TOO_LOW: the project's own tests reach only 0% of the functions");
    expect(Object.keys(locked_hashes ?? {})).toContain('.iama/tests/snapshots.json');
  });

  it('[TST-02] are refused where they write into their own files', async () => {
    const rewriting = "require('./').double(1); require('node:fs').appendFileSync(__filename, '// run');";
    await open('node check.js', { 'check.js': rewriting });
    expect((await failedBaseline()).reason).toContain('change their own files (check.js)');
  });

  it('[TST-02] are refused where they make what they compare with', async () => {
    const making = "require('node:fs').writeFileSync('check.js.snapshot', String(require('./').double(1)));";
    await open('node check.js', { 'check.js': making });
    expect((await failedBaseline()).reason).toContain('write down what they see (check.js.snapshot)');
  });
});

describe('own tests as the proof', () => {
  it('[TST-01] [TST-02] [TST-05] are locked where they pass each time, judge the change, and may not be edited', async () => {
    await open('node --test-reporter=spec check.js', { 'check.js': CHECK, 'util/four.js': HELPER });
    const passed = await baselineOf(scene);
    // Three runs: a name of each that the others do not have, and the test that is always wrong.
    expect(passed).toMatchObject({ recorded: 7, kept: 3, runs: 3 });
    expect(passed.quarantined.map(({ why }) => why).sort()).toEqual([
      ...Array(3).fill('3 runs on the untouched code did not agree'),
      'does not pass on the untouched code',
    ]);
    const report = readBaselineReport(scene.artifacts.get('BASELINE_REPORT') ?? new Uint8Array());
    expect(JSON.parse(report.snapshots)).toMatchObject({
      files: { 'check.js': sha256(CHECK), 'util/four.js': sha256(HELPER) },
      tests: ['check.js > doubles', 'check.js > doubles (2)', '[cut out: it held a secret]'],
    });
    expect(JSON.stringify(report) + JSON.stringify(passed) + scene.lines.join('\n')).not.toContain(
      '4eC39HqLyj',
    );
    expect(report.own_tests).toBeNull();
    expect(scene.lines.join('\n')).toContain("3 of the project's own tests pass 3 of 3 times");

    const { locked_hashes: locked } = passed;
    // It does not compile either, but it is refused before anybody looks at that.
    const edited = (path: string, text: string) =>
      conversion('export const double = nothing;\n', [
        { op: 'WRITE_FILE', path, baseSha256: sha256(text), content: '' },
      ]);
    for (const patch of [edited('check.js', CHECK), edited('util/four.js', HELPER)])
      expect(await tried(patch, locked)).toMatchObject({ status: 'REJECTED', code: 'TESTS_WEAKENED' });
    expect(await tried(conversion(TYPED), locked)).toMatchObject({
      status: 'PASSED',
      counts: { total: 3, passed: 3 },
      test_hashes: locked,
    });

    const provenWith = async (before: string, text = LEGACY['index.js'] ?? '') => {
      await writeFile(join(scene.workspace, 'index.js'), before + text);
      const shadow = await createShadow(scene.workspace);
      const context = scene.context('TEST', { locked });
      const baseline = await placeLocked(context, shadow, report);
      const { tests: own } = await findOwnTests(shadow);
      const asserted = assertedIn(report.snapshots) ?? { files: {}, tests: [], left: [], unreached: {} };
      const proving = proveAsserted(context, shadow, { own, asserted, baseline, quarantined: new Set() });
      return proving.finally(shadow.dispose);
    };
    const broken = await provenWith('', LEGACY['index.js']?.replace('n + n', 'n * 3'));
    expect(broken.report.counts).toMatchObject({ total: 3, passed: 1, failed: 2 });
    const silent = await provenWith('', LEGACY['index.js']?.replace('n + n', 'n === 4 ? 0 : n + n'));
    expect(silent.report.tests.filter(({ status }) => status !== 'PASSED')).toMatchObject([
      { name: 'check.js runs as far as before', errorClass: 'TestsReachLess' },
    ]);
    const weakening = "require('node:fs').writeFileSync(__dirname + '/check.js', '');\n";
    await expect(provenWith(weakening)).rejects.toThrow(TestsWeakened);
  });
});
