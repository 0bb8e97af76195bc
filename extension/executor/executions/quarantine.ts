import type { TestResult } from '../../../domain/patching/test-report.ts';
import type { BaselineReport } from './baseline-report.ts';
import { caseLabel } from './case-labels.ts';

/** How the package's own tests are named in reports; they are one test. */
export const ownTestsName = (command: string): string => `the package's own tests (${command})`;

/** Every test that can be set aside, by the label that stands for it in events: the recorded ones and the package's own. */
const byLabel = ({ report, own_tests }: BaselineReport): ReadonlyMap<string, string> =>
  new Map([
    ...report.tests.map(({ name }, index) => [caseLabel(name, index), name] as const),
    ...(own_tests === null ? [] : [[ownTestsName(own_tests.name), ownTestsName(own_tests.name)] as const]),
  ]);

/** Names of the tests behind the labels; a label of another baseline stands for none (TST-04). */
export const namesOf = (labels: readonly string[], baseline: BaselineReport | null): ReadonlySet<string> => {
  // Without a baseline only the package's own tests run, whose name is their label.
  if (baseline === null) return new Set(labels);
  const names = byLabel(baseline);
  return new Set(labels.flatMap((label) => names.get(label) ?? []));
};

/** Labels of the tests that ran out of time; a run that did not end as a whole is none of them. */
export const timedOutLabels = (
  tests: readonly Pick<TestResult, 'name' | 'status'>[],
  baseline: BaselineReport | null,
): readonly string[] => {
  const late = new Set(tests.filter(({ status }) => status === 'TIMEOUT').map(({ name }) => name));
  if (baseline === null) return [...late];
  return [...byLabel(baseline)].filter(([, name]) => late.has(name)).map(([label]) => label);
};
