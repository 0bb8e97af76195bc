import { describe, expect, it, vi } from 'vitest';
import { annotateText } from '../testing.ts';

// The first call parses the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 });

const REPAIRS: readonly (readonly [string, string, string])[] = [
  [
    'a match that may be null',
    'function f (s) { const m = /a(b)/.exec(s.trim()); return m[1] }\nexport = f\n',
    'm![1]',
  ],
  [
    'a kind chosen through a variable',
    "function f (v) { const t = typeof v; if (t === 'string') return v.length; if (t === 'number') return v; throw new Error('no') }\nexport = f\n",
    '(v as string).length',
  ],
  [
    'a known object indexed by text',
    'const m = { kb: 1, mb: 2 }\nfunction f (u) { return m[u.toLowerCase()] }\nexport = f\n',
    'm[u.toLowerCase() as keyof typeof m]',
  ],
  [
    'an error given a property',
    "function f () { const e = new Error('x'); e.code = 'E'; throw e }\nexport = f\n",
    '(e as Error & { code: string }).code',
  ],
  [
    'an unknown value that is used',
    'function f (s) { return s.trim() }\nfunction g (x) { try { return f(x) } catch (e) { return e.message.trim() } }\nexport = g\n',
    '(e as { message: string }).message',
  ],
  [
    'a variable given a wider value',
    "function f () { let n = 1; n = 'x'; return n }\nexport = f\n",
    'let n: number | string = 1',
  ],
  [
    'an empty list that is joined',
    'function f (o) { return [].concat(o.names.map(String)) }\nexport = f\n',
    '([] as ',
  ],
  [
    'kinds held apart by TypeScript',
    "function f () { const a = 1; return a === 'x' }\nexport = f\n",
    'as unknown',
  ],
  [
    'what an empty object is given elsewhere and taken apart for',
    "function f () { const o = {}; Error.captureStackTrace(o, f); const { stack } = o; return stack.split('a') }\nexport = f\n",
    'const { stack } = o as { stack?: string }',
  ],
  [
    'a property that one of several kinds has, taken apart',
    "import net = require('net')\nexport = function (s) { const server = net.createServer(); const { port } = server.address(); return port }\n",
    'const { port } = server.address() as net.AddressInfo',
  ],
  [
    'a test of nothing',
    '!function () { exports.a = 1 }()\nexport = exports as { a?: number }\n',
    '!(function () { exports.a = 1 }() as unknown)',
  ],
  [
    'a function chosen by a number that is given more than it names',
    "const status = { '304': (res) => { res.code = 304 } }\nexport = function (res, next) { status[304](res, next) }\n",
    '(status[304] as unknown as (...args: unknown[]) => void)(res, next)',
  ],
  [
    'a function chosen by a text that is given more than it names',
    "const status = { 'not-found': (res) => { res.code = 404 } }\nexport = function (res, next) { status['not-found'](res, next) }\n",
    "(status['not-found'] as unknown as (...args: unknown[]) => void)(res, next)",
  ],
  [
    'what every value has, asked of any',
    "export = function (s) { return s.toString().replace(/a/g, 'b') }\n",
    '(s as {}).toString()',
  ],
  [
    'a key of any kind that is looked for',
    'export = function (o, key) { return key in o }\n',
    '(key as PropertyKey) in o',
  ],
  [
    'a walk over the places of a text',
    'export = function (s, f) { const t = s.trim(); for (const k in t) f(k) }\n',
    'for (const k in (t as unknown as Record<string, unknown>))',
  ],
  ['arithmetic on a date', 'function f () { return new Date() - 1 }\nexport = f\n', 'as unknown as number'],
  [
    'a spread of unknown length',
    'function g (a, b) { return a * b }\nfunction f (l) { return g(...l.map(Number)) }\nexport = f\n',
    '(...args: unknown[]) => number',
  ],
  [
    'a key that may be missing',
    'const m = { a: 1 }\nfunction f (s) { const p = s.split("a").pop(); return m[p] }\nexport = f\n',
    'm[p! as keyof typeof m]',
  ],
  [
    'a function with a this',
    'function f () { return this.size * 2 }\nexport = f\n',
    'function f (this: { size: number })',
  ],
  [
    'a constructor function called with new',
    'function P (n) { this.n = n * 1 }\nexport = function () { return new P(1) }\n',
    'new (P as unknown as new (...args: Parameters<typeof P>) => PInstance)(1)',
  ],
  [
    'its own result',
    "function f (n) { if (n > 3) return ['x']; return f(n + 1) }\nexport = f\n",
    'function f (n: number): string[]',
  ],
  [
    'its own result, held by a constant',
    `const f = (value, options) => {\n  let result\n  const useMap = options && options.map\n  if (typeof value !== 'string') {\n    if (useMap) return 'new Map(' + f(Array.from(value), options) + ')'\n    if (Array.isArray(value)) {\n      result = []\n      value.forEach((one) => { result.push(f(one, options)) })\n      return '[' + result.join(', ') + ']'\n    }\n    return String(value)\n  }\n  result = ''\n  result += value\n  if (options.wrap) result = '"' + result + '"'\n  return result\n}\nexport = f\n`,
    '): string | unknown[] => {',
  ],
  [
    'arguments handed on',
    'function f (fn) { return function () { return fn.apply(null, arguments) } }\nexport = f\n',
    'arguments',
  ],
  [
    'a callback of another result',
    'function f (l) { return l.map(Number).sort(function (a, b) { if (a > b) return 1 }) }\nexport = f\n',
    'sort(',
  ],
  [
    'a list that changes hands in a closure',
    'function f (xs) { let out; out = []; xs.forEach(function (x) { out.push(x.trim()) }); return out }\nexport = f\n',
    'let out: string[]',
  ],
  [
    'a function of unknown arguments that is called with a this',
    "function f (self, cb) { if (typeof cb !== 'function') throw new TypeError('no'); cb.call(self, 1); cb.call(self) }\nexport = f\n",
    '(...args: unknown[]) => unknown',
  ],
  [
    'a method of an instance that is given more than it names',
    'function P () { this.n = 1 }\nP.prototype.one = function () { return this.n * 2 }\nP.prototype.two = function () { return this.one(2) + 1 }\nexport = P\n',
    '(this.one as unknown as (...args: unknown[]) => number)(2)',
  ],
  [
    'values of unknown kind spread into a call',
    'function f (list) { return String.fromCodePoint(...list) }\nexport = f\n',
    'list: number[]',
  ],
  [
    'a list taken apart in a loop over something unknown',
    'class M { constructor () { this.m = new Map() } * keys () { for (const [k] of this) yield k } * [Symbol.iterator] () { for (const one of this.m) yield one } }\nexport = M\n',
    'Iterable<unknown',
  ],
  [
    'values of any kind that are ordered',
    'function f (l) { return l.concat(1).sort((a, b) => (a < b ? -1 : 1)) }\nexport = f\n',
    'sort(',
  ],
  [
    'a callback that gives back what only the place it is put in knows',
    'export = function (input) {\n  const text = input.trim()\n  return text.replace(/a(b)?/g, (m, esc) => esc ? m : String(m))\n}\n',
    '(m, esc?: unknown) => esc ? m :',
  ],
  [
    'a whole object given where nothing of it is needed',
    "const wrap = (input, state = {}) => (state.negated === true ? '!' : '') + input.trim()\nexport = (input, all) => {\n  const state = { input, negated: false, index: 0 }\n  state.peek = (n = 1) => input[n]\n  return all ? wrap(input) : wrap(input, state)\n}\n",
    'negated?: boolean; index?: number',
  ],
  [
    'a read-only array written to',
    "function f () { const m = /a/.exec('a'); m.index = 2; return m }\nexport = f\n",
    'm!.index',
  ],
];

describe('repair of strict errors', () => {
  it.each(REPAIRS)('[LLM-10] repairs %s without any', (_, source, expected) => {
    const { text, strictErrors, anyPositions } = annotateText(source);
    expect(strictErrors).toEqual([]);
    expect(text).toContain(expected);
    expect(anyPositions).toBe(0);
  });

  it.each([
    [
      'a comment says so',
      '/* global angular, other:true */\n\nexport = angular.module("a", []).filter("b", [String])\n',
      'angular: {',
    ],
    [
      'the code looks for it',
      "'use strict'\nfunction f () { return 1 }\nif (typeof define === 'function' && define.amd) define(function () { return f })\nexport = f\n",
      'define: (',
    ],
  ])('[LLM-10] declares a global of another environment where %s', (_, source, expected) => {
    const { text, strictErrors, anyPositions, left } = annotateText(source);
    expect(strictErrors).toEqual([]);
    expect(text).toContain(`declare const ${expected}`);
    expect([anyPositions, left]).toEqual([0, []]);
  });

  it('[LLM-10] declares no global for a slip where only a variable of that name is looked at', () => {
    const { text, strictErrors } = annotateText(
      "'use strict'\nfunction kind (thing) { return typeof thing === 'string' }\nexport = function (n) { return kind(n) || thing.length }\n",
    );
    expect(text).not.toContain('declare');
    expect(strictErrors).toMatchObject([{ code: 'TS2304', line: 3 }]);
  });

  it('[LLM-10] declares a global by its own uses, not by those of a variable of that name', () => {
    const { text } = annotateText(
      "'use strict'\nexport = function (n) {\n  if (typeof alien !== 'undefined') alien.land(n)\n  return own('a')\n}\nfunction own (alien) { return alien.trim() }\n",
    );
    expect(text).toContain('declare const alien: { land(');
    expect(text).not.toMatch(/declare const alien:.*(?:trim|string)/);
  });

  it('[LLM-10] reports what it cannot repair, with code, path and line', () => {
    const { strictErrors } = annotateText('export = function () {\n  return nowhere + 1\n}\n');
    expect(strictErrors).toEqual([
      { code: 'TS2304', path: 'index.ts', line: 2, reason: "Cannot find name 'nowhere'." },
    ]);
  });

  it('[LLM-10] writes an assertion at the start of a line so that it is no call of the line before', () => {
    const { text, strictErrors } = annotateText(
      "function f () {\n  const e = new Error('x')\n  e.code = 1\n  throw e\n}\nexport = f\n",
    );
    expect(text).toContain('\n  ;(e as Error & { code: number }).code = 1');
    expect(strictErrors).toEqual([]);
  });

  it.each([
    'if (all) throw e',
    'if (all) e.name = all\n  else throw e',
    'for (const one of all) e.name = one',
  ])('[LLM-10] writes it so too after a line that ends a statement within another: %s', (line) => {
    const source = `export = function (all) {\n  const e = new Error('x')\n  ${line}\n  e.code = 1\n  throw e\n}\n`;
    const { text, strictErrors, anyPositions } = annotateText(source);
    expect(text).toContain('\n  ;(e as Error & { code: number }).code = 1');
    expect([strictErrors, anyPositions]).toEqual([[], 0]);
  });
});
