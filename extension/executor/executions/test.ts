import type { Delivery } from '../../../domain/patching/delivery.ts';
import type { PatchSet } from '../../../domain/patching/edit.ts';
import type { EditOutcome } from '../../../domain/patching/outcome.ts';
import { failureFingerprint } from '../../../domain/patching/test-report.ts';
import type { Outcome } from '../api/wire.ts';
import { TestsWeakened } from '../test-run/test-files.ts';
import { asReason, plural, someOf } from '../words.ts';
import { sha256 } from '../workspace/collect.ts';
import type { Shadow } from '../workspace/shadow.ts';
import { readPatch, readTestPlan, toBytes } from './artifacts.ts';
import { type BaselineReport, readBaselineReport } from './baseline-report.ts';
import { type Execute, type ExecutionContext, required } from './execution.ts';
import { findOwnTests } from './own-tests.ts';
import { isProven, type Proof, placeLocked, prove } from './prove.ts';
import { timedOutLabels } from './quarantine.ts';
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

/** Errors of the type check have a fingerprint of their own, which does not move with the lines. */
const fingerprintOf = ({ report, strictErrors, timedOut }: Proof): string => {
  if (strictErrors.length === 0 && !timedOut) return failureFingerprint(report, sha256);
  const errors = strictErrors.map(({ path, code, reason }) => JSON.stringify([path, code, reason]));
  return sha256([timedOut ? 'build timed out' : 'types', ...new Set(errors)].sort().join('\n'));
};

const outcomeOf = async (
  context: ExecutionContext,
  proof: Proof,
  delivery: Delivery,
  edits: readonly EditOutcome[],
  guard: BaselineReport | null,
): Promise<Outcome> => {
  const { report, hashes, strictErrors, timedOut } = proof;
  const counts = countsOf(report);
  const { failed, timed_out } = counts;
  const fingerprint = isProven(proof, guard) ? null : fingerprintOf(proof);
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
    timed_out_tests: [...timedOutLabels(report.tests, guard)],
    test_hashes: hashes,
  };
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
  const { tests: own } = await findOwnTests(shadow);
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
    const written = delivery.files.flatMap(({ to, after }) => (after === null ? [] : [to]));
    const proof = await prove(context, shadow, written, own, guard);
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
