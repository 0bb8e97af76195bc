import { join } from 'node:path';
import { countTests } from '../../../../domain/patching/test-report.ts';
import type { LockedRun } from '../../test-run/run-tests.ts';
import { hashTests, requireLocked } from '../../test-run/test-files.ts';
import type { Shadow } from '../../workspace/shadow.ts';
import type { BaselineReport } from '../baseline-report.ts';
import type { ExecutionContext } from '../execution.ts';
import { limitOf, testFileLimit } from '../limits.ts';
import type { OwnTests } from '../own-tests.ts';
import { judgedBy } from './agreement.ts';
import { type AssertedTests, requireOwnTests } from './lock.ts';
import { COVERAGE, runAsserted } from './run.ts';
import { reachedLess, unreachedIn } from './unreached.ts';

/**
 * Runs the locked tests of the project's own, now on the refactored and built code. What is run was found before the patch:
 * a patch has no say in it.
 *
 * @throws {TestsWeakened} when a file of theirs, or the lock, is not the one of the baseline, before or after the run
 */
export const proveAsserted = async (
  context: ExecutionContext,
  shadow: Shadow,
  {
    own,
    asserted,
    baseline,
    quarantined,
  }: Readonly<{
    own: OwnTests | null;
    asserted: AssertedTests;
    baseline: BaselineReport;
    quarantined: ReadonlySet<string>;
  }>,
): Promise<LockedRun> => {
  const requireAll = async (): Promise<void> => {
    await requireLocked(shadow.root, baseline.locked_hashes);
    await requireOwnTests(shadow.root, asserted.files);
  };
  await requireAll();
  const run =
    own === null
      ? { tests: [], timedOut: false }
      : await runAsserted(shadow, own, {
          timeoutMs: () => limitOf(context, testFileLimit(baseline.run_ms) * 2),
          signal: context.signal,
          without: quarantined,
        });
  await requireAll();
  const judged = judgedBy(asserted, run, quarantined);
  // What was set aside or had no time comes to less, and that is no finding.
  const isWhole = own !== null && !run.timedOut && quarantined.size === 0;
  const paths = Object.keys(asserted.unreached);
  const less = isWhole
    ? reachedLess(asserted.unreached, unreachedIn(join(shadow.root, COVERAGE), shadow.root, paths))
    : [];
  const tests = [...judged, ...less];
  return { report: { tests, counts: countTests(tests) }, testHashes: await hashTests(shadow.root) };
};
