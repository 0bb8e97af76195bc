import { describe, expect, it, vi } from 'vitest';
import { told } from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('what is left when one kind has been told apart', () => {
  it('[LLM-10] is any value where it comes as it is to where any is taken', () => {
    const source = [
      "function json (o) { if (o && typeof o === 'object') { return Object.keys(o).join() } else if (typeof o === 'string') { return o.trim() } else return JSON.stringify(o) }",
      "function sum (o) { return inner('', o) }",
      'function inner (s, v) {',
      "  if (v === null || v === undefined) return s + 'none'",
      "  if (typeof v === 'object' || typeof v === 'function') { return s + Object.keys(v).map(k => inner(k, v[k])).join() }",
      '  return s + v.toString()',
      '}',
      'export = { json, sum }',
    ].join('\n');
    const calls = [
      'f.json(1)',
      'f.json(null)',
      'f.json({ a: 1 })',
      "f.sum('')",
      'f.sum(0)',
      'f.sum(null)',
      'f.sum([1])',
    ];
    expect(told(source, calls)).toEqual({ errors: [], any: 0 });
  });

  it('[LLM-10] is what is asked of it where more is done with it, or with what is refused', () => {
    const source = [
      "function cut (o) { if (typeof o === 'object') { return Object.keys(o).join() } return o.trim() }",
      "function hard (o) { if (typeof o === 'object') { return Object.keys(o).join() } throw new Error(String(o)) }",
      'export = { cut, hard }',
    ].join('\n');
    const { errors } = told(source, ["f.cut('a')", 'f.cut({ a: 1 })', 'f.hard({})', 'f.cut(1)', 'f.hard(1)']);
    expect(errors).toEqual([
      expect.stringMatching(/^void f\.cut\(1\)/),
      expect.stringMatching(/^void f\.hard\(1\)/),
    ]);
  });

  it('[LLM-10] are names of entries of any kind where a callback is handed one', () => {
    const source =
      'export = function (fn) { const c = {}; return function (k) { return k in c ? c[k] : (c[k] = fn(k)) } }';
    const calls = ["f((k: string) => k.length)('a')", 'f((k: number) => k)(1)'];
    expect(told(source, calls)).toEqual({ errors: [], any: 1 });
  });
});
