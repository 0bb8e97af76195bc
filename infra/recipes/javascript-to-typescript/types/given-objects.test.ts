import { describe, expect, it, vi } from 'vitest';
import { told } from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('objects that callers make', () => {
  it.each([
    [
      'trees with empty places',
      'export = function depth (node) { if (node === null) return 0; return 1 + Math.max(depth(node.left), depth(node.right)) }\n',
      ['f({ left: null, right: { left: null, right: null } }).toFixed()'],
    ],
    [
      'trees whose leaves have more',
      'export = function depth (node) { let d = 0; for (const c of node.children) d = Math.max(d, depth(c)); return d + 1 }\n',
      ["f({ children: [{ children: [], name: 'x' }] }).toFixed()"],
    ],
    [
      'objects with other names than are written',
      'export = function set (o) { o.a = 1; o.b = 2; return o }\n',
      ['f({ c: 1 })', 'f({})', 'f(new (class { c = 1 })())', 'f({}).a'],
    ],
    [
      'objects without what is written before it is read',
      'export = function go (o) { o.count = 0; o.list = []; o.list.push(1); return o.count }\n',
      ['f({}).toFixed()', 'f({ count: 1 })', 'f({ other: 1 })'],
    ],
    [
      'options without what is written before it is read',
      'export = function go (o) { o = o || {}; o.list = []; o.list.push(1); return o.list.length + o.size * 2 }\n',
      ['f({ size: 1 }).toFixed()'],
    ],
  ])('[LLM-10] may be %s', (_, source, calls) => {
    expect(told(source, calls)).toEqual({ errors: [], any: 0 });
  });

  it.each([
    [
      'export = function go (o) { helper(o); o.count = 0; return o.count }\nfunction helper (o) { return o.count * 2 }\n',
      'f({})',
      /missing|not assignable/,
    ],
    [
      'export = function go (o) { if (o.a) { o.count = 0 } return o.count * 2 }\n',
      "f({ count: 'x' })",
      /not assignable/,
    ],
  ])('[LLM-10] may not be what the body cannot use: %s', (source, call, reason) => {
    expect(told(source, [call]).errors).toEqual([expect.stringMatching(reason)]);
  });
});
