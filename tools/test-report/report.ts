import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** Where `npm test` leaves what became of each test. */
export const REPORT = '.trace/vitest.json';

type Assertion = Readonly<{ fullName: string; status: string; failureMessages?: readonly string[] }>;

/** One file of tests. `message`: why it could not even be read. */
type FileReport = Readonly<{
  name: string;
  status: string;
  message?: string;
  assertionResults: readonly Assertion[];
}>;

/** Of Vitest's JSON reporter, what is read here. */
export type TestReport = Readonly<{
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  testResults: readonly FileReport[];
}>;

export const readReport = (path = REPORT): TestReport => JSON.parse(readFileSync(path, 'utf8')) as TestReport;

const isFailed = ({ status, assertionResults }: FileReport): boolean =>
  status === 'failed' || assertionResults.some((test) => test.status === 'failed');

/** Relative to the working directory. */
export const failedFiles = ({ testResults }: TestReport): readonly string[] =>
  testResults.filter(isFailed).map(({ name }) => relative(process.cwd(), name));

const LINES_OF_REASON = 6;
/** Frames of the test runner tell nothing. */
const gist = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.includes('node_modules'))
    .slice(0, LINES_OF_REASON)
    .map((line) => `    ${line}`)
    .join('\n');

/** Each failed test with its file and the beginning of its reason. */
export const failuresOf = ({ testResults }: TestReport): readonly string[] =>
  testResults.filter(isFailed).flatMap(({ name, message, assertionResults }) => {
    const file = relative(process.cwd(), name);
    const tests = assertionResults
      .filter(({ status }) => status === 'failed')
      .map(
        ({ fullName, failureMessages }) =>
          `${file}: ${fullName}\n${gist((failureMessages ?? []).join('\n'))}`,
      );
    return tests.length > 0 ? tests : [`${file}: could not be read\n${gist(message ?? '')}`];
  });

const count = (files: readonly FileReport[], status: string): number =>
  files.flatMap(({ assertionResults }) => assertionResults).filter((test) => test.status === status).length;

/** `first`, with what became of the files that were run again. */
export const withSecond = (first: TestReport, second: TestReport): TestReport => {
  const again = new Set(second.testResults.map(({ name }) => name));
  const testResults = [...first.testResults.filter(({ name }) => !again.has(name)), ...second.testResults];
  return {
    success: second.success && !testResults.some(isFailed),
    numPassedTests: count(testResults, 'passed'),
    numFailedTests: count(testResults, 'failed'),
    testResults,
  };
};
