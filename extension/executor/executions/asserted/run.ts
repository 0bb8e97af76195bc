import { realpathSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestResult } from '../../../../domain/patching/test-report.ts';
import { nativeRunner } from '../../native-runner/runner.ts';
import { parseNodeTestReport } from '../../test-run/node-test-report.ts';
import { type FileRun, runReported } from '../../test-run/run-tests.ts';
import { withoutSecrets } from '../../workspace/redact.ts';
import type { Shadow } from '../../workspace/shadow.ts';
import { asTest, endOf, type OwnTests } from '../own-tests.ts';

/**
 * One run of the project's own tests. `whole`: commands that count as one test each, since they do not tell theirs; `ms`: from
 * the start of the first command to the end of the last.
 */
export type AssertedRun = Readonly<{
  tests: readonly TestResult[];
  whole: readonly string[];
  timedOut: boolean;
  ms: number;
}>;

export type AssertedOptions = Readonly<{
  /** Of each command. */
  timeoutMs: () => number;
  signal: AbortSignal;
  /** Commands that are not run: the person set them aside. */
  without?: ReadonlySet<string>;
}>;

/** Where V8 writes its counts, relative to the shadow. */
export const COVERAGE = '.iama/run/coverage';

/** A command as a test: what stands for tests that are not told one by one. */
const commandName = ({ name, commands }: OwnTests, index: number): string =>
  commands.length === 1 ? name : `${name}, command ${index + 1} of ${commands.length}`;

const REPORTER = /^--test-reporter(?:-destination)?(?:=|$)/u;

/** The report is ours alone: Node wants a destination for each reporter. */
export const withoutReporters = (args: readonly string[]): readonly string[] =>
  args.filter((arg, index) => {
    const before = args[index - 1] ?? '';
    return !REPORTER.test(arg) && !(REPORTER.test(before) && !before.includes('='));
  });

/** Names that repeat are told apart by their place, so that none of them can go missing behind another. */
export const numberedNames = (names: readonly string[]): readonly string[] => {
  const times = new Map<string, number>();
  return names.map((name) => {
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return time === 1 ? name : `${name} (${time})`;
  });
};

const asOneTest = (name: string, run: FileRun, root: string): TestResult => {
  const status = run.timedOut ? 'TIMEOUT' : run.exitCode === 0 ? 'PASSED' : 'FAILED';
  return asTest(name, status, status === 'PASSED' ? null : endOf(run, root));
};

/** What a command came to: its tests one by one where they are tests of node:test, else itself as one test. */
export const resultsOf = (
  name: string,
  run: FileRun,
  root: string,
  isOnly: boolean,
): readonly TestResult[] => {
  if (run.report === '') return [asOneTest(name, run, root)];
  const { tests } = parseNodeTestReport(run.report, root, run, 0, 'IN_FILE');
  return isOnly ? tests : tests.map((test) => ({ ...test, name: `${name} > ${test.name}` }));
};

/** Runs the project's own tests once in a shadow, whatever a test before came to. */
export const runAsserted = async (
  shadow: Shadow,
  own: OwnTests,
  { timeoutMs, signal, without = new Set() }: AssertedOptions,
): Promise<AssertedRun> => {
  const root = realpathSync(shadow.root);
  // A test that ends its process hard leaves no counts, and no folder of them.
  await mkdir(join(root, COVERAGE), { recursive: true });
  const env = { NODE_V8_COVERAGE: join(root, COVERAGE) };
  const began = performance.now();
  const tests: TestResult[] = [];
  const whole: string[] = [];
  let timedOut = false;
  for (const [index, args] of own.commands.entries()) {
    const name = commandName(own, index);
    if (without.has(name)) continue;
    const run = await runReported(
      {
        workspaceRoot: root,
        nodePath: process.execPath,
        timeoutMs: timeoutMs(),
        spawn: nativeRunner(shadow, signal),
      },
      withoutReporters(args),
      env,
    );
    timedOut ||= run.timedOut;
    if (run.report === '') whole.push(name);
    tests.push(...resultsOf(name, run, root, own.commands.length === 1));
  }
  const ms = Math.round(performance.now() - began);
  // Names may be made at run time; one that holds a secret stays on this machine (CTX-02).
  const names = await withoutSecrets(tests.map(({ name }) => name));
  const numbered = numberedNames(names);
  return {
    tests: tests.map((test, index) => ({ ...test, name: numbered[index] ?? test.name })),
    whole,
    timedOut,
    ms,
  };
};
