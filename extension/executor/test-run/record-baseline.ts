/** Records what the untouched code does, keeps what N of N runs agree on, locks it, and measures what it covers (TST-02, TST-05). */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { countTests, type TestReport } from '../../../domain/patching/test-report.ts';
import { otherwiseInStrict, whileStrict } from './as-strict.ts';
import { type Coverage, readCoverage } from './coverage.ts';
import { tooLittleCovered } from './coverage-floor.ts';
import { type ExportGap, exportFloor, gapsOf } from './export-floor.ts';
import { parseNodeTestReport } from './node-test-report.ts';
import { placeTestFile, type SourceText } from './place-test-file.ts';
import { readIfThere, runFile, type TestRunOptions } from './run-tests.ts';
import { leftForSecrets } from './secret-results.ts';
import { formatSnapshots, parseSnapshots, type Snapshots, stableOf } from './snapshots.ts';
import { type Hashes, hashTests, SNAPSHOTS, TEST_FILE } from './test-files.ts';

export type Baseline = Readonly<{
  /** Cases that gave a result in the first run. */
  recorded: number;
  /** Cases that are locked. */
  kept: number;
  quarantined: readonly Readonly<{ name: string; why: string }>[];
  runs: number;
  coverage: Coverage;
  /** Exports of which too little is recorded to notice a change. */
  gaps: readonly ExportGap[];
  lockedHashes: Hashes;
  /** The last run, on the untouched code, against the locked results; all of it passed. */
  report: TestReport;
  /** How long that run took, in milliseconds from the start of its process to its end. */
  runMs: number;
}>;

/** The untouched code could not be characterised: `reason` is a plain sentence, `report` what the last run said. */
export class BaselineFailed extends Error {
  readonly code = 'BASELINE_FAILED';
  readonly report: TestReport;
  /** What was recorded and repeats all the same, though it is too little; null where nothing can be relied on. */
  readonly recorded: Baseline | null;

  constructor(reason: string, report: TestReport, recorded: Baseline | null = null) {
    super(reason);
    this.name = 'BaselineFailed';
    this.report = report;
    this.recorded = recorded;
  }
}

export type BaselineOptions = TestRunOptions &
  Readonly<{
    /** The generated files of the test plan; written below the root before the first run. */
    testFiles: readonly SourceText[];
    /** Modules whose coverage is reported, relative to the root. */
    modules: readonly string[];
    /** Files that will be strict mode code, which may show, as the person accepted; absent: none. */
    strict?: readonly string[];
    /** N: how many times the untouched code is recorded; 3 if absent. */
    runs?: number;
    /** Called after each run of the tests with how many have ended and how many there will be, as far as is known by then. */
    onRun?: (ended: number, of: number) => void;
  }>;

const DEFAULT_RUNS = 3;
/** A run in verification may still disagree with the recordings; then the case goes too and the rest is tried again. */
const MAX_VERIFICATIONS = 3;
const COVERAGE_FOLDER = '.iama/run/coverage';
const RECORDING = '.iama/run/recorded.json';
/** The cases that the first run, which tries all inputs, found worth keeping. */
const CHOSEN = '.iama/run/chosen.json';

/** @throws {BaselineFailed} when nothing or too little could be recorded, or when what was kept does not pass again */
export async function recordBaseline(options: BaselineOptions): Promise<Baseline> {
  const { workspaceRoot, strict = [] } = options;
  const runs = Math.max(1, options.runs ?? DEFAULT_RUNS);
  let ended = 0;
  // One before them that tries all inputs, one in strict mode where that is accepted, and at least one after them that verifies.
  const least = runs + (strict.length > 0 ? 3 : 2);
  const runEnded = (): void => options.onRun?.(++ended, Math.max(least, ended));
  for (const file of options.testFiles) await placeTestFile(workspaceRoot, file);
  const probed = await record(options, { IAMA_MODE: 'probe' });
  runEnded();
  await writeFile(path.join(workspaceRoot, CHOSEN), formatSnapshots(probed));
  const recordings: Snapshots[] = [];
  const recordChosen = async (): Promise<Snapshots> => {
    const chosen = path.join(workspaceRoot, CHOSEN);
    const made = await record(options, { IAMA_MODE: 'record', IAMA_SNAPSHOTS_IN: chosen });
    runEnded();
    return made;
  };
  for (let run = 0; run < runs; run += 1) recordings.push(await recordChosen());
  const accepted =
    strict.length === 0
      ? {}
      : otherwiseInStrict(recordings, await whileStrict(workspaceRoot, strict, recordChosen));
  const left = { ...probed.left, ...accepted, ...(await leftForSecrets([probed, ...recordings])) };
  const recorded = Object.keys(recordings[0]?.results ?? {}).length;
  for (let attempt = 0; attempt < MAX_VERIFICATIONS; attempt += 1) {
    const { kept, quarantined } = stableOf(recordings, left);
    if (Object.keys(kept.results).length === 0)
      throw new BaselineFailed('no behaviour of this package could be recorded', emptyReport());
    const text = formatSnapshots(kept);
    await writeFile(path.join(workspaceRoot, SNAPSHOTS), text);
    const { report, again, runMs } = await verify(options);
    runEnded();
    if (report.counts.passed === report.counts.total) {
      const coverage = readCoverage(
        path.join(workspaceRoot, COVERAGE_FOLDER),
        workspaceRoot,
        options.modules,
      );
      const baseline: Baseline = {
        recorded,
        kept: Object.keys(kept.results).length,
        quarantined,
        runs,
        coverage,
        gaps: gapsOf(again?.subjects ?? [], exportFloor()),
        lockedHashes: await hashTests(workspaceRoot),
        report,
        runMs,
      };
      const little = tooLittleCovered(coverage);
      if (little !== null) throw new BaselineFailed(little, report, baseline);
      return baseline;
    }
    if (again === null || attempt === MAX_VERIFICATIONS - 1)
      throw new BaselineFailed('the recorded behaviour did not repeat', report);
    recordings.push({ ...again, left: { ...kept.left, ...again.left } });
  }
  throw new BaselineFailed('the recorded behaviour did not repeat', emptyReport());
}

const emptyReport = (): TestReport => ({ tests: [], counts: countTests([]) });

async function record(options: BaselineOptions, env: Readonly<Record<string, string>>): Promise<Snapshots> {
  const out = path.join(options.workspaceRoot, RECORDING);
  await rm(out, { force: true });
  const time = { IAMA_RECORD_MS: String(options.timeoutMs) };
  const run = await runFile(options, TEST_FILE, { ...env, ...time, IAMA_SNAPSHOTS_OUT: out });
  const report = parseNodeTestReport(run.report, options.workspaceRoot, run);
  if (report.counts.passed !== report.counts.total)
    throw new BaselineFailed(
      run.timedOut
        ? `recording on the untouched code did not end within ${Math.round(options.timeoutMs / 1_000)} s`
        : 'recording on the untouched code failed',
      report,
    );
  return parseSnapshots(await readFile(out, 'utf8'));
}

async function verify(
  options: BaselineOptions,
): Promise<Readonly<{ report: TestReport; again: Snapshots | null; runMs: number }>> {
  const { workspaceRoot } = options;
  const out = path.join(workspaceRoot, RECORDING);
  const coverage = path.join(workspaceRoot, COVERAGE_FOLDER);
  await rm(out, { force: true });
  await rm(coverage, { recursive: true, force: true });
  const began = performance.now();
  const run = await runFile(options, TEST_FILE, { NODE_V8_COVERAGE: coverage, IAMA_SNAPSHOTS_OUT: out });
  const runMs = Math.round(performance.now() - began);
  const report = parseNodeTestReport(run.report, workspaceRoot, run);
  const text = await readIfThere(out);
  return { report, again: text === '' ? null : parseSnapshots(text), runMs };
}
