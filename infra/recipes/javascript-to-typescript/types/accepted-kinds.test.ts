import { describe, expect, it, vi } from 'vitest';
import { told } from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

const ACCEPTED: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'anything in a list that holds texts and what it is given',
    'export = function (a, list) {\n  const out = []\n  list.forEach(function (one) { out.push(typeof a, one) })\n  return out\n}\n',
    ["f(1, [1, 'a', {}])"],
  ],
  [
    'anything in a map that holds texts and what it is given',
    "export = function (list, x) {\n  const seen = {}\n  list.forEach(function (one) { seen[one.trim()] = ''; seen[one] = x })\n  return seen\n}\n",
    ["f(['a'], 1)", "f(['a'], null)"],
  ],
  [
    'anything in a variable that starts as a text',
    'export = function (list) {\n  let last\n  list.forEach(function (one) { last = typeof one })\n  list.forEach(function (one) { last = one })\n  return last\n}\n',
    ["f([1, 'a'])"],
  ],
  [
    'lists and maps whose elements are walked with their keys',
    'export = function (all) {\n  const out = []\n  all.forEach(function (value, key) { out.push(key, value) })\n  return out\n}\n',
    ["f(['a'])", "f(new Map([['a', true]]))", 'f(new Set([1]))', 'f([] as readonly string[])'],
  ],
  [
    'a list of texts or one of those gathered',
    "export = function (...parts) {\n  if (Array.isArray(parts[0])) parts = parts[0]\n  return parts.map(function (part) { return part.trim() }).join('/')\n}\n",
    ["f('a', 'b')", "f(['a', 'b'])", 'f()'],
  ],
  [
    'a list or a text, where a list is asked for its length alone',
    'export = function (x) {\n  if (Array.isArray(x)) return x.length\n  return x.trim().length\n}\n',
    ["f('a')", 'f([1, 2])', 'f([])'],
  ],
  [
    'a function instead of options that hold one',
    "export = function (options) {\n  if (typeof options === 'function') options = { compare: options }\n  if (!options) options = {}\n  return options.compare && options.compare(1)\n}\n",
    ['f((n: number) => n)', 'f({ compare: (n: number) => n })', 'f()'],
  ],
  [
    'any value that is given back where it is no object',
    "export = function (o) {\n  if (o === null || typeof o !== 'object') return o\n  return o.name.trim()\n}\n",
    ['f(1)', "f('a')", 'f(null)', "f({ name: 'a' })"],
  ],
  [
    'lists of values and of lists of them, each of which is handed on to itself',
    'export = function flatten (list, out) {\n  out = out || []\n  list.forEach(function (one) {\n    if (Array.isArray(one)) flatten(one, out)\n    else out.push(one)\n  })\n  return out\n}\n',
    ["f([1, ['a', [{}]]])", 'f([])'],
  ],
  [
    'steps that hand on what they like, and an answer that names what it takes',
    'export = function (steps, done) {\n  let i = 0, results = [];\n  (function next (error, result) {\n    if (error) return done(error)\n    if (i > 0) results.push(result)\n    if (i >= steps.length) return done(null, results)\n    steps[i++](next)\n  })()\n}\n',
    [
      "f([(next) => next(null, 'a')], () => undefined)",
      'f([], (error: Error | null, results?: unknown[]) => error ?? results)',
    ],
  ],
  [
    'a list of lists, or one list, handed on to itself',
    'const f = (list, n) => {\n  if (Array.isArray(list)) return list.map((one) => f(one, n))\n  return list.repeat(n * 1)\n}\nexport = f\n',
    ["f('a', 1)", "f(['a'], 1)", "f([['a']], 1)"],
  ],
  [
    'objects that get a property which they do not have',
    'export = function (o, x) {\n  o.mark = String(x)\n  return o\n}\n',
    ["f({ name: 'a' } as { name: string }, 1)", 'f(new Date(), 1)', 'f({}, 1)', "f({ mark: '' }, 1)"],
  ],
  [
    'objects of which one property is read and one is put in',
    'export = function (o) {\n  o.length = o.name.trim().length\n}\n',
    ["f({ name: 'a' })", "f({ name: 'a', length: 2 })"],
  ],
  [
    'callbacks of either signature that they are handed on to',
    "import fs = require('fs')\nexport = function (file, how, done) { fs.readFile(file, how, done) }\n",
    [
      "f('a', 'utf8', (error: Error | null, data: string) => data)",
      "f('a', {}, (error: Error | null, data: Buffer) => data)",
      "f('a', { encoding: 'utf8' }, (error, data) => error ?? data)",
    ],
  ],
];

const REFUSED: readonly (readonly [string, string, string])[] = [
  [
    'what is no list and has no elements to walk',
    'export = function (all) {\n  const out = []\n  all.forEach(function (value, key) { out.push(key, value) })\n  return out\n}\n',
    'f({ a: 1 })',
  ],
  [
    'a text where only lists have numbers that are counted with',
    'export = function (all) {\n  let sum = 0\n  all.forEach(function (value, i) { sum += value * i })\n  return sum\n}\n',
    "f(new Map([['a', 1]]))",
  ],
  [
    'an object without the property that is read beside the one put in',
    'export = function (o) {\n  o.length = o.name.trim().length\n}\n',
    'f({ length: 1 })',
  ],
  [
    'a callback that takes an error for a text',
    "import fs = require('fs')\nexport = function (file, how, done) { fs.readFile(file, how, done) }\n",
    "f('a', 'utf8', (error: string) => error)",
  ],
];

const RESULTS: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
  [
    'a text, or a list of what it gives for each of several',
    "export = function each (list, n) {\n  if (typeof list === 'number') return [1, 2].map((one) => each(one + 'a', n))\n  return list.repeat(n * 1)\n}\n",
    ['((one: string | unknown[]) => one)(f(1, 2))'],
    ['f(1, 2).toUpperCase()', 'f(1, 2).join()'],
  ],
  [
    'nothing, or an object that holds what it gives',
    'export = function tree (node) {\n  if (!node) return null\n  return { name: node.name, kids: node.kids.map(tree) }\n}\n',
    ["f({ name: 'a', kids: [] })?.kids.length", 'f(undefined)?.name'],
    ["f({ name: 'a', kids: [] })!.kids.length.trim()"],
  ],
  [
    'the sum of what it gives',
    'export = function fib (n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }\n',
    ['f(3).toFixed(2)'],
    ['f(3).trim()'],
  ],
  [
    'anything, where what is no object is given back as it is',
    "export = function clone (o) {\n  if (typeof o !== 'object') return o\n  if (Array.isArray(o)) return o.map(clone)\n  const r = {}\n  Object.keys(o).forEach(function (k) { r[k] = clone(o[k]) })\n  return r\n}\n",
    ["f('a')", 'f(1)', 'f({ a: 1 })', 'f()', 'f([1])', 'f(null)'],
    ['f([1]).length', "f('a').trim()", 'f({ a: 1 }).a'],
  ],
];

describe('what a function gives that calls itself', () => {
  it.each(RESULTS)('[LLM-10] is %s', (_title, source, right, wrong) => {
    expect(told(source, wrong).errors).toHaveLength(wrong.length);
    expect(told(source, right)).toEqual({ errors: [], any: 0 });
  });
});

describe('kinds of value that the code takes beside those it names', () => {
  it.each(REFUSED)('[LLM-10] refuses %s', (_title, source, call) => {
    const { errors } = told(source, [call]);

    expect(errors.filter((one) => one.startsWith('own'))).toEqual([]);
    expect(errors).toHaveLength(1);
  });

  it.each(ACCEPTED)('[LLM-10] takes %s', (_title, source, calls) => {
    expect(told(source, calls).errors).toEqual([]);
  });
});
