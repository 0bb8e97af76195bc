import type { Delivery } from '../../../domain/patching/delivery.ts';
import type { PatchSet } from '../../../domain/patching/edit.ts';
import type { EditOutcome } from '../../../domain/patching/outcome.ts';
import {
  countTests,
  failureFingerprint,
  type TestReport,
  type TestResult,
  type TestStatus,
} from '../../../domain/patching/test-report.ts';
import type { FileHashes, Outcome } from '../api/wire.ts';
import { COMPILE_TIMEOUT_MS, type CompileResult, compile, type StrictError } from '../build/compile.ts';
import { nativeRunner } from '../native-runner/runner.ts';
import { placeTestFile } from '../test-run/place-test-file.ts';
import { runLockedTests } from '../test-run/run-tests.ts';
import { hashTests, requireLocked, SNAPSHOTS, TestsWeakened } from '../test-run/test-files.ts';
import { asReason, plural, someOf } from '../words.ts';
import { sha256 } from '../workspace/collect.ts';
import type { Shadow } from '../workspace/shadow.ts';
import { readPatch, readTestPlan, toBytes } from './artifacts.ts';
import { ownTestsOnBase } from './base-own-tests.ts';
import { type BaselineReport, readBaselineReport } from './baseline-report.ts';
import { type Execute, type ExecutionContext, required } from './execution.ts';
import { limitOf, testFileLimit } from './limits.ts';
import { findOwnTests, type OwnTests, runOwnTests } from './own-tests.ts';
import { namesOf, ownTestsName, timedOutLabels } from './quarantine.ts';
import { inShadow, patchShadow } from './shadow-base.ts';
import { countsOf, noTests, uploadTestReport } from './test-report.ts';
import { lockedTouched, ownTestsTouched } from './weakened.ts';

/** The attempt is not tested: it could not be, or may not. `edits` say how far it came. */
const rejected = async (
  context: ExecutionContext,
  code: 'APPLY_FAILED' | 'TESTS_WEAKENED',
  reason: string,
  edits: readonly EditOutcome[],
): Promise<Outcome> => {
  const tested = { report: noTests, strictErrors: [], fingerprint: null, edits };
  const report = await uploadTestReport(context, tested);
  return { kind: 'TEST', status: 'REJECTED', code, reason: asReason(reason), report };
};

const TYPESCRIPT = /(?<!\.d)\.[cm]?tsx?$/u;

const ERROR_CLASS: Readonly<Record<TestStatus, string | null>> = {
  PASSED: null,
  SKIPPED: null,
  FAILED: 'OwnTestsFailed',
  TIMEOUT: 'TimedOut',
};

const asTest = (name: string, status: TestStatus, excerpt: string | null): TestResult => ({
  name,
  status,
  errorClass: ERROR_CLASS[status],
  location: null,
  excerpt,
  durationMs: 0,
});

type Proof = Readonly<{
  report: TestReport;
  hashes: FileHashes;
  /** Tests of the report that the person set aside. */
  setAside: number;
  strictErrors: readonly StrictError[];
  timedOut: boolean;
}>;

/** Errors of the type check have a fingerprint of their own, which does not move with the lines. */
const fingerprintOf = ({ report, strictErrors, timedOut }: Proof): string => {
  if (strictErrors.length === 0 && !timedOut) return failureFingerprint(report, sha256);
  const errors = strictErrors.map(({ path, code, reason }) => JSON.stringify([path, code, reason]));
  return sha256([timedOut ? 'build timed out' : 'types', ...new Set(errors)].sort().join('\n'));
};

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
  quarantined: ReadonlySet<string> = new Set(),
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
): Promise<Pick<Proof, 'report' | 'hashes' | 'setAside'>> => {
  context.tell('No recorded behaviour guards this change, because the baseline was overridden.');
  const tests = await ownTests(context, shadow, own, await ownTestsOnBase(context));
  return { report: { tests, counts: countTests(tests) }, hashes: await hashTests(shadow.root), setAside: 0 };
};

/** Builds, then runs the locked tests, then the package's own; stops at the first that fails. */
const prove = async (
  context: ExecutionContext,
  shadow: Shadow,
  delivery: Delivery,
  own: OwnTests | null,
  baseline: BaselineReport | null,
): Promise<Proof> => {
  const sources = delivery.files
    .filter(({ to, after }) => after !== null && TYPESCRIPT.test(to))
    .map(({ to }) => to);
  const build = await compile(shadow, sources, context.signal, limitOf(context, COMPILE_TIMEOUT_MS));
  tellBuild(context, build);
  const strictErrors = build.status === 'DONE' ? build.errors : [];
  const timedOut = build.status === 'TIMED_OUT';
  if (strictErrors.length > 0 || timedOut) {
    return { report: noTests, hashes: await hashTests(shadow.root), setAside: 0, strictErrors, timedOut };
  }
  if (baseline === null) return { ...(await proveUnguarded(context, shadow, own)), strictErrors, timedOut };
  const quarantined = namesOf(context.execution.quarantined, baseline);
  const recorded = [...quarantined].filter((name) =>
    baseline.report.tests.some((test) => test.name === name),
  );
  const locked = await runLockedTests({
    workspaceRoot: shadow.root,
    nodePath: process.execPath,
    timeoutMs: limitOf(context, testFileLimit(baseline.run_ms)),
    env: {},
    spawn: nativeRunner(shadow, context.signal),
    lockedHashes: baseline.locked_hashes,
    expectedTests: baseline.report.counts.total,
    quarantined: recorded,
  });
  const { counts, tests } = locked.report;
  context.tell(`${counts.passed} of ${counts.total} locked tests pass.`);
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

const outcomeOf = async (
  context: ExecutionContext,
  proof: Proof,
  delivery: Delivery,
  edits: readonly EditOutcome[],
  guard: BaselineReport | null,
): Promise<Outcome> => {
  const { report, hashes, setAside, strictErrors, timedOut } = proof;
  const counts = countsOf(report);
  const { total, passed, failed, timed_out } = counts;
  const isProven = (passed > 0 || guard === null) && passed + setAside === total;
  const good = isProven && !timedOut && strictErrors.length === 0;
  const fingerprint = good ? null : fingerprintOf(proof);
  const artifact = await uploadTestReport(context, { report, strictErrors, fingerprint, edits });
  if (fingerprint === null) {
    const delivered = await context.upload('DELIVERY', toBytes(delivery));
    const found = { counts, strict_errors: 0, test_hashes: hashes };
    return { kind: 'TEST', status: 'PASSED', report: artifact, delivery: delivered, ...found };
  }
  const onlyTime = timedOut || (timed_out > 0 && failed === 0 && strictErrors.length === 0);
  return {
    kind: 'TEST',
    status: 'FAILED',
    report: artifact,
    counts,
    failure_class: onlyTime ? 'TIMEOUT_EXECUTION' : 'LOGIC_FAILURE',
    fingerprint,
    timed_out_tests: guard === null ? [] : [...timedOutLabels(report.tests, guard)],
    test_hashes: hashes,
  };
};

/** Puts the locked tests into the shadow. What the server locked counts, not what the report of this machine says. */
const placeLocked = async (
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
  return { ...baseline, locked_hashes: hashes };
};

const subjectsOf = async (context: ExecutionContext): Promise<ReadonlySet<string>> => {
  const plan = await context.artifact('TEST_PLAN');
  return new Set(plan === null ? [] : readTestPlan(plan).subjects.map(({ module }) => module));
};

/** Applies the patch to a fresh shadow and proves it there. The locked tests judge, and nothing may touch them. */
const tryPatch = async (
  context: ExecutionContext,
  shadow: Shadow,
  patch: PatchSet,
  baseline: BaselineReport | null,
): Promise<Outcome> => {
  const own = await findOwnTests(shadow);
  const patched = await patchShadow(shadow, patch);
  const { outcomes } = patched;
  if (patched.status === 'FAILED') {
    context.tell('The patch does not apply.', patched.reason);
    return rejected(context, 'APPLY_FAILED', patched.reason, outcomes);
  }
  const { delivery } = patched;
  const weaker = ownTestsTouched(delivery, await subjectsOf(context));
  if (weaker.length > 0) {
    const reason = `The patch edits the package's own tests: ${weaker.join(', ')}.`;
    return rejected(context, 'TESTS_WEAKENED', reason, outcomes);
  }
  context.tell(
    `Applied the patch to a private copy: ${plural(delivery.files.length, 'file changes', 'files change')}.`,
  );
  try {
    const guard = baseline === null ? null : await placeLocked(context, shadow, baseline);
    const proof = await prove(context, shadow, delivery, own, guard);
    return await outcomeOf(context, proof, delivery, outcomes, guard);
  } catch (error) {
    if (error instanceof TestsWeakened) return rejected(context, 'TESTS_WEAKENED', error.message, outcomes);
    throw error;
  }
};

/** Applies the patch to a fresh shadow and proves it there. The locked tests judge, and nothing may touch them. */
export const executeTest: Execute = async (context) => {
  const patch = readPatch(await required(context, 'PATCH'));
  const touching = lockedTouched(patch, context.execution.locked_hashes);
  if (touching.length > 0) {
    const reason = `The patch edits locked tests: ${someOf(touching.map(({ path }) => path))}.`;
    return rejected(context, 'TESTS_WEAKENED', reason, touching);
  }
  const recorded = await context.artifact('BASELINE_REPORT');
  const baseline = recorded === null ? null : readBaselineReport(recorded);
  return inShadow(context, (shadow) => tryPatch(context, shadow, patch, baseline));
};
