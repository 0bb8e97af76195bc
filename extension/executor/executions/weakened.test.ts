import { expect, it } from 'vitest';
import { isTestFile } from './weakened.ts';

it('[TST-02] counts what tests compare with as theirs, wherever it lies', () => {
  const theirs = [
    'lib/__snapshots__/a.test.js.snap',
    'lib/a.test.js.snapshot',
    'tap-snapshots/a.cjs',
    'fixtures/in.txt',
    'lib/__fixtures__/in.json',
  ];
  expect(theirs.filter((path) => !isTestFile(path))).toEqual([]);
  expect(['lib/snapshot.js', 'lib/fixtures.js', 'lib/testing.js'].filter(isTestFile)).toEqual([]);
});
