import { expect, it } from 'vitest';
import { numberedNames, resultsOf, withoutReporters } from './run.ts';

const ended = { report: '', exitCode: 0, timedOut: false, stdout: '', stderr: '' };

it('[TST-01] takes a command that is no test of node:test as one test', () => {
  expect(resultsOf('npm test', ended, '/p', true)).toMatchObject([{ name: 'npm test', status: 'PASSED' }]);
  const failed = { ...ended, exitCode: 1, stdout: 'at /p/index.js:1', stderr: 'broken' };
  expect(resultsOf('npm test', failed, '/p', true)).toMatchObject([
    { status: 'FAILED', excerpt: 'at ./index.js:1\nbroken' },
  ]);
  const late = { ...ended, exitCode: null, timedOut: true };
  expect(resultsOf('npm test', late, '/p', true)).toMatchObject([{ status: 'TIMEOUT' }]);
});

it('[TST-01] names tests by file, and by command where there are several', () => {
  const line = (fields: object) => `${JSON.stringify(fields)}\n`;
  const passed = { type: 'pass', nesting: 0, suite: false, skipped: false, todo: false };
  const report =
    line({ type: 'start', name: 'adds', nesting: 0 }) +
    line({ ...passed, name: 'adds', file: '/p/test/a.js' }) +
    line({ type: 'start', name: 'test/plain.js', nesting: 0 }) +
    line({ ...passed, name: 'test/plain.js', file: '/p/test/plain.js' }) +
    line({ type: 'end', success: true });
  const names = (isOnly: boolean) =>
    resultsOf('command 2', { ...ended, report }, '/p', isOnly).map(({ name }) => name);
  expect(names(true)).toEqual(['test/a.js > adds', 'test/plain.js']);
  expect(names(false)).toEqual(['command 2 > test/a.js > adds', 'command 2 > test/plain.js']);
});

it('[TST-01] leaves the reporters of the project out, since each wants a destination', () => {
  expect(
    withoutReporters([
      '--test',
      '--test-reporter=spec',
      '--test-reporter-destination',
      'out.txt',
      '--test-reporter',
      'tap',
      'test/',
    ]),
  ).toEqual(['--test', 'test/']);
});

it('[TST-02] tells tests of one name apart, so that none goes missing behind another', () => {
  expect(numberedNames(['adds', 'cuts', 'adds'])).toEqual(['adds', 'cuts', 'adds (2)']);
});
