import { describe, expect, it } from 'vitest';
import type { TestResult, TestStatus } from '../../../../domain/patching/test-report.ts';
import { caseReason } from '../case-labels.ts';
import { agreementOf, judgedBy } from './agreement.ts';

const test = (name: string, status: TestStatus = 'PASSED'): TestResult => ({
  ...{ name, status, errorClass: null, location: null, excerpt: null, durationMs: 1 },
});
const statusOf = (results: readonly TestResult[]) => results.map(({ name, status }) => `${name} ${status}`);

describe('N of N runs of own tests', () => {
  it('[TST-05] sets a test aside that fails, hangs or is missing in one of the runs, and says so', () => {
    const { kept, left } = agreementOf([
      [test('steady'), test('fails'), test('hangs'), test('comes')],
      [test('steady'), test('fails', 'FAILED'), test('hangs', 'TIMEOUT')],
    ]);
    expect(statusOf(kept)).toEqual(['steady PASSED']);
    const why = '2 runs on the untouched code did not agree';
    expect(left).toEqual(['fails', 'hangs', 'comes'].map((name) => ({ name, why })));
    expect(caseReason(why)).toBe(why);
  });

  it('[TST-05] tells a test that never passes from a flaky one, and leaves out what skips itself', () => {
    const run = [test('never', 'FAILED'), test('skips', 'SKIPPED')];
    expect(agreementOf([run, run])).toEqual({
      kept: [],
      left: [{ name: 'never', why: 'does not pass on the untouched code' }],
    });
    expect(caseReason('does not pass on the untouched code')).toBe('does not pass on the untouched code');
  });

  it('[TST-05] lets two tests of one name stand for each other', () => {
    const run = [test('twice'), test('twice', 'FAILED')];
    expect(agreementOf([run, run]).kept).toEqual([]);
  });
});

describe('own tests after the change', () => {
  const locked = { tests: ['one', 'two'], left: ['flaky'] };
  const judge = (tests: readonly TestResult[], setAside: readonly string[] = [], timedOut = false) =>
    judgedBy(locked, { tests, timedOut }, new Set(setAside));

  it('[TST-02] fails where a locked test fails, is gone or skips itself', () => {
    expect(statusOf(judge([test('one', 'FAILED')]))).toEqual(['one FAILED', 'two FAILED']);
    const [, skipped] = judge([test('one'), test('two', 'SKIPPED')]);
    expect(skipped).toMatchObject({ status: 'FAILED', errorClass: 'TestSkipped' });
  });

  it('[TST-02] fails where something fails that was not there before', () => {
    expect(statusOf(judge([test('one'), test('two'), test('new', 'FAILED'), test('fine')]))).toEqual([
      'one PASSED',
      'two PASSED',
      'new FAILED',
    ]);
  });

  it('[TST-05] does not ask a test that was set aside, by the baseline or by the person', () => {
    expect(statusOf(judge([test('one'), test('two', 'FAILED'), test('flaky', 'FAILED')], ['two']))).toEqual([
      'one PASSED',
      'two SKIPPED',
    ]);
  });

  it('[TST-04] calls it a lack of time where a run was ended before it came to a test', () => {
    expect(statusOf(judge([test('one')], [], true))).toEqual(['one PASSED', 'two TIMEOUT']);
  });
});
