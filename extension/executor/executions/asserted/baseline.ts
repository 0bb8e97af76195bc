import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { countTests, type TestResult } from '../../../../domain/patching/test-report.ts';
import { readCoverage } from '../../test-run/coverage.ts';
import { tooLittleCovered } from '../../test-run/coverage-floor.ts';
import { placeTestFile } from '../../test-run/place-test-file.ts';
import { type Baseline, BaselineFailed } from '../../test-run/record-baseline.ts';
import { hashTests, SNAPSHOTS } from '../../test-run/test-files.ts';
import { someOf } from '../../words.ts';
import type { Shadow } from '../../workspace/shadow.ts';
import type { TestPlan } from '../artifacts.ts';
import { failedFor, notRun } from '../base-own-tests.ts';
import type { ExecutionContext } from '../execution.ts';
import { limitOf, testFileLimit } from '../limits.ts';
import { findOwnTests, type OwnTests } from '../own-tests.ts';
import { inShadow } from '../shadow-base.ts';
import { agreementOf } from './agreement.ts';
import { assertedText, changedOwnTests, ownTestHashes, snapshotsMade } from './lock.ts';
import { type AssertedRun, COVERAGE, runAsserted } from './run.ts';
import { type Unreached, unreachedIn, unreachedInAny } from './unreached.ts';

const RUNS = 3;
const INSTEAD = '; without --test-mode assertion what the code does is recorded instead';

type Seen = AssertedRun & Readonly<{ coverage: Baseline['coverage']; unreached: Unreached }>;

/** `files`: how many are locked; `whole`: the kept tests that are commands which do not tell their tests one by one. */
export type AssertedBaseline = Baseline & Readonly<{ files: number; whole: readonly string[] }>;

const failing = (reason: string, tests: readonly TestResult[] = []): BaselineFailed =>
  new BaselineFailed(reason, { tests, counts: countTests(tests) });

/** One run in a fresh copy, since tests may leave there what they like; only their own files have to stay as they are. */
const runOnce = (
  context: ExecutionContext,
  own: OwnTests,
  files: Readonly<Record<string, string>>,
  modules: readonly string[],
): Promise<Seen> =>
  inShadow(context, async (shadow) => {
    const run = await runAsserted(shadow, own, {
      timeoutMs: () => limitOf(context, testFileLimit(0) * 2),
      signal: context.signal,
    });
    if (run.timedOut)
      throw failing(
        "the project's own tests did not end in time on the untouched code",
        run.tests.filter(({ status }) => status === 'TIMEOUT'),
      );
    const changed = await changedOwnTests(shadow.root, files);
    if (changed.length > 0)
      throw failing(
        `OWN_TESTS_NOT_RUNNABLE: the project's own tests change their own files (${someOf(changed)}), so they cannot be locked${INSTEAD}`,
      );
    const made = snapshotsMade(shadow.root, files);
    if (made.length > 0)
      throw failing(
        `OWN_TESTS_NOT_RUNNABLE: the project's own tests write down what they see (${someOf(made)}) and would agree with any change${INSTEAD}`,
      );
    const counts = join(shadow.root, COVERAGE);
    return {
      ...run,
      coverage: readCoverage(counts, shadow.root, modules),
      unreached: unreachedIn(counts, shadow.root, Object.keys(files)),
    };
  });

/**
 * Takes the project's own tests as what is locked (TST-01, TST-02, TST-05): those that pass N of N times on the untouched
 * code, with the files that they stand in. `shadow` gets the lock and runs nothing itself.
 *
 * @throws {BaselineFailed} when they cannot be run, none of them passes, or they reach too little of the code
 */
export const recordAsserted = async (
  context: ExecutionContext,
  shadow: Shadow,
  plan: TestPlan,
): Promise<AssertedBaseline> => {
  const found = await findOwnTests(shadow);
  const { tests: own, needs } = found;
  if (own !== null && needs !== null) context.tell(notRun(found));
  if (own === null)
    throw failing(
      `OWN_TESTS_NOT_RUNNABLE: ${needs === null ? 'the project ships no tests that can be run here' : `the project's own tests need ${needs}`}${INSTEAD}`,
    );
  for (const file of plan.files) await placeTestFile(shadow.root, file);
  const files = await ownTestHashes(shadow.root, own, plan);
  const seen: Seen[] = [];
  for (let run = 0; run < RUNS; run += 1) seen.push(await runOnce(context, own, files, plan.modules));
  const last = seen.at(-1);
  const { kept, left } = agreementOf(seen.map(({ tests }) => tests));
  if (last === undefined || kept.length === 0) {
    const said = (last?.tests ?? []).map(({ excerpt }) => excerpt ?? '').join('\n');
    throw failing(
      `OWN_TESTS_FAIL: the project's own tests (${own.name}) ${failedFor(said)}${INSTEAD}`,
      last?.tests,
    );
  }
  const text = assertedText({
    files,
    tests: kept.map(({ name }) => name),
    left: left.map(({ name }) => name),
    unreached: unreachedInAny(seen.map(({ unreached }) => unreached)),
  });
  await writeFile(join(shadow.root, SNAPSHOTS), text);
  const { coverage } = last;
  const baseline: Baseline = {
    recorded: kept.length + left.length,
    kept: kept.length,
    quarantined: left,
    runs: RUNS,
    coverage,
    gaps: [],
    lockedHashes: await hashTests(shadow.root),
    report: { tests: kept, counts: countTests(kept) },
    runMs: Math.max(...seen.map(({ ms }) => ms)),
  };
  const little = tooLittleCovered(coverage, "the project's own tests reach");
  if (little !== null) throw new BaselineFailed(little + INSTEAD, baseline.report, baseline);
  const whole = kept.map(({ name }) => name).filter((name) => last.whole.includes(name));
  return { ...baseline, files: Object.keys(files).length, whole };
};
