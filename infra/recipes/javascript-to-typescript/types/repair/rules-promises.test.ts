import { describe, expect, it, vi } from 'vitest';
import { annotateText } from '../testing.ts';

// The first call parses the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 });

describe('a promise that is resolved with nothing', () => {
  it.each([
    ['nothing else', 'resolve()', 'new Promise<void>('],
    ['a text as well', 'if (x) resolve(x.trim()); else resolve()', 'new Promise<string | void>('],
    [
      'what another promise does',
      'if (x) resolve(Promise.resolve(x.trim())); else resolve()',
      'new Promise<string | void>(',
    ],
  ])('[LLM-10] holds %s', (_, body, expected) => {
    const { text, strictErrors, anyPositions } = annotateText(
      `export = function (x) {\n  return new Promise((resolve, reject) => {\n    if (x === '') reject(new Error('none'))\n    ${body}\n  })\n}\n`,
    );
    expect(strictErrors).toEqual([]);
    expect(text).toContain(expected);
    expect(anyPositions).toBe(0);
  });

  it.each([
    ['others resolve it too', '((resolve) => {\n    x.read(resolve)', 'new Promise(('],
    [
      'it is resolved by way of arguments',
      '(function (resolve) {\n    arguments[0](x.size)',
      'new Promise(function',
    ],
  ])('[LLM-10] is not said to hold nothing where %s', (_, body, expected) => {
    const { text, strictErrors } = annotateText(
      `export = function (x) {\n  return new Promise${body}\n    resolve()\n  })\n}\n`,
    );
    expect(strictErrors).toEqual([]);
    expect(text).toContain(expected);
  });
});
