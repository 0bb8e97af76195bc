import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reachedLess, type Unreached, unreachedIn, unreachedInAny } from './unreached.ts';

const range = (startOffset: number, endOffset: number, count: number) => ({ startOffset, endOffset, count });

it('[TST-02] reads what no process of a run came to, whatever V8 nests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'iama-counts-'));
  const write = (name: string, ranges: readonly object[]): void => {
    const functions = [{ functionName: '', isBlockCoverage: true, ranges }];
    writeFileSync(
      join(folder, name),
      JSON.stringify({ result: [{ url: 'file:///p/test/a.js', functions }] }),
    );
  };
  try {
    write('one.json', [range(0, 100, 1), range(10, 50, 0), range(20, 30, 2), range(60, 70, 0)]);
    expect(unreachedIn(folder, '/p', ['test/a.js', 'test/b.js'])).toEqual({
      'test/a.js': [
        [10, 20],
        [30, 50],
        [60, 70],
      ],
    });
    write('two.json', [range(0, 100, 1), range(40, 65, 0)]);
    expect(unreachedIn(folder, '/p', ['test/a.js'])['test/a.js']).toEqual([
      [40, 50],
      [60, 65],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('[TST-02] [TST-05] holds what every run came to, and finds what does not run after a change', () => {
  const held = unreachedInAny([
    { a: [[10, 20]], b: [] },
    { a: [[20, 30]], c: [] },
  ]);
  expect(held).toEqual({ a: [[10, 30]] });
  const names = (now: Unreached) => reachedLess(held, now).map(({ name, status }) => [name, status]);
  expect(names({ a: [[12, 28]] })).toEqual([]);
  expect(names({ a: [[12, 31]] })).toEqual([['a runs as far as before', 'FAILED']]);
  expect(names({})).toEqual([['a runs as far as before', 'FAILED']]);
});
