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
    ['the parameter is given another value', 'o = Object.create(o)\n  return o'],
    ['sometimes nothing is given back', 'if (Object.isSealed(o)) return\n  return o'],
  ])('[LLM-10] have a type of their own where %s', (_, last) => {
    const { text, strictErrors } = annotateText(freeze(last));
    expect(strictErrors).toEqual([]);
    expect(text).toContain('function freeze (o: object)');
  });

  const each = (work: string): string =>
    `export = function each (o, other) {\n  Object.keys(o).forEach(function (key) { ${work} })\n  return o\n}\n`;

  it.each([
    ['are taken away', 'delete o[key]'],
    ['become others', 'o[key] = String(o[key])'],
    ['are defined anew', 'Object.defineProperty(o, key, { value: String(o[key]) })'],
    ['are set by reflection', 'Reflect.set(o, key, 1)'],
    ['are taken away under another name', 'const self = o; delete self[key]'],
  ])('[LLM-10] are not said to be the object as it came where its properties %s', (_, work) => {
    const { text, strictErrors } = annotateText(each(work));
    expect(strictErrors).toEqual([]);
    expect(text).toContain('function each (o: object');
  });

  it.each([
    ['are defined as something says', 'Object.defineProperty(o, key, other)'],
    ['are copied from another', 'if (key) o[key] = other[key]'],
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

  it('[LLM-10] are not what the comment says where what is tested first may be given back', () => {
    const { text, strictErrors } = annotateText(
      '/** @returns {boolean} */\nexport = function isFine (o) { return o.parts && o.parts.fine }\n',
    );
    expect(strictErrors).toEqual([]);
    expect(text).not.toContain('boolean)');
    expect(text).not.toContain('): boolean {');
  });

  it('[LLM-10] are not what the comment says where it is only promised', () => {
    const { text, strictErrors } = annotateText(
      '/** @returns {string} */\nexport = function load (o) { return o.read().then(function (x) { return x }) }\n',
    );
    expect(strictErrors).toEqual([]);
    expect(text).not.toContain('string)');
    expect(text).not.toContain('as string');
  });

  it('[LLM-10] are not nothing, though the comment says so, where a value is given back', () => {
    const { text, strictErrors } = annotateText(
      '/** @return {undefined} */\nexport = function call (fn) { return fn(1) }\n',
    );
    expect(strictErrors).toEqual([]);
    expect(text).not.toContain('as undefined');
  });

  it('[LLM-10] are what the comment says', () => {
    const { text, strictErrors, anyPositions } = annotateText(words('@returns {string}', "'minus'"));
    expect(strictErrors).toEqual([]);
    expect(text).toContain('function toWords (n: number): string {');
    expect(anyPositions).toBe(0);
  });

  it('[LLM-10] are not what the comment says where a return gives something else', () => {
    const { text, strictErrors } = annotateText(words('@returns {string}', 'null'));
    expect(strictErrors).toEqual([]);
    expect(text).not.toContain('): string {');
  });
});
