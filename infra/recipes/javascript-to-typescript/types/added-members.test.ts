import { describe, expect, it, vi } from 'vitest';
import { annotate } from './annotate.ts';
import { annotateText } from './testing.ts';

// The first call parses the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 });

const DOUBLE = 'const double = function (x) { return x * 2 }\nfunction once (s) { return s.trim() }\n';

describe('members that a call puts on an export', () => {
  it('[LLM-10] are not in its type where the module has an Object of its own', () => {
    const own = 'const Object = { assign: function (a, b) { return b } }\n';
    const { text, strictErrors } = annotateText(
      `${own}${DOUBLE}Object.assign(double, { by: 2 })\nexport = double\n`,
    );
    expect(strictErrors).toEqual([]);
    expect(text).not.toContain('& { by');
  });

  it.each([
    ['copied', 'Object.assign(double, { once: once, by: 2 })', 'once: typeof once; by: number'],
    ['copied by their own names', 'Object.assign(double, { once })', 'once: typeof once'],
    ['defined', "Object.defineProperty(double, 'once', { value: once })", 'readonly once: typeof once'],
    [
      'defined to be changed',
      "Object.defineProperty(double, 'by', { value: 2, writable: true })",
      'by: number',
    ],
    [
      'defined together',
      "Object.defineProperties(double, { once: { value: once }, name: { value: 'double' } })",
      'readonly once: typeof once',
    ],
    [
      'read by a function',
      "Object.defineProperty(double, 'by', { get: function () { return 2 } })",
      'readonly by: unknown',
    ],
  ])('[LLM-10] are in its type where they are %s', (_, call, members) => {
    const { text, strictErrors, anyPositions, left } = annotateText(`${DOUBLE}${call}\nexport = double\n`);
    expect(strictErrors).toEqual([]);
    expect(text).toContain(`export = double as typeof double & { ${members} }`);
    expect([anyPositions, left]).toEqual([0, []]);
  });

  it.each([
    ['it is deleted', 'delete double.by\n'],
    ['it is deleted by a key', "for (const key of ['by']) delete double[key]\n"],
    ['the export is another function by then', 'double = function (x) { return x * 3 }\n'],
  ])('[LLM-10] may be missing where %s', (_, code) => {
    const { text } = annotateText(
      `${DOUBLE.replace('const', 'let')}Object.assign(double, { by: 2 })\n${code}export = double\n`,
    );
    expect(text).toContain('export = double as typeof double & { by?: number }');
  });

  const unknown = "import define = require('define')\n";

  it('[LLM-10] may be used, are counted and said, where nothing is known of what is called', () => {
    const { text, strictErrors, anyPositions, left } = annotateText(
      `${unknown}${DOUBLE}define(double, { once: once, shim: function () {} })\nexport = double\n`,
    );
    expect(strictErrors).toEqual([]);
    expect(text).toContain('export = double as typeof double & { once?: any; shim?: any }');
    expect(anyPositions).toBe(1);
    expect(left).toEqual([
      {
        code: 'SURFACE_PARTLY_UNTYPED',
        path: 'index.ts',
        line: 4,
        reason:
          'define() may put "once", "shim" on what is exported; that can be used, but its type is not known.',
      },
    ]);
  });

  it.each([
    [
      'a part of the exports',
      `${DOUBLE}exports.double = double\nexport = exports as {\n  double: typeof double;\n}\n`,
    ],
    ['a property of an export', `${DOUBLE}export = { double: double }\n`],
  ])('[LLM-10] are in the type of %s', (_, text) => {
    const changed = text.replace(DOUBLE, `${DOUBLE}Object.assign(double, { by: 2 })\n`);
    const result = annotateText(changed);
    expect(result.strictErrors).toEqual([]);
    expect(result.text).toContain('typeof double & { by: number }');
  });

  it('[LLM-10] are in the type of the default of an ES module', () => {
    const { text, strictErrors } = annotateText(
      `${DOUBLE}Object.assign(double, { by: 2 })\nexport default double\n`,
      'ESM',
    );
    expect(strictErrors).toEqual([]);
    expect(text).toContain('export default double as typeof double & { by: number }');
  });

  it.each([
    ['of another value', 'Object.assign(double, other)\nexport = double\n', 'COMMONJS', 'members'],
    ['under a key', "Reflect.set(double, 'by', 2)\nexport = double\n", 'COMMONJS', 'members'],
    [
      'where another value was',
      "double.by = 2\nObject.assign(double, { by: 'two' })\nexport = double\n",
      'COMMONJS',
      '"by"',
    ],
    ['on a name that is exported', 'Object.assign(double, { by: 2 })\nexport { double }\n', 'ESM', '"by"'],
    ['on a function', 'export function f () {}\nObject.assign(f, { by: 2 })\n', 'ESM', '"by"'],
    ['on a default', 'export default function f () {}\nObject.assign(f, { by: 2 })\n', 'ESM', '"by"'],
  ] as const)('[LLM-10] are told where their types cannot be said: %s', (_, code, system, what) => {
    const { strictErrors, left } = annotateText(`const other = JSON.parse('{}')\n${DOUBLE}${code}`, system);
    expect(strictErrors).toEqual([]);
    expect(left.map((one) => [one.code, one.reason])).toEqual([
      ['SURFACE_PARTLY_UNTYPED', expect.stringContaining(`puts ${what}`)],
    ]);
  });

  it('[LLM-10] can be used by other modules of the package', () => {
    const { strictErrors } = annotate({
      files: [
        { path: 'index.ts', text: `${DOUBLE}Object.assign(double, { once: once })\nexport = double\n` },
        {
          path: 'use.ts',
          text: "import double = require('./index')\nexport = double.once('a').length + double(2)\n",
        },
      ],
      dependencies: [],
      moduleSystem: 'COMMONJS',
    });
    expect(strictErrors).toEqual([]);
  });

  it.each([
    [
      'a call is given options and puts nothing',
      'function note (f, o) { return f(o.by) }\nnote(double, { by: 2 })\n',
    ],
    ['the type has them already', 'double.by = 2\nObject.assign(double, { by: 2 })\n'],
    ['it does not leave the module', 'const own = function () {}\nObject.assign(own, { by: 2 })\n'],
  ])('[LLM-10] are none where %s', (_, code) => {
    const { text, left } = annotateText(`${DOUBLE}${code}export = double\n`);
    expect(text).toMatch(/\nexport = double\n$/);
    expect(left).toEqual([]);
  });
});
