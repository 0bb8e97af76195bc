import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Outcome } from '../api/wire.ts';
import { openHome } from '../home/home.ts';
import { toBytes } from './artifacts.ts';
import { executeBaseline } from './baseline.ts';
import { executeTest } from './test.ts';
import {
  conversion,
  expectOutcome,
  LEGACY,
  type Scene,
  sceneOf,
  TEST_PLAN,
  TYPED,
  writeFiles,
} from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let scene: Scene;

/** Own tests that take five seconds once the package is converted. */
const SLOW_TEST =
  "if (require('fs').existsSync('index.ts')) for (const end = Date.now() + 5000; Date.now() < end;);\n";
const SLOW_LABEL = "the package's own tests (npm test)";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iama-timeouts-'));
  const workspace = join(folder, 'project');
  await writeFiles(workspace, { ...LEGACY, 'test.js': SLOW_TEST });
  scene = await sceneOf(await openHome({ IAMA_HOME: join(folder, 'home') }), workspace);
  scene.artifacts.set('TEST_PLAN', TEST_PLAN);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

type Options = Readonly<{ seconds?: number; quarantined?: string[]; unguarded?: true }>;
const test = async (text: string, { unguarded, ...more }: Options = {}): Promise<Outcome> => {
  const { locked_hashes: locked } = expectOutcome(
    await executeBaseline(scene.context('BASELINE')),
    'BASELINE',
    'PASSED',
  );
  if (unguarded === true) scene.artifacts.delete('BASELINE_REPORT');
  scene.artifacts.set('PATCH', toBytes(conversion(text)));
  // Own tests get twice the limit of a test file.
  vi.stubEnv('IAMA_TEST_TIMEOUT_SECONDS', '2');
  return executeTest(scene.context('TEST', { locked, ...more }));
};

it("[TST-04] names the package's own tests when they ran out of time, which is no wrong result", async () => {
  expect(await test(TYPED)).toMatchObject({
    status: 'FAILED',
    failure_class: 'TIMEOUT_EXECUTION',
    timed_out_tests: [SLOW_LABEL],
  });
});

it('[TST-04] gives a run that was asked for with more time as much more', async () => {
  expect(await test(TYPED, { seconds: 3_600 })).toMatchObject({ status: 'PASSED', counts: { skipped: 0 } });
});

it('[TST-04] leaves out what was set aside, and says so in the counts', async () => {
  expect(await test(TYPED, { quarantined: [SLOW_LABEL] })).toMatchObject({
    status: 'PASSED',
    counts: { total: 5, passed: 4, skipped: 1 },
  });
});

it('[TST-02] [TST-04] still fails for the tests that were not set aside', async () => {
  const wrong = TYPED.replace('n + n', 'n * 2');
  expect(await test(wrong, { quarantined: [SLOW_LABEL, 'case 99'] })).toMatchObject({
    status: 'FAILED',
    failure_class: 'LOGIC_FAILURE',
  });
});

it('[TST-04] [JOB-09] ends when the time of the whole execution is over, and reports that', async () => {
  expect(await executeBaseline(scene.context('BASELINE', { seconds: 0.1 }))).toMatchObject({
    status: 'FAILED',
    failure_class: 'TIMEOUT_EXECUTION',
  });
});

it('[TST-02] [TST-04] proves nothing when every test was set aside', async () => {
  const recorded = [1, 2, 3, 4].map((number) => `case ${number} of double`);
  const outcome = await test(TYPED.replace('n + n', 'n * 2'), { quarantined: [SLOW_LABEL, ...recorded] });
  expect(outcome).toMatchObject({ status: 'FAILED', counts: { passed: 0, skipped: 5 } });
});

it("[TST-04] sets the package's own tests aside also where no baseline guards the change", async () => {
  expect(await test(TYPED, { unguarded: true })).toMatchObject({ timed_out_tests: [SLOW_LABEL] });
  const outcome = await test(TYPED, { unguarded: true, quarantined: [SLOW_LABEL] });
  expect(outcome).toMatchObject({ status: 'PASSED', counts: { total: 1, passed: 0, skipped: 1 } });
});
