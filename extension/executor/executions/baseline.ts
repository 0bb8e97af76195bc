import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef, Outcome } from '../api/wire.ts';
import { nativeRunner } from '../native-runner/runner.ts';
import { type Baseline, BaselineFailed, recordBaseline } from '../test-run/record-baseline.ts';
import { SNAPSHOTS } from '../test-run/test-files.ts';
import { withinTime } from '../test-run/within-time.ts';
import { asReason, plural, withoutCode } from '../words.ts';
import { redacted } from '../workspace/redact.ts';
import type { Shadow } from '../workspace/shadow.ts';
import { readTestPlan, toBytes } from './artifacts.ts';
import { ownTestsOnBase } from './base-own-tests.ts';
import { baselineReportBytes } from './baseline-report.ts';
import { caseLabel, caseReason } from './case-labels.ts';
import { type Execute, type ExecutionContext, required } from './execution.ts';
import { limitOf, recordingLimit } from './limits.ts';
import { inShadow, tellKeptBack } from './shadow-base.ts';

const percent = ({ covered, total }: Readonly<{ covered: number; total: number }>): number =>
  total === 0 ? 100 : Math.round((100 * covered) / total);

const SHOWN = 3;
const SHOWN_LENGTH = 90;

const shortList = (names: readonly string[]): string =>
  names
    .slice(0, SHOWN)
    .map((name) => (name.length > SHOWN_LENGTH ? `${name.slice(0, SHOWN_LENGTH)}…` : name))
    .join(', ') + (names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '');

const tellBaseline = ({ tell }: ExecutionContext, baseline: Baseline): void => {
  const { recorded, kept, quarantined, gaps, runs, coverage } = baseline;
  tell(
    `Recorded ${plural(recorded, 'behaviour')} of the untouched code; ${kept} gave the same result in ${runs} of ${runs} runs.`,
  );
  if (quarantined.length > 0)
    tell(
      `${plural(quarantined.length, 'call is', 'calls are')} set aside, because ${quarantined.length === 1 ? 'it' : 'they'} cannot be repeated, would reach outside or hold a secret.`,
      `They are: ${shortList(quarantined.map(({ name }) => name))}.`,
    );
  if (gaps.length > 0)
    tell(
      `${plural(gaps.length, 'export is', 'exports are')} not proven, because no recorded call shows what ${gaps.length === 1 ? 'it gives' : 'they give'}.`,
      `They are: ${shortList(gaps.map(({ name, why }) => `${name} (${why})`))}.`,
    );
  tell(
    `The tests reach ${percent(coverage.branches)}% of the branches and ${percent(coverage.lines)}% of the lines.`,
  );
};

/** Uploads what was recorded, with which tests of later runs are compared. */
const uploadBaseline = async (
  context: ExecutionContext,
  shadow: Shadow,
  baseline: Baseline,
): Promise<ArtifactRef> =>
  context.upload(
    'BASELINE_REPORT',
    baselineReportBytes({
      schema: 'iama.baseline/1',
      report: { ...baseline.report, tests: [...baseline.report.tests] },
      snapshots: await readFile(join(shadow.root, SNAPSHOTS), 'utf8'),
      quarantined: [...baseline.quarantined],
      coverage: baseline.coverage,
      gaps: [...baseline.gaps],
      locked_hashes: { ...baseline.lockedHashes },
      run_ms: baseline.runMs,
      own_tests: await ownTestsOnBase(context),
    }),
  );

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
    `The untouched code could not be characterised: ${withoutCode(message)}.`,
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

const record = async (context: ExecutionContext, shadow: Shadow): Promise<Outcome> => {
  const plan = readTestPlan(await required(context, 'TEST_PLAN'));
  tellKeptBack(context, shadow);
  context.tell('Recording what the untouched code does, in a private copy of the project.');
  const baseline = await recordBaseline({
    workspaceRoot: shadow.root,
    nodePath: process.execPath,
    timeoutMs: limitOf(context, recordingLimit()),
    env: {},
    spawn: withinTime(nativeRunner(shadow, context.signal), context.timeLeft),
    testFiles: plan.files,
    modules: plan.modules,
  });
  tellBaseline(context, baseline);
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

/** Proves the generated tests on the untouched code and locks them (TST-02, TST-05). */
export const executeBaseline: Execute = (context) =>
  inShadow(context, async (shadow) => {
    try {
      return await record(context, shadow);
    } catch (error) {
      if (error instanceof BaselineFailed) return await failed(context, shadow, error);
      throw error;
    }
  });
