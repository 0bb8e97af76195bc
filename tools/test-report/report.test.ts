import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failedFiles, failuresOf, type TestReport, withSecond } from './report.ts';

const file = (name: string, ...statuses: string[]): TestReport['testResults'][number] => ({
  name: join(process.cwd(), name),
  status: statuses.includes('failed') || statuses.length === 0 ? 'failed' : 'passed',
  message: 'SyntaxError: no',
  assertionResults: statuses.map((status, n) => ({
    fullName: `test ${n}`,
    status,
    failureMessages:
      status === 'failed' ? ['Error: because\n  at file:///node_modules/runner.js:1\n  at here'] : [],
  })),
});
const reportOf = (...testResults: TestReport['testResults']): TestReport => ({
  success: testResults.every(({ status }) => status === 'passed'),
  numPassedTests: 0,
  numFailedTests: 0,
  testResults,
});

describe('the report of a run', () => {
  it('names each failed test with its reason, and a file that could not be read', () => {
    const report = reportOf(
      file('a.test.ts', 'passed', 'failed'),
      file('b.test.ts', 'passed'),
      file('c.test.ts'),
    );
    expect(failedFiles(report)).toEqual(['a.test.ts', 'c.test.ts']);
    expect(failuresOf(report)).toEqual([
      'a.test.ts: test 1\n    Error: because\n      at here',
      'c.test.ts: could not be read\n    SyntaxError: no',
    ]);
  });

  it('counts what became of a file when it was run again, and nothing of it twice', () => {
    const first = reportOf(file('a.test.ts', 'passed', 'failed'), file('b.test.ts', 'passed', 'skipped'));
    expect(withSecond(first, reportOf(file('a.test.ts', 'passed', 'passed')))).toMatchObject({
      success: true,
      numPassedTests: 3,
      numFailedTests: 0,
    });
    expect(withSecond(first, reportOf(file('a.test.ts', 'failed', 'passed')))).toMatchObject({
      success: false,
      numPassedTests: 2,
      numFailedTests: 1,
    });
  });

  it('is not taken for good where another file failed that was not run again, or the second run itself failed', () => {
    const first = reportOf(file('a.test.ts', 'failed'), file('b.test.ts', 'failed'));
    expect(withSecond(first, reportOf(file('a.test.ts', 'passed'))).success).toBe(false);
    const broken = { ...reportOf(file('a.test.ts', 'passed')), success: false };
    expect(withSecond(reportOf(file('a.test.ts', 'failed')), broken).success).toBe(false);
  });
});
