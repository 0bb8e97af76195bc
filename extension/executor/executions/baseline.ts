import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef, Outcome } from '../api/wire.ts';
import { nativeRunner } from '../native-runner/runner.ts';
import { type Baseline, BaselineFailed, recordBaseline } from '../test-run/record-baseline.ts';
import { SNAPSHOTS } from '../test-run/test-files.ts';
import { withinTime } from '../test-run/within-time.ts';
import { asReason, withoutCode } from '../words.ts';
import { redacted } from '../workspace/redact.ts';
import type { Shadow } from '../workspace/shadow.ts';
import { readTestPlan, type TestPlan, toBytes } from './artifacts.ts';
import { recordAsserted } from './asserted/baseline.ts';
import { assertedIn } from './asserted/lock.ts';
import { ownTestsOnBase } from './base-own-tests.ts';
import { baselineReportBytes } from './baseline-report.ts';
import { caseLabel, caseReason } from './case-labels.ts';
import { type Execute, type ExecutionContext, required } from './execution.ts';
import { limitOf, recordingLimit } from './limits.ts';
import { inShadow, tellKeptBack } from './shadow-base.ts';
import { tellAsserted, tellCoverage, tellingRuns, tellRecorded } from './tell-baseline.ts';

/** Uploads what was recorded, with which tests of later runs are compared. */
const uploadBaseline = async (
  context: ExecutionContext,
  shadow: Shadow,
  baseline: Baseline,
): Promise<ArtifactRef> => {
  const snapshots = await readFile(join(shadow.root, SNAPSHOTS), 'utf8');
  const isAsserted = assertedIn(snapshots) !== null;
  return context.upload(
    'BASELINE_REPORT',
    baselineReportBytes({
      schema: 'iama.baseline/1',
      report: { ...baseline.report, tests: [...baseline.report.tests] },
      snapshots,
      quarantined: [...baseline.quarantined],
      coverage: baseline.coverage,
      gaps: [...baseline.gaps],
      locked_hashes: { ...baseline.lockedHashes },
      run_ms: baseline.runMs,
      // Where they are the locked tests they need not be run beside them.
      own_tests: isAsserted ? null : await ownTestsOnBase(context),
    }),
  );
};

/** What could be recorded is kept where it repeats: if the person overrides the baseline, it still guards the work. */
const failed = async (
  context: ExecutionContext,
  shadow: Shadow,
  { message, report, recorded }: BaselineFailed,
): Promise<Outcome> => {
  const tests = await redacted(report.tests);
  const failing = tests.flatMap(({ status, name }, index) =>
    status === 'FAILED' || status === 'TIMEOUT' ? [caseLabel(name, index)] : [],
  );
  context.tell(
    `The tests could not be proven on the untouched code: ${withoutCode(message)}.`,
    tests.find(({ excerpt }) => excerpt !== null)?.excerpt ?? undefined,
  );
  const { timedOut, failed: wrong } = report.counts;
  return {
    kind: 'BASELINE',
    status: 'FAILED',
    report:
      recorded === null
        ? await context.upload('TEST_REPORT', toBytes({ schema: 'iama.test-report/1', ...report, tests }))
        : await uploadBaseline(context, shadow, recorded),
    reason: asReason(message),
    failure_class: timedOut > 0 && wrong === 0 ? 'TIMEOUT_EXECUTION' : 'LOGIC_FAILURE',
    failing_tests: failing,
    locked_hashes: recorded?.lockedHashes ?? {},
  };
};

/** Records what the untouched code does (TST-01, CHARACTERISATION and BLACK_BOX). */
const recordBehaviour = async (
  context: ExecutionContext,
  shadow: Shadow,
  plan: TestPlan,
): Promise<Baseline> => {
  context.tell('Recording what the untouched code does, in a private copy of the project.');
  const baseline = await recordBaseline({
    workspaceRoot: shadow.root,
    nodePath: process.execPath,
    timeoutMs: limitOf(context, recordingLimit()),
    env: {},
    spawn: withinTime(nativeRunner(shadow, context.signal), context.timeLeft),
    testFiles: plan.files,
    modules: plan.modules,
    strict: plan.strict,
    onRun: tellingRuns(context.tell, Date.now),
  });
  tellRecorded(context.tell, baseline);
  return baseline;
};

/** Takes the project's own tests as the proof (TST-01, ASSERTION). */
const takeOwnTests = async (context: ExecutionContext, shadow: Shadow, plan: TestPlan): Promise<Baseline> => {
  context.tell("Running the project's own tests on the untouched code, in private copies of the project.");
  const baseline = await recordAsserted(context, shadow, plan);
  tellAsserted(context.tell, baseline);
  return baseline;
};

const record = async (context: ExecutionContext, shadow: Shadow): Promise<Outcome> => {
  const plan = readTestPlan(await required(context, 'TEST_PLAN'));
  tellKeptBack(context, shadow);
  const baseline = await (plan.mode === 'ASSERTION' ? takeOwnTests : recordBehaviour)(context, shadow, plan);
  tellCoverage(context.tell, baseline);
  const { branches, functions, lines } = baseline.coverage;
  return {
    kind: 'BASELINE',
    status: 'PASSED',
    report: await uploadBaseline(context, shadow, baseline),
    recorded: baseline.recorded,
    kept: baseline.kept,
    quarantined: baseline.quarantined.map(({ name, why }, index) => ({
      name: caseLabel(name, index),
      why: caseReason(why),
    })),
    runs: baseline.runs,
    coverage: { branches, functions, lines },
    locked_hashes: baseline.lockedHashes,
  };
};

/** Proves the tests of the plan on the untouched code and locks them (TST-02, TST-05). */
export const executeBaseline: Execute = (context) =>
  inShadow(context, async (shadow) => {
    try {
      return await record(context, shadow);
    } catch (error) {
      if (error instanceof BaselineFailed) return await failed(context, shadow, error);
      throw error;
    }
  });
