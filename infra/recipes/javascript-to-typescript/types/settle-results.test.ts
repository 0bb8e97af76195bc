import { describe, expect, it, vi } from 'vitest';
import { annotateText } from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

const freeze = (last: string): string =>
  `export = function freeze (o) {\n  Object.freeze(o)\n  Object.getOwnPropertyNames(o).forEach(function (key) {\n    if ((typeof o[key] === 'object' || typeof o[key] === 'function') && !Object.isFrozen(o[key])) freeze(o[key])\n  })\n  ${last}\n}\n`;

const words = (comment: string, last: string): string =>
  `/**\n * Words.\n * @param {number} n\n * ${comment}\n */\nfunction toWords (n) {\n  const made = JSON.parse('[' + n * 1 + ']')\n  if (n < 0) return ${last}\n  const word = lookUp(made)\n  return word\n}\nfunction lookUp (x) { return x[0] }\nexport = toWords\n`;

describe('results that the body leaves open', () => {
  it('[LLM-10] have the type of the very object that is given back', () => {
    const { text, strictErrors, anyPositions } = annotateText(freeze('return o'));
    expect(strictErrors).toEqual([]);
    expect(text).toContain('function freeze <T extends object>(o: T): T {');
    expect(anyPositions).toBe(0);
  });

  it.each([
    ['another object may be given back', 'if (Object.isSealed(o)) return {}\n  return o'],
    ['anything may be given back', "if (Object.isSealed(o)) return o\n  return JSON.parse('1')"],
    ['the parameter is given another value', 'o = Object.create(o)\n  return o'],
    ['sometimes nothing is given back', 'if (Object.isSealed(o)) return\n  return o'],
  ])('[LLM-10] have a type of their own where %s', (_, last) => {
    const { text, strictErrors } = annotateText(freeze(last));
    expect(strictErrors).toEqual([]);
    expect(text).toContain('function freeze (o: object)');
  });

  const HELPERS =
    'function strip (x, key) { delete x[key] }\nfunction through (x, key) { if (x) strip(x, key) }\nfunction same (x) { return x }\nfunction add (x, key, other) { x[key] = other[key] }\nfunction has (x, key) { return key in x }\n';
  const each = (work: string): string =>
    `export = function each (o, other) {\n  Object.keys(o).forEach(function (key) { ${work} })\n  return o\n}\n${HELPERS}`;

  it.each([
    ['are taken away', 'delete o[key]'],
    ['become others', 'o[key] = String(o[key])'],
    ['are defined anew', 'Object.defineProperty(o, key, { value: String(o[key]) })'],
    ['are set by reflection', 'Reflect.set(o, key, 1)'],
    ['are taken away under another name', 'const self = o; delete self[key]'],
    ['are taken away under a name that it gets later', 'let self; self = o; delete self[key]'],
    ['are taken away by a function of the package', 'strip(o, key)'],
    ['are taken away through two functions', 'through(o, key)'],
    ['are taken away under the name of what a function gives', 'const self = same(o); delete self[key]'],
    ['are taken away from what is frozen', 'const self = Object.freeze(o); delete self[key]'],
    ['may be changed by a function that is given', 'other(o)'],
    ['are moved by a borrowed method', 'Array.prototype.sort.call(o)'],
    ['are in a list that is handed out', 'other.push(o)'],
  ])('[LLM-10] are not said to be the object as it came where its properties %s', (_, work) => {
    const { text, strictErrors } = annotateText(each(work));
    expect(strictErrors).toEqual([]);
    expect(text).toMatch(/function each \(o\??: object/);
  });

  it.each([
    ['are defined as something says', 'Object.defineProperty(o, key, other)'],
    ['are copied from another', 'if (key) o[key] = other[key]'],
    ['are put by a function of the package', 'add(o, key, other)'],
    ['are only asked for', 'if (!Object.prototype.hasOwnProperty.call(o, key) || !has(o, key)) return'],
  ])('[LLM-10] have the type of the object where others beside what it has %s', (_, work) => {
    const { text, strictErrors } = annotateText(each(work));
    expect(strictErrors).toEqual([]);
    expect(text).toContain('function each <T extends object>(o: T');
  });

  it('[LLM-10] are not what the comment says where one of two values is nothing', () => {
    const { text } = annotateText(
      "/**\n * @param {number} n\n * @returns {string}\n */\nfunction toWord (n) {\n  const made = JSON.parse('{' + n * 1 + '}')\n  return n > 0 ? made.word : (undefined)\n}\nexport = toWord\n",
    );
    expect(text).not.toContain('as unknown as string');
    expect(text).not.toContain('): string {');
  });

  it.each([
    [
      'boolean',
      'where what is tested first may be given back',
      'function isFine (o) { return o.parts && o.parts.fine }',
    ],
    [
      'string',
      'where it is only promised',
      'function load (o) { return o.read().then(function (x) { return x }) }',
    ],
    ['undefined', 'though it says that nothing is given back', 'function call (fn) { return fn(1) }'],
    ['undefined', 'though anything may be given back', 'function read (s) { return JSON.parse(s) }'],
    ['void', 'though anything may be given back', 'function read (s) { return JSON.parse(s) }'],
    ['string', 'where anything is promised', 'function read (s) { return JSON.parse(s).then((x) => x) }'],
    [
      'string',
      'where a variable holds what is promised',
      'function read (s) { const p = JSON.parse(s).then((x) => x); return p }',
    ],
    [
      'string',
      'where what is tested first may be anything else',
      'function read (s) { return s.length > 0 && JSON.parse(s) }',
    ],
    ['string', 'where it may be nothing', 'function read (s) { return s ? JSON.parse(s) : null }'],
  ])('[LLM-10] are not %s, which the comment says, %s', (type, _, fn) => {
    const { text, strictErrors } = annotateText(`/** @returns {${type}} */\nexport = ${fn}\n`);
    expect(strictErrors).toEqual([]);
    expect(text).not.toMatch(new RegExp(`as ${type}\\b|\\): ${type}\\b`));
  });

  it('[LLM-10] are what the comment says', () => {
    const { text, strictErrors, anyPositions } = annotateText(words('@returns {string}', "'minus'"));
    expect(strictErrors).toEqual([]);
    expect(text).toContain('function toWords (n: number): string {');
    expect(anyPositions).toBe(0);
  });

  it('[LLM-10] are what the comment says where a library gives anything', () => {
    const { text, strictErrors } = annotateText(
      '/** @returns {string[]} */\nexport = function read (s) { return s ? JSON.parse(s) : [] }\n',
    );
    expect(strictErrors).toEqual([]);
    expect(text).toContain('): string[] {');
  });

  it('[LLM-10] are not what the comment says where a return gives something else', () => {
    const { text, strictErrors } = annotateText(words('@returns {string}', 'null'));
    expect(strictErrors).toEqual([]);
    expect(text).not.toContain('): string {');
  });
});
