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
