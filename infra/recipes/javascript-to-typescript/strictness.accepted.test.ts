import { describe, expect, it } from 'vitest';
import { restructure } from './restructure.ts';
import { runJavaScript, runTypeScript } from './testing/evaluate.ts';
import { runStrict } from './testing/strict-run.ts';

const convert = (source: string, accepted: readonly 'STRICT_MODE'[]) =>
  restructure(
    {
      files: [
        { path: 'package.json', text: '{"name":"x","version":"1.0.0"}' },
        { path: 'index.js', text: source },
      ],
      targets: [],
      dependencies: [],
    },
    { strategy: 'STANDARD', disabledSteps: [], accepted },
  );

const codesOf = (result: ReturnType<typeof convert>): readonly string[] =>
  result.status === 'REFUSED' ? [...new Set(result.reasons.map(({ code }) => code))] : [];

describe('sloppy code whose strict run can be told from the sloppy one by chance only', () => {
  const visible: readonly (readonly [title: string, source: string])[] = [
    ['writes to what is frozen', 'function f(o) { o.x = 1; return o } log(f(Object.freeze({ x: 2 })).x)'],
    ['writes to a text', 'function f(o) { o.x = 1; return o } log(f("text"))'],
    ['deletes what is frozen', 'function f(o) { return delete o.x } log(f(Object.freeze({ x: 2 })))'],
    [
      'adds to what takes no more',
      'function f(o) { o.push(1); o.y = 2 } f(Object.preventExtensions({ push: log }))',
    ],
    ['asks for `this` of a plain call', 'function f() { return typeof this } log(f())'],
    ['asks for `this` of a plain value', 'function f() { return typeof this } log(f.call(1))'],
    [
      'makes what it is by `this`',
      'function F(a) { if (!(this instanceof F)) return new F(a); this.a = a } F.prototype.get = function () { return this.a }; log(F(1).get())',
    ],
    [
      'is called with and without new',
      'function F(a) { this.a = a } F.prototype.get = function () { return this.a }; log(new F(1).get()); try { F(2); log(typeof a) } catch (error) { log(error.name) }',
    ],
    ['follows a parameter by arguments', 'function f(a) { a = 2; return arguments[0] } log(f(1))'],
    ['follows arguments by a parameter', 'function f(a) { arguments[0] = 2; return a } log(f(1))'],
    [
      'hands on arguments that follow',
      'function f(a) { g(arguments); return a } function g(x) { x[0] = 2 } log(f(1))',
    ],
    [
      'follows a parameter that a loop counts',
      'function f(a) { for (var i = 0; i < 2; i++) { a = a + i; log(arguments[0], a) } return a } log(f(1))',
    ],
    [
      'calls a function by a key that may be caller',
      'function f() {} function g(k) { try { return f[k] } catch (error) { return error.name } } log(g("caller"))',
    ],
    [
      'asks any value for its callee',
      'function f(x) { return typeof x.callee } log(f({}), f({ callee: log }))',
    ],
  ];

  it.each(visible)('[LLM-10] refuses what %s unless that is accepted', (_, source) => {
    expect(codesOf(convert(source, []))).toEqual(['STRICT_MODE_VISIBLE']);
  });

  it.each(visible)('[LLM-10] converts what %s to what the strict original does', (_, source) => {
    const result = convert(source, ['STRICT_MODE']);
    if (result.status === 'REFUSED') throw new Error(JSON.stringify(result.reasons));
    const converted = result.changes.find(({ path }) => path === 'index.js');
    if (converted?.kind !== 'RENAME') throw new Error('index.js becomes TypeScript');
    expect(runTypeScript(converted.text)).toEqual(runStrict(source));
  });

  it('[LLM-10] gives the places that are accepted once for each file and reason, at the first line', () => {
    const source = 'exports.f = function (o) {\n  o.a = 1;\n  o.b = 2;\n};';
    expect(convert(source, ['STRICT_MODE'])).toMatchObject({
      status: 'CHANGED',
      accepted: [{ code: 'STRICT_MODE_VISIBLE', path: 'index.js', line: 2 }],
    });
    expect(convert("'use strict';\nexports.a = 1", ['STRICT_MODE'])).toMatchObject({ accepted: [] });
  });
});

describe('sloppy code that is other in strict mode whenever it runs', () => {
  const certain: readonly (readonly [title: string, source: string])[] = [
    ['assigns to what nobody can declare', 'undefined = 1; log(undefined)'],
    ['asks who was called', 'function f() { return typeof arguments.callee } log(f())'],
    ['takes out who was called', 'function f() { var { callee: c } = arguments; return typeof c } log(f())'],
    ['asks its function for arguments', 'function f() { return typeof f.arguments } log(f())'],
    ['asks its function for the caller', 'function f() { return typeof f.caller } log(f())'],
    ['lists all that its function has', 'function f() {} log(Object.getOwnPropertyNames(f).length)'],
    [
      'assigns to the name of a function expression',
      'var f = function g() { g = 1; return typeof g }; log(f())',
    ],
    ['shows a function of a block outside of it', '{ function f() { return 1 } } log(f())'],
    ['takes the global object in a function that it calls at once', '(function () { log(typeof this) })()'],
  ];

  it.each(certain)('[LLM-10] refuses what %s, accepted or not', (_, source) => {
    expect(runStrict(source)).not.toEqual(runJavaScript(source));
    for (const accepted of [[], ['STRICT_MODE']] as const)
      expect(codesOf(convert(source, accepted))).toEqual(['STRICT_MODE_THROWS']);
  });

  it('[LLM-10] refuses syntax that strict mode forbids, accepted or not', () => {
    expect(codesOf(convert('log(010)', ['STRICT_MODE']))).toEqual(['STRICT_MODE_SYNTAX']);
  });

  it('[LLM-10] does not advise to write a directive that would break the code', () => {
    const result = convert('exports.f = function () { return arguments.callee }', []);
    expect(JSON.stringify(result)).not.toContain("write 'use strict'");
  });

  it('[LLM-10] refuses what TypeScript reads otherwise also where strict mode is accepted', () => {
    const source =
      'let a = 1, b = 2, c = 3; module.exports = f(a < b, c > (1)); function f (...all) { this.x = all }';
    expect(codesOf(convert(source, ['STRICT_MODE']))).toEqual(['TYPESCRIPT_READS_DIFFERENTLY']);
  });
});
