import { describe, expect, it, vi } from 'vitest';
import { annotateText } from './testing.ts';

// The first call parses the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 });

/** The head of the annotated function, up to and with the closing bracket that `expected` ends before. */
const head = (body: string, expected: string): string => {
  const { text, strictErrors } = annotateText(`function f (${body}\nexport = f\n`);
  expect(strictErrors).toEqual([]);
  return text.slice(0, `function f (${expected})`.length);
};

describe('parameter types from use', () => {
  it.each([
    ['string methods', 'a) { return a.toLowerCase() }', 'a: string'],
    ['arithmetic', 'a) { return a * 2 }', 'a: number'],
    ['array methods', 'a) { a.push(1); return a }', 'a: unknown[]'],
    [
      'array methods with elements',
      "a) { return a.map(function (x) { return x.trim() }).join('') }",
      'a: string[]',
    ],
    ['a pattern', "a) { return a.exec('x') }", 'a: RegExp'],
    ['a date', 'a) { return a.getTime() }', 'a: Date'],
    ['properties', 'a) { return a.headers.host.trim() }', 'a: { headers: { host: string } }'],
    ['methods', "a) { return String(a.getHeader('x')) }", 'a: { getHeader(arg0: string): unknown }'],
    ['being called', 'a) { return a(1, "x") > 2 }', 'a: (arg0: number, arg1: string) => number'],
    ['a comparison with literals', "a) { return a === 'x' || a === 'y' }", 'a: string'],
    ['a default', 'a) { a = a || 3; return a }', 'a?: number'],
    ['an options bag', 'a) { return a && a.long ? 1 : 2 }', 'a?: { long?: unknown }'],
    ['where it is passed', 'a) { return parseInt(a, 10) }', 'a: string'],
    [
      'an instance test',
      'a) { if (a instanceof Date) return a.getTime(); throw new Error("no") }',
      'a: Date',
    ],
    [
      'a question whether it is a function',
      "a) { if (typeof a === 'function') return 1; return 2 }",
      'a?: unknown',
    ],
    ['a flag', 'a) { return a !== false ? 1 : 2 }', 'a?: boolean'],
    [
      'arguments that move up',
      "a, b, c) { if (typeof b === 'string') { c = b; b = undefined } return a.trim() + c.trim() }",
      'a: string, b?: unknown, c?: string',
    ],
    [
      'the question whether there is an argument',
      "a, b) { if (arguments[1] === undefined) b = 'x'; return a.trim() + b.trim() }",
      'a: string, b?: string',
    ],
    [
      'such a question that ends in a throw',
      "a, b) { if (arguments[1] === undefined) throw new TypeError('no'); return a.trim() + b.trim() }",
      'a: string, b: string',
    ],
    [
      'a list or one of its kind',
      'a) { if (!Array.isArray(a)) a = [a]; return a.map(function (x) { return x.trim() }) }',
      'a: string[] | string',
    ],
    [
      'an option that has the name of a method',
      'a) { return a.map instanceof Map ? 1 : 2 }',
      'a: { map: Map<unknown, unknown> }',
    ],
    [
      'an option of such a name that is tested alone',
      'a) { return a.reverse ? 1 : 2 }',
      'a: { reverse?: unknown }',
    ],
    [
      'a list that is asked for one of its methods first',
      "a) { return a.map ? a.map(String).join('') : '' }",
      'a: unknown[]',
    ],
    ['computed names', 'a, k) { return a[k.trim()].length }', 'a: object, k: string'],
    ['iteration', 'a) { let n = 0; for (const x of a) n += x.size * 1; return n }', 'a: { size: number }[]'],
  ])('[LLM-10] follows %s', (_, body, expected) => {
    expect(head(body, expected)).toBe(`function f (${expected})`);
  });

  it('[LLM-10] takes the type of a private function from its callers', () => {
    const { text } = annotateText(
      'function g (x) { return x }\nfunction f (s) { return g(s.trim()) }\nexport = f\n',
    );
    expect(text).toContain('function g (x: string)');
  });

  it.each([
    ['given back', 'return last', '(list: string[]): string | undefined {'],
    ['given back by its name', 'return { last }', '(list: string[]): { last: string | undefined; } {'],
    ['handed on', 'done({ last })', 'last: string | undefined }) => unknown'],
  ])(
    '[LLM-10] says that a variable may hold nothing where only a callback puts something in: %s',
    (_, end, expected) => {
      const { text, strictErrors, anyPositions } = annotateText(
        `export = function (list${end.startsWith('done') ? ', done' : ''}) {\n  let last\n  list.forEach(function (one) { last = one.trim() })\n  ${end}\n}\n`,
      );
      expect(strictErrors).toEqual([]);
      expect(text).toContain(expected);
      expect(anyPositions).toBe(0);
    },
  );

  it('[LLM-10] makes a parameter optional that a caller leaves out', () => {
    const { text, strictErrors } = annotateText(
      'function g (a, b) { return b ? a + 1 : a }\nfunction f () { return g(1) + g(2, true) }\nexport = f\n',
    );
    expect(text).toContain('function g (a: number, b?: boolean)');
    expect(strictErrors).toEqual([]);
  });

  it('[LLM-10] follows types through the modules of a package', async () => {
    const { annotate } = await import('./annotate.ts');
    const { files, strictErrors } = annotate({
      files: [
        { path: 'lib/pad.ts', text: 'function pad (s, n) { return s.padStart(n) }\nexport = pad\n' },
        {
          path: 'index.ts',
          text: "import pad = require('./lib/pad')\nexport = function (x) { return pad(x, 3) }\n",
        },
      ],
      dependencies: [],
      moduleSystem: 'COMMONJS',
    });
    expect(files[1]?.text).toContain('function (x: string)');
    expect(strictErrors).toEqual([]);
  });
});

describe('a parameter is never narrower than what the code accepts', () => {
  it.each([
    [
      'two kinds, the rest thrown out',
      "a) { if (typeof a === 'string') return a.trim(); if (typeof a === 'number') return a * 2; throw new TypeError('no') }",
      'a: string | number',
    ],
    [
      'two kinds, the rest answered',
      "a) { if (typeof a === 'string') return a.trim(); if (typeof a === 'number') return a.toFixed(2); return null }",
      'a?: unknown',
    ],
    ['one kind, the rest answered', "a) { return typeof a === 'string' ? a.length : 0 }", 'a?: unknown'],
    ['anything made into text', "a) { return '' + a }", 'a?: unknown'],
    ['text under its own name', 'a) { a = String(a); return a.length }', 'a?: unknown'],
    [
      'anything but a string thrown out',
      "a) { if (typeof a !== 'string') throw new Error('no'); return a.length }",
      'a: string',
    ],
    ['null and undefined let through', 'a) { if (a == null) return 0; return a * 2 }', 'a?: number | null'],
    ['a list or one thing', 'a) { return Array.isArray(a) ? a.length : String(a).length }', 'a?: unknown'],
    ['isNaN takes anything', 'a) { return isNaN(a) }', 'a?: unknown'],
    [
      'what any signature of a function takes',
      'a, b, c) { return a.trim().split(b).concat(a.replace(/x/, c)) }',
      'a: string, b: string | RegExp, c: string | Function',
    ],
    [
      'what the signatures take that take so many',
      'a, b) { return a.trim().indexOf(b) }',
      'a: string, b: string',
    ],
  ])('[LLM-10] %s', (_, body, expected) => {
    expect(head(body, expected)).toBe(`function f (${expected})`);
  });

  it('[LLM-10] lets a partly checked option be anything', () => {
    expect(
      head("o) { return typeof o.name === 'string' ? o.name.trim() : o.name }", 'o: { name?: unknown }'),
    ).toBe('function f (o: { name?: unknown })');
  });
});

describe('variables, fields and instances', () => {
  it.each([
    [
      'a map filled by computed names',
      'const m = {}\nfunction f (k) { m[k.trim()] = 1; return m }\nexport = f\n',
      'const m: Record<string, number> = {}',
    ],
    [
      'a map without prototype',
      "const m = Object.create(null)\nm['a' + 1] = 'x'\nexport = m\n",
      'const m: Record<string, string> = Object',
    ],
    [
      'a list filled elsewhere',
      'const l = []\nfunction f (s) { l.push(s.trim()) }\nexport = f\n',
      'const l: string[] = []',
    ],
    [
      'a list with a name on it',
      "function f () { const l = []; l.kind = 'x'; l.push(1); return l }\nexport = f\n",
      'const l: number[] & { kind?: string } = []',
    ],
    [
      'an object with parts to fill',
      'function f (k) { const o = { all: [], next: null }; o.all.push(k.trim()); o.next = 1; return o }\nexport = f\n',
      'const o: { all: string[]; next: number | null }',
    ],
    [
      'a variable that a closure fills',
      'let last = null\nfunction f (s) { last = s.trim() }\nfunction g () { return last }\nexport = { f, g }\n',
      'let last: string | null = null',
    ],
    [
      'fields of a class',
      'class A { constructor (s) { this.name = s.trim() } size () { return this.name.length } }\nexport = A\n',
      'declare name: string;',
    ],
  ])('[LLM-10] types %s', (_, source, expected) => {
    const { text, strictErrors } = annotateText(source);
    expect(text).toContain(expected);
    expect(strictErrors).toEqual([]);
  });

  it('[LLM-10] puts the interface of instances above the comment of their constructor', () => {
    const { text } = annotateText(
      "'use strict'\n\n/* License. */\n\n/**\n * Makes a point.\n */\n// and more\nfunction Point () { this.x = 1 }\nPoint.prototype.twice = function () { return this.x * 2 }\nexport = Point\n",
    );
    expect(text).toContain('/* License. */\n\ninterface PointInstance {');
    expect(text).toContain('}\n\n/**\n * Makes a point.\n */\n// and more\nfunction Point');
  });

  it('[LLM-10] gives a constructor function an interface of its instances', () => {
    const { text, strictErrors, anyPositions } = annotateText(
      'function Point (x) { this.x = x * 1 }\nPoint.prototype.twice = function () { return this.x * 2 }\nexport = function (n) { return new Point(n).twice() }\n',
    );
    expect(text).toContain('interface PointInstance {\n  x: number;\n  twice(): number;\n}');
    expect(strictErrors).toEqual([]);
    expect(anyPositions).toBe(0);
  });

  it('[LLM-10] gives what a package without types exports a type from how it is used, beside the require', () => {
    const { files, text, strictErrors } = annotateText(
      "import pad = require('some-pad')\nexport = function (s) { return pad(s.trim(), 3).length * 2 }\n",
    );
    expect(files.map(({ path }) => path)).toEqual(['index.ts']);
    expect(text).toContain(
      "const pad = require('some-pad') as (arg0: unknown, arg1?: unknown) => { length: number }\n",
    );
    expect(strictErrors).toEqual([]);
  });

  it('[LLM-10] declares a package without types that an ES module imports', () => {
    const { files, strictErrors } = annotateText(
      "import pad from 'some-pad'\nexport default function (s) { return pad(s.trim(), 3).length * 2 }\n",
      'ESM',
    );
    expect(files.find((file) => file.path === 'untyped-modules.d.ts')?.text).toContain(
      "declare module 'some-pad' {\n  const value: (arg0: unknown, arg1?: unknown) =>",
    );
    expect(strictErrors).toEqual([]);
  });
});
