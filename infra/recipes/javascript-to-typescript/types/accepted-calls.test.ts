import { describe, expect, it, vi } from 'vitest';
import { told } from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

const ACCEPTED: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'objects that may lack a property which may be anything',
    "export = function (req) { return parse(head(req)) }\nfunction head (req) {\n  if (typeof req.headers !== 'object') throw new TypeError('no headers')\n  return req.headers.authorization\n}\nfunction parse (s) {\n  if (typeof s !== 'string') return undefined\n  return s.trim()\n}\n",
    ['f({ headers: {} })', 'f({ headers: {} as { authorization?: string } })'],
  ],
  [
    'the parts of what a helper makes empty and the caller fills',
    'export = function (s) {\n  const result = empty()\n  result.name = s.trim()\n  result.parts.push(s.trim())\n  return result\n}\nfunction empty () { return { name: null, parts: [] } }\n',
    ["f('a').name?.length", "f('a').parts.map((one) => one.length)"],
  ],
  [
    'any value where another kind is answered, compared after the test',
    "export = function isGlob (str, options) {\n  if (typeof str !== 'string' || str === '') return false\n  if (options && options.strict === false) return str.indexOf('*') > 0\n  return str.charAt(0) === '!'\n}\n",
    ['f()', 'f(null)', "f(['a'])", "f('a')", "f('a', { strict: false })", "f('a', undefined)"],
  ],
  [
    'options that are handed on to a package without types',
    "import run = require('untyped')\nexport = function (text, options) { return run(text, options) }\n",
    ["f('a')", "f('a', { anything: 1 })"],
  ],
  [
    'options of which some are read here and all are handed on',
    "import run = require('untyped')\nexport = function (text, options) {\n  if (options && options.fail === true) throw new Error(text.trim())\n  return run(text, { ...options, more: true })\n}\n",
    ["f('a')", "f('a', { fail: true })", "f('a', { other: 1, fail: true })", "f('a', { other: 1 })"],
  ],
  [
    'options spread into a new object',
    "export = function (n, options) {\n  const opts = { ...options }\n  if (opts.wrap) return '(' + n * 1 + ')'\n  return String(n)\n}\n",
    ['f(1)', 'f(1, { wrap: true })', 'f(1, { wrap: true, capture: 1 })'],
  ],
  [
    'an argument left out, known by a helper, in a call of itself',
    "const isObject = (v) => v !== null && typeof v === 'object'\nconst fill = (start, end, step, options = {}) => {\n  if (typeof step === 'function') return fill(start, end, 1, { transform: step })\n  if (isObject(step)) return fill(start, end, 0, step)\n  return [start * 1, end * 1, options.wrap ? step : 0]\n}\nexport = fill\n",
    ['f(1, 2)', 'f(1, 2, { wrap: true })', 'f(1, 2, 3, { wrap: true })', 'f(1, 2, (n: number) => n)'],
  ],
  [
    'a property that calls itself',
    'const f = (s) => s.trim()\nf.each = (list, n) => {\n  if (Array.isArray(list)) return list.map((one) => f.each(one, n))\n  return list.repeat(n * 1)\n}\nexport = f\n',
    ["f.each('a', 1)", "f.each(['a'], 1)"],
  ],
  [
    'nothing, where any value is answered',
    "export = function isObject (val) {\n  return val != null && typeof val === 'object' && Array.isArray(val) === false\n}\n",
    ['f()', 'f(1)', 'f({ a: 1 })'],
  ],
  [
    'more arguments than the function expression names',
    "'use strict'\nexport = function extend (o/*, objects*/) {\n  if (!o) o = {}\n  for (let i = 1; i < arguments.length; i++) Object.assign(o, arguments[i])\n  return o\n}\n",
    ["f({ a: 'b' }, { c: 'd' })", 'f({})', 'f({}, {}, {})'],
  ],
  [
    'more arguments than a member of the exports names',
    'const api = {}\napi.join = function (separator) { return Array.prototype.slice.call(arguments, 1).join(separator) }\nexport = { join: function (separator) { return Array.prototype.slice.call(arguments, 1).join(separator.trim()) } }\n',
    ["f.join(',', 'a', 'b')", "f.join(',')"],
  ],
  [
    'more arguments than a function names that another gives back',
    'const own = { join: (...all) => all.join() }\nfunction wrap (name) { return function () { return own[name].apply(own, arguments) } }\nexport = { join: wrap("join") }\n',
    ["f.join('a', 'b')", 'f.join()'],
  ],
  [
    'fewer arguments, where the function counts them',
    "export = { walk: function (fn, low, high) {\n  switch (arguments.length) {\n    case 1: return fn(0)\n    case 2: return fn(low * 1)\n    default: return fn(low * high)\n  }\n}, sum: function (a, b) { if (arguments.length < 2) return a.trim(); return a.slice(b * 1) }, need: function (a, b) { if (arguments.length < 2) throw new Error('two'); return a * b } }\n",
    [
      'f.walk((n: number) => n)',
      'f.walk((n: number) => n, 1)',
      "f.sum('a')",
      "f.sum('a', 1)",
      'f.need(1, 2)',
    ],
  ],
  [
    'any function where one of its own is put in',
    'export = class Trace {\n  own (limit, fn = this.own) { const o = { n: limit * 1 }; Error.captureStackTrace(o, fn); return o.n }\n}\n',
    ['new f().own(1)', 'new f().own(1, () => {})'],
  ],
  [
    'uses of what is put on an object that another module made',
    "import url = require('url')\nexport = function (s) {\n  const made = url.parse(s.trim())\n  made.owner = s.slice(1) || null\n  if (made.owner && made.owner.length > 3) made.repo = made.owner + '/x'\n  return made\n}\n",
    ["f('a').owner?.trim()", "f('a').repo?.trim()", "f('a').host"],
  ],
  [
    'uses of what may have been taken from an object again',
    "export = function (s) {\n  const errors = []\n  if (s.trim() === '') errors.push('empty')\n  const made = { ok: errors.length === 0, errors: errors }\n  if (!made.errors.length) delete made.errors\n  return made\n}\n",
    [
      "f('a').errors?.map((one) => one.trim())",
      "f('a').ok === true",
      '(f("a") satisfies { ok: boolean; errors?: string[] })',
    ],
  ],
  [
    'values of any kind that are only ordered',
    'export = function (list) { return list.slice().sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)) }\n',
    ["f(['a', 'b'])", 'f([2, 1])'],
  ],
  [
    'an object of a named type where any object is gone through',
    'export = function (target) { for (const key in target) if (key.length === 1) return target[key]; return null }\n',
    ['f({ a: 1 })', 'f(new Date())', 'f(new Error())'],
  ],
  [
    'a function, or an object that is asked by a key',
    "function look (env, key) {\n  const found = typeof env === 'function' ? env(key) : env[key]\n  return typeof found === 'undefined' ? '' : found\n}\nfunction inner (s, env) {\n  if (!env) env = {}\n  return s.trim() + look(env, s)\n}\nexport = function (s, env) {\n  const mapped = inner(s, env)\n  if (typeof env !== 'function') return mapped\n  return mapped.trim()\n}\n",
    [
      "f('a')",
      "f('a', { a: 'x' })",
      "f('a', { n: 1, s: 'x' })",
      "f('a', (s: string) => s)",
      "f('a', process.env)",
    ],
  ],
  [
    'any object of which one entry is a list',
    'export = function (app, key) {\n  if (!Array.isArray(app[key])) app[key] = []\n  return app[key].length\n}\n',
    ["f({ a: [1], b: 2 }, 'a')", "f(new Error(), 'a')"],
  ],
  [
    'any value, where a function of the module tells which are used',
    "const isObject = (v) => typeof v === 'object' && v !== null\nexport = function (target, ...rest) {\n  for (const one of rest) {\n    if (isObject(one)) for (const key in one) target[key] = one[key]\n  }\n  return target\n}\n",
    ['f({})', 'f({}, null, undefined)', 'f({}, { a: 1 }, new Error())'],
  ],
  [
    'lists of anything whose elements are only compared',
    'export = function (arr) { return without(arr, arguments[1]) }\nfunction without (one, two) {\n  if (!Array.isArray(two)) return one.slice()\n  const left = []\n  for (let i = 0; i < one.length; i++) {\n    const held = one[i]\n    let has = false\n    for (let j = 0; j < two.length; j++) if (held === two[j]) has = true\n    if (has === false) left.push(held)\n  }\n  return left\n}\n',
    ["f(['a'], ['b'])", 'f([1, 2], [2])', 'f([new Error()], [2]).length'],
  ],
  [
    'the list that elements of several kinds are gathered in',
    "export = function (s) {\n  return s.trim().split(' ').map(function (x) {\n    if (x === '') return void undefined\n    if (x === '|') return { op: x }\n    if (x === '#') return [x, { comment: x }]\n    return x\n  }).reduce(function (all, one) { return one === undefined ? all : all.concat(one) }, [])\n}\n",
    ["f('a').length", "f('a').map(String)", "f('a').slice(1).concat(['b'])"],
  ],
  [
    'the object that elements are gathered in, by a key of what is not known yet',
    'export = function (list) {\n  return list.map(String).reduce(function (all, one) { all[one] = true; return all }, {})\n}\n',
    ["f(['a'])['a'] === true", 'Object.keys(f([1]))'],
  ],
  [
    'a list as the one put in its place where it is missing, or null where that is tested after',
    "export = function (options) {\n  const opts = options || {}\n  const methods = opts.methods === undefined ? ['POST'] : opts.methods\n  return function (req) { return !(methods && methods.indexOf(req.method) === -1) }\n}\n",
    ['f()', "f({ methods: ['GET', 'POST'] })", 'f({ methods: null })', 'f({ methods: undefined })'],
  ],
  [
    'a list or a text, of which only is asked whether it holds something of any kind',
    'export = function (held, one) { return held.indexOf(one) !== -1 }\n',
    ["f('abc', 'a')", "f(['a'], 'a')"],
  ],
  [
    'any object whose entries are told apart by whether they are objects or functions',
    "export = function freeze (o) {\n  Object.freeze(o)\n  Object.getOwnPropertyNames(o).forEach(function (name) {\n    if (o.hasOwnProperty(name) && o[name] !== null && (typeof o[name] === 'object' || typeof o[name] === 'function') && !Object.isFrozen(o[name])) freeze(o[name])\n  })\n  return o\n}\n",
    ['f({ a: 1 })', "f([{ a: 1 }, { b: 's' }])", 'f(new Date())', 'f(new Error())', 'f(() => {})'],
  ],
  [
    'any object in place of one that is only asked whether it has something under a key',
    "const usual = { '<': true, '>': true, '&': true }\nexport = function escape (s, opts) {\n  const special = (opts && opts.special) || usual\n  return s.trim().split('').map((c) => (special[c] ? '#' + c : c)).join('')\n}\n",
    ["f('a')", "f('a', {})", "f('a', { special: { '<': true } })", "f('a', { special: { '|': 1 } })"],
  ],
  [
    'options that the comment does not name and a function reads that they are handed to',
    "/**\n * Marks answers.\n *\n * @param {object} [options]\n * @param {number} [options.digits=3]\n */\nfunction mark (options) {\n  const opts = options || {}\n  return setter(opts)\n}\nfunction setter (options) {\n  const digits = options.digits !== undefined ? options.digits : 3\n  const header = options.header || 'X-Time'\n  return (time) => header.trim() + time.toFixed(digits) + last(options)\n}\nfunction last (options) { return options.suffix ? options.suffix.trim() : '' }\nexport = mark\n",
    ['f()', 'f({ digits: 1 })', "f({ header: 'X-A' })", "f({ header: 'X-A', digits: 1, suffix: 's' })(1)"],
  ],
  [
    'a function or a number beside the options that the comment names',
    "/**\n * @param {object|function} [options]\n * @param {number} [options.digits=3]\n */\nexport = function mark (options) {\n  let opts = options || {}\n  if (typeof options === 'number') opts = { digits: options }\n  const fn = typeof opts === 'function' ? opts : String\n  return opts.digits ? opts.digits.toFixed(1) : fn\n}\n",
    ['f()', 'f({ digits: 1 })', 'f(3)', 'f((req: object, res: object, time: number) => {})'],
  ],
];

describe('calls that the code accepts', () => {
  it.each(ACCEPTED)('[LLM-10] %s', (_, source, calls) => {
    expect(told(source, calls)).toEqual({ errors: [], any: 0 });
  });

  it('[LLM-10] what a module that stays JavaScript exports, handed out by another, counted as any', () => {
    const source = "const coerce = require('./coerce')\nexport = { coerce, n: 1 }\n";
    const { errors, any } = told(source, ["f.coerce('v2')", 'f.n.toFixed(2)']);
    expect(errors).toEqual([]);
    expect(any).toBe(1);
  });

  it('[LLM-10] callbacks that name the kind of what they are given, at the price of an any', () => {
    const source =
      'export = function each (list, fn) {\n  for (let i = 0; i < list.length; i++) fn(list[i], i)\n  return list.length\n}\n';
    const { errors, any } = told(source, [
      'f([1], (n: number) => n)',
      "f(['a'], (s: string, at: number) => s + at)",
      'f([1], (n) => n)',
    ]);
    expect(errors).toEqual([]);
    expect(any).toBe(1);
  });

  it('[LLM-10] knows that what is taken away may not be there, and leaves the error where it cannot say so', () => {
    const source = 'export = function (o) { delete o.a; return o.b.trim() }\n';
    expect(told(source, ["f({ b: 'x' })", "f({ a: 1, b: 'x' })"])).toEqual({ errors: [], any: 0 });
    const used = 'export = function (o) { const n = o.a * 2; delete o.a; return n + o.b.trim() }\n';
    expect(told(used, ["f({ b: 'x' })", "f({ a: 1, b: 'x' })"])).toEqual({ errors: [], any: 0 });
    const made =
      'function make (n) { return { a: n * 1, b: 2 } }\nexport = function (n) { const o = make(n); delete o.a; return o }\n';
    expect(told(made, []).errors).toEqual([expect.stringContaining('operand')]);
    const list = 'export = function (s) { const o = { a: [s.trim()] }; delete o.a; return o }\n';
    expect(told(list, ["f('x').a.length"]).errors).toEqual([expect.stringContaining('possibly')]);
  });

  it('[LLM-10] still refuses what the code throws out', () => {
    const source =
      "export = function (s) { if (typeof s !== 'string') throw new TypeError('no'); return s.trim() }\n";
    expect(told(source, ['f(1)', 'f()']).errors).toHaveLength(2);
  });

  it('[LLM-10] still refuses fewer arguments than a function throws for, by their count', () => {
    const source =
      "export = function (a, b) {\n  switch (arguments.length) {\n    case 0:\n    case 1: throw new TypeError('two')\n    case 2: return a.trim() + b.trim()\n  }\n  return a.trim()\n}\n";
    const { errors } = told(source, ['f()', "f('a')", "f('a', 'b')"]);
    expect(errors).toEqual([expect.stringContaining('f():'), expect.stringContaining("f('a'):")]);
    const own =
      "export = function (a, b) { if (arguments.length < 2) throw new TypeError('two'); return a * b }\n";
    expect(told(own, ['f(1)', 'f(1, 2)']).errors).toEqual([expect.stringContaining('f(1):')]);
  });
});
