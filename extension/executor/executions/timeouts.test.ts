import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Outcome } from '../api/wire.ts';
import { toBytes } from './artifacts.ts';
import { executeBaseline } from './baseline.ts';
import { executeTest } from './test.ts';
import { closeScene, conversion, LEGACY, openScene, recordedOnce, type Scene, TYPED } from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

let scene: Scene;

/** Own tests that take five seconds once the package is converted. */
const SLOW_TEST = "if (require('fs').existsSync('index.ts')) setTimeout(() => undefined, 5_000);\n";
const SLOW_LABEL = "the package's own tests (npm test)";

beforeEach(async () => {
  scene = await openScene({ ...LEGACY, 'test.js': SLOW_TEST });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await closeScene(scene);
});

const lockedBaseline = recordedOnce();

type Options = Readonly<{ seconds?: number; quarantined?: string[]; unguarded?: true }>;
const test = async (text: string, { unguarded, ...more }: Options = {}): Promise<Outcome> => {
  const locked = await lockedBaseline(scene);
  if (unguarded === true) scene.artifacts.delete('BASELINE_REPORT');
  scene.artifacts.set('PATCH', toBytes(conversion(text)));
  // Own tests get twice the limit of a test file; those set aside do not run, so that nothing needs to run out of time.
  if (more.quarantined === undefined) vi.stubEnv('IAMA_TEST_TIMEOUT_SECONDS', '2');
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
