import { describe, expect, it } from 'vitest';
import { selectCases } from './select.mjs';

const PLENTY = { cases: 100, text: 100_000 };

/** Cases `c0`, `c1`, ... of one export, each with the marks of its way; the result is the first of them. */
const select = (
  ways: readonly (readonly (string | number)[])[],
  most: Readonly<{ cases: number; text: number }>,
  category = 'inputs',
): readonly string[] => {
  const ids = ways.map((_, at) => `c${at}`);
  const group = {
    module: 'index.js',
    path: [],
    category,
    keep: ways.length,
    cases: ids.map((id) => ({ id })),
  };
  const results = new Map(ids.map((id, at) => [id, { call: id, result: `→ ${ways[at]?.[0]}` }]));
  return [...selectCases([group], results, new Map(ids.map((id, at) => [id, ways[at] ?? []])), most)];
};

describe('selectCases', () => {
  it('[TST-01] keeps no more than may stay, and of them every decision before what is only rare', () => {
    const same = Array.from({ length: 30 }, () => [2]);
    expect(select([...same, [3], [2, 5]], { ...PLENTY, cases: 3 })).toEqual(['c0', 'c30', 'c31']);
    expect(select([...same, [3], [2, 5]], { ...PLENTY, cases: 10 })).toHaveLength(10);
  });

  it('[TST-01] keeps a decision before a case that only comes nearer to one', () => {
    expect(select([[2, '1~1'], [2, '1~2'], [3]], { ...PLENTY, cases: 2 })).toEqual(['c0', 'c2']);
    expect(select([[2, '1~1'], [2, '1~2'], [2, '1~2'], [3]], { ...PLENTY, cases: 3 })).toEqual([
      'c0',
      'c3',
      'c1',
    ]);
  });

  it('[TST-01] keeps the documented examples before what is only near or rare', () => {
    expect(select([[2], [2], [2, '1~2']], { ...PLENTY, cases: 2 }, 'examples')).toEqual(['c0', 'c1']);
  });

  it('[TST-01] keeps no more text than the snapshot may hold', () => {
    const many = Array.from({ length: 50 }, (_, at) => [at]);
    const kept = select(many, { cases: 100, text: 400 });
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.length).toBeLessThan(20);
  });
});
