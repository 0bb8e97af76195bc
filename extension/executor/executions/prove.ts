import { countTests, type TestReport, type TestResult } from '../../../domain/patching/test-report.ts';
import type { FileHashes } from '../api/wire.ts';
import { COMPILE_TIMEOUT_MS, type CompileResult, compile, type StrictError } from '../build/compile.ts';
import { nativeRunner } from '../native-runner/runner.ts';
import { placeTestFile } from '../test-run/place-test-file.ts';
import { type LockedRun, runLockedTests } from '../test-run/run-tests.ts';
import { hashTests, requireLocked, SNAPSHOTS } from '../test-run/test-files.ts';
import { plural } from '../words.ts';
import type { Shadow } from '../workspace/shadow.ts';
import { readTestPlan } from './artifacts.ts';
import { assertedIn, requireOwnTests } from './asserted/lock.ts';
import { proveAsserted } from './asserted/prove.ts';
import { ownTestsOnBase } from './base-own-tests.ts';
import type { BaselineReport } from './baseline-report.ts';
import { type ExecutionContext, required } from './execution.ts';
import { limitOf, testFileLimit } from './limits.ts';
import { asTest, type OwnTests, runOwnTests } from './own-tests.ts';
import { namesOf, ownTestsName } from './quarantine.ts';
import { tellFailed } from './tell-failed.ts';
import { noTests } from './test-report.ts';

const TYPESCRIPT = /(?<!\.d)\.[cm]?tsx?$/u;

export type Proof = Readonly<{
  report: TestReport;
  hashes: FileHashes;
  /** Tests of the report that the person set aside. */
  setAside: number;
  strictErrors: readonly StrictError[];
  timedOut: boolean;
}>;

const tellBuild = ({ tell }: ExecutionContext, build: CompileResult): void => {
  if (build.status === 'TIMED_OUT') tell('The build did not end in time.');
  if (build.status !== 'DONE') return;
  const [first] = build.errors;
  tell(
    first === undefined
      ? 'The type check (tsc --strict) finds no error.'
      : `The type check finds ${plural(build.errors.length, 'error')}, the first is ${first.code} in ${first.path ?? 'the project'}${first.line === null ? '' : `, line ${first.line}`}.`,
    first?.reason,
  );
};

/** `tests` were found before the patch was applied: what is run is not for the patch to say (TST-02). */
const ownTests = async (
  context: ExecutionContext,
  shadow: Shadow,
  tests: OwnTests | null,
  before: BaselineReport['own_tests'],
  quarantined: ReadonlySet<string>,
): Promise<readonly TestResult[]> => {
  if (before?.passed !== true) return [];
  const name = ownTestsName(before.name);
  if (quarantined.has(name)) return [asTest(name, 'SKIPPED', null)];
  if (tests === null)
    return [asTest(name, 'FAILED', 'They were there before the change and cannot be run after it.')];
  const run = () => runOwnTests(shadow, tests, limitOf(context, testFileLimit(0) * 2), context.signal);
  let result = await run();
  // Once more, so that a test that fails now and then does not condemn a good change.
  if (!result.passed && !result.timedOut) result = await run();
  if (result.passed) {
    context.tell(`Passed: ${name}.`);
    return [asTest(name, 'PASSED', null)];
  }
  context.tell(result.timedOut ? `Not in time: ${name}.` : `Failed: ${name}.`);
  return [asTest(name, result.timedOut ? 'TIMEOUT' : 'FAILED', result.excerpt)];
};

/** Without a baseline only the package's own tests speak, where they passed before (BaselineOverridden). */
const proveUnguarded = async (
  context: ExecutionContext,
  shadow: Shadow,
  own: OwnTests | null,
  quarantined: ReadonlySet<string>,
): Promise<Pick<Proof, 'report' | 'hashes' | 'setAside'>> => {
  context.tell('No recorded behaviour guards this change, because the baseline was overridden.');
  const tests = await ownTests(context, shadow, own, await ownTestsOnBase(context), quarantined);
  const counts = countTests(tests);
  return { report: { tests, counts }, hashes: await hashTests(shadow.root), setAside: counts.skipped };
};

const runRecorded = (
  context: ExecutionContext,
  shadow: Shadow,
  baseline: BaselineReport,
  quarantined: readonly string[],
): Promise<LockedRun> =>
  runLockedTests({
    workspaceRoot: shadow.root,
    nodePath: process.execPath,
    timeoutMs: limitOf(context, testFileLimit(baseline.run_ms)),
    env: {},
    spawn: nativeRunner(shadow, context.signal),
    lockedHashes: baseline.locked_hashes,
    expectedTests: baseline.report.counts.total,
    quarantined,
  });

/** Builds, then runs the locked tests, then the package's own; stops at the first that fails. `written`: paths of the change. */
export const prove = async (
  context: ExecutionContext,
  shadow: Shadow,
  written: readonly string[],
  own: OwnTests | null,
  baseline: BaselineReport | null,
): Promise<Proof> => {
  const sources = written.filter((path) => TYPESCRIPT.test(path));
  const build = await compile(shadow, sources, context.signal, limitOf(context, COMPILE_TIMEOUT_MS));
  tellBuild(context, build);
  const strictErrors = build.status === 'DONE' ? build.errors : [];
  const timedOut = build.status === 'TIMED_OUT';
  if (strictErrors.length > 0 || timedOut) {
    return { report: noTests, hashes: await hashTests(shadow.root), setAside: 0, strictErrors, timedOut };
  }
  const quarantined = namesOf(context.execution.quarantined, baseline);
  if (baseline === null)
    return { ...(await proveUnguarded(context, shadow, own, quarantined)), strictErrors, timedOut };
  const recorded = [...quarantined].filter((name) =>
    baseline.report.tests.some((test) => test.name === name),
  );
  const asserted = assertedIn(baseline.snapshots);
  const locked =
    asserted === null
      ? await runRecorded(context, shadow, baseline, recorded)
      : await proveAsserted(context, shadow, { own, asserted, baseline, quarantined });
  const { counts, tests } = locked.report;
  context.tell(`${counts.passed} of ${counts.total} locked tests pass.`);
  tellFailed(context, tests);
  if (recorded.length > 0) context.tell(`${plural(recorded.length, 'test is', 'tests are')} set aside.`);
  if (counts.passed + recorded.length < counts.total) {
    return {
      report: locked.report,
      hashes: locked.testHashes,
      setAside: recorded.length,
      strictErrors,
      timedOut,
    };
  }
  const all = [...tests, ...(await ownTests(context, shadow, own, baseline.own_tests, quarantined))];
  return {
    report: { tests: all, counts: countTests(all) },
    hashes: locked.testHashes,
    setAside: quarantined.size,
    strictErrors,
    timedOut,
  };
};

/** Puts the locked tests into the shadow. What the server locked counts, not what the report of this machine says. */
export const placeLocked = async (
  context: ExecutionContext,
  shadow: Shadow,
  baseline: BaselineReport,
): Promise<BaselineReport> => {
  const plan = readTestPlan(await required(context, 'TEST_PLAN'));
  for (const file of plan.files) await placeTestFile(shadow.root, file);
  await placeTestFile(shadow.root, { path: SNAPSHOTS, text: baseline.snapshots });
  const locked = Object.entries(context.execution.locked_hashes).flatMap(([path, hash]) =>
    hash === null ? [] : [[path, hash] as const],
  );
  const hashes = locked.length > 0 ? Object.fromEntries(locked) : baseline.locked_hashes;
  await requireLocked(shadow.root, hashes);
  await requireOwnTests(shadow.root, assertedIn(baseline.snapshots)?.files ?? {});
  return { ...baseline, locked_hashes: hashes };
};

/** All that ran passed, and something did wherever there is recorded behaviour. */
export const isProven = (
  { report: { counts }, setAside, strictErrors, timedOut }: Proof,
  guard: BaselineReport | null,
): boolean =>
  (counts.passed > 0 || guard === null) &&
  counts.passed + setAside === counts.total &&
  !timedOut &&
  strictErrors.length === 0;
