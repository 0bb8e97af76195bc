import { describe, expect, it } from 'vitest';
import { emit } from '../syntax/emit.ts';
import { convert, expectSame, STRICT, textOf } from './testing.ts';

describe('export = in place of the assignment', () => {
  const cases: readonly (readonly [title: string, source: string, expected: string])[] = [
    [
      'a function declared below',
      'module.exports = f\nfunction f (a, b) {}\n',
      'export = f\nfunction f (a, b) {}\n',
    ],
    [
      'a function without a name, which must not get one',
      'module.exports = function (a) { return a };\nvar b = 1;\n',
      'export = function (a) { return a };\nvar b = 1;\n',
    ],
    [
      'an arrow in parentheses behind a comment',
      'module.exports = /* the one */ ((a) => a);\n',
      'export = /* the one */ ((a) => a);\n',
    ],
    [
      'a chain of both names',
      'exports = module.exports = function named(a) {};\n',
      'export = function named(a) {};\n',
    ],
    [
      'a literal of stable values',
      'const a = 1;\nmodule.exports = { a, b: 2 };\nconst c = 3;\n',
      'const a = 1;\nexport = { a, b: 2 };\nconst c = 3;\n',
    ],
    [
      'a function with a variable of its own name, which nothing is to be read by',
      'function hash(s) { var hash = 1; return hash + s; }\nmodule.exports = hash;\n',
      'function hash(s) { var hash = 1; return hash + s; }\nexport = hash;\n',
    ],
    ['a class', 'class A { m() {} }\nmodule.exports = A\n', 'class A { m() {} }\nexport = A\n'],
    [
      'properties one after the other',
      'exports.a = a;\nexports.b = b;\nfunction a() {}\nfunction b() {}\n',
      'export = {\n  a,\n  b,\n};\nfunction a() {}\nfunction b() {}\n',
    ],
    [
      'a chain of properties, whose inner one comes first',
      'exports.a = exports.b = f;\nfunction f() {}\n',
      'export = {\n  b: f,\n  a: f,\n};\nfunction f() {}\n',
    ],
    [
      'a required module handed on',
      "module.exports = require('./a')\n",
      "export = require('./a') as typeof import('./a')\n",
    ],
  ];
  it.each(cases)('[LLM-10] %s', (_, source, expected) => {
    expect(textOf(STRICT + source)).toBe(STRICT + expected);
    expectSame(STRICT + source, textOf(STRICT + source));
  });

  it('[LLM-10] indents a value that becomes a member of a literal, and no text inside of strings', () => {
    const source =
      'exports.a = function a (x) {\n  if (x) {\n\n    return 1\n  }\n}\nexports.b = function b () {\n  return `\n  x`\n}\n';
    const text = textOf(source);
    expect(text).toContain(
      'export = {\n  a: function a (x) {\n    if (x) {\n\n      return 1\n    }\n  },\n  b: function b () {\n  return `\n  x`\n},\n}\n',
    );
    expectSame(source, text);
  });

  it('[LLM-10] types a required member once, also where it ends with the literal for want of a semicolon', () => {
    const source = `${STRICT}exports.a = require('./a')\nexports.b = require('./b')\n`;
    const text = textOf(source);
    expect(text).toContain(
      "export = {\n  a: require('./a') as typeof import('./a'),\n  b: require('./b') as typeof import('./b'),\n}\n",
    );
    expectSame(source, text);
  });

  it('[LLM-10] leaves the type open of exports that other code fills in', () => {
    const source =
      "'use strict'\nmodule.exports = make\nfill(module.exports, ['a', 'b'])\nfunction make () {}\nfunction fill (to, names) { names.forEach(function (name) { to[name] = name }) }\n";
    const result = convert(source);
    if ('refused' in result) throw new TypeError(result.refused.reason);
    expect(result.text).toContain('export = make as typeof make & { [name: string]: any }');
    expect(result.left.map((one) => one.code)).toContain('SURFACE_PARTLY_UNTYPED');
    expectSame(source, result.text);
  });

  it('[LLM-10] keeps names importable that Node reads from the text', () => {
    const source = `${STRICT}module.exports = f\nmodule.exports.g = g\nfunction f () {}\nfunction g () { return module.exports.g === g }\nlog(g())\n`;
    const text = textOf(source);
    expect(text).toContain('export = f\nf.g = g\n');
    expect(text).toContain('return f.g === g');
    expect(text).toContain('0 && (module.exports = { g });');
    expectSame(source, text);
  });

  it('[LLM-10] gives the exports object a name where functions read it', () => {
    const source = `${STRICT}exports.a = a;\nexports.b = Object.create(null);\nfill(exports.b);\nfunction fill(o) { o.x = exports.a() }\nfunction a() { return 1 }\n`;
    const text = textOf(source);
    expect(text).toContain(
      'const thing = {\n  a,\n  b: Object.create(null),\n};\n\nexport = thing;\nfill(thing.b);',
    );
    expectSame(source, text);
  });
});

describe('assignments that stay, because moving the value could be seen', () => {
  const cases: readonly (readonly [title: string, source: string, contained: string])[] = [
    [
      'a value computed before other code runs',
      "module.exports = make();\nlog('later');\nfunction make() { log('made'); return { a: 1 } }\n",
      'const thing = module.exports = make();',
    ],
    ['a binding written later', 'let a = 1;\nmodule.exports = a;\na = 2;\n', 'module.exports = a;'],
    ['a binding that has no value yet', 'module.exports = a;\nvar a = 5;\nlog(a);\n', 'module.exports = a;'],
    [
      'a literal of what is assigned below',
      'let n = 1;\nmodule.exports = { n };\nn = 5;\n',
      'module.exports = { n };',
    ],
    [
      'a literal of what is changed below in an object',
      'const o = { a: 1 };\nmodule.exports = { a: o.a };\no.a = 5;\n',
      'module.exports = { a: o.a };',
    ],
    [
      'a text made of what is changed below',
      "const list = [];\nmodule.exports = { text: 'of ' + list };\nlist.push(1);\n",
      "module.exports = { text: 'of ' + list };",
    ],
    [
      'what a getter counts, where it is asked again below',
      'let n = 0;\nconst o = { get a() { return ++n } };\nmodule.exports = { a: o.a };\nconst b = o.a;\n',
      'module.exports = { a: o.a };',
    ],
    [
      'properties with what is assigned below',
      'let n = 1;\nexports.n = n;\nexports.m = 2;\nn = 5;\n',
      'exports.n = n;',
    ],
    [
      'a result that depends on what has no value yet',
      'exports.a = g();\nvar v = 1;\nfunction g() { return v }\n',
      'exports.a = g();',
    ],
    [
      'functions without a name under a property',
      'exports.a = function (x, y) {};\nexports.b = () => 1;\n',
      'const a = exports.a = function (x, y) {};',
    ],
    ['properties with code between', "exports.a = 1;\nlog('between');\nexports.b = 2;\n", 'exports.b = 2;'],
    [
      'a property read while it is filled',
      'exports.a = 1;\nexports.b = exports.a + 1;\n',
      'exports.b = exports.a + 1;',
    ],
    [
      'a property read by a function that is one itself',
      'exports.a = 1;\nexports.b = function b() { return exports.a };\nlog(exports.b());\n',
      'return exports.a',
    ],
    [
      'a property set under a condition',
      'exports.a = 1;\nif (log) exports.b = 2;\n',
      'if (log) exports.b = 2;',
    ],
    [
      'a module that chooses its export',
      "try { module.exports = require('./a') } catch (e) { module.exports = null }\n",
      'export = module.exports',
    ],
    ['a computed property', "exports['a' + 1] = 1;\n", 'export = module.exports'],
    ['top-level this', 'this.a = 1;\nexports.b = 2;\n', 'this.a = 1;'],
    [
      'properties on a class',
      'class A {}\nmodule.exports = A;\nmodule.exports.b = 1;\n',
      'module.exports.b = 1;',
    ],
    [
      'the old object filled after a new one took its place',
      'module.exports = f;\nexports.lost = 1;\nfunction f() {}\n',
      'exports.lost = 1;',
    ],
    ['one key twice', 'exports.a = 1;\nexports.a = 2;\n', 'exports.a = 2;'],
    ['the exports object handed on', 'fill(exports);\nfunction fill(o) { o.a = 1 }\n', 'fill(exports);'],
    [
      'a shadowed name',
      'module.exports = f;\nmodule.exports.g = 1;\nfunction f(f) { return module.exports.g }\nlog(f(2));\n',
      'module.exports.g = 1;',
    ],
  ];
  it.each(cases)('[LLM-10] %s', (_, source, contained) => {
    const text = textOf(STRICT + source);
    expect(text).toContain(contained);
    expectSame(STRICT + source, text);
  });

  it('[LLM-10] a cycle of modules, where another module looks before the end', () => {
    const source = `${STRICT}class A {}\nmodule.exports = A\nconst b = require('./a')\n`;
    const text = textOf(source, { cyclic: true });
    expect(text).toBe(`${STRICT}class A {}\nmodule.exports = A\nimport b = require('./a')\n\nexport = A\n`);
    const emitted = emit('x.ts', text, 'commonjs').javaScript;
    expect(emitted.indexOf('module.exports = A')).toBeLessThan(emitted.indexOf('require('));
    expectSame(source, text);
  });

  it('[LLM-10] with the step switched off, every line', () => {
    const source = `${STRICT}const { x } = require('./a');\nmodule.exports = f;\nmodule.exports.x = x;\nfunction f() {}\n`;
    const text = textOf(source, { direct: false });
    expect(text.replace(" as typeof import('./a')", '').startsWith(source)).toBe(true);
    expect(text).toContain('export = module.exports as typeof f & {\n  x: typeof x;\n};');
    expectSame(source, text);
  });
});

describe('a value that stays and has no name', () => {
  const cases: readonly (readonly [title: string, source: string, end: string])[] = [
    ['a literal', 'module.exports = 3;\n', 'export = module.exports as number;\n'],
    ['a package without types', "module.exports = require('path');\n", "export = require('path') as any;\n"],
  ];
  it.each(cases)('[LLM-10] %s: the end repeats it and names no type as a value', (_, source, end) => {
    const text = textOf(STRICT + source, { direct: false, isTyped: () => false });
    expect(text.endsWith(end)).toBe(true);
    expectSame(STRICT + source, text);
  });
});

describe('names that TypeScript keeps for itself', () => {
  it('[LLM-10] refuses a file with a require of its own', () => {
    expect(convert('function require(a) { return a }\nmodule.exports = require(1)\n')).toMatchObject({
      refused: { code: 'RESERVED_NAME' },
    });
  });

  it('[LLM-10] takes the var away from a second declaration of exports', () => {
    const source = `${STRICT}var exports = module.exports = {};\nexports.a = 1;\n`;
    const text = textOf(source);
    expect(text).not.toContain('var exports');
    expectSame(source, text);
  });
});

describe('layout', () => {
  it('[LLM-10] keeps carriage returns, a byte order mark, a #! line and a missing last line break', () => {
    const source =
      "#!/usr/bin/env node\r\n'use strict'\r\n// note\r\nconst p = require('path')\r\n\r\nlog(p.join())";
    const text = textOf(source);
    expect(text).toBe(
      "#!/usr/bin/env node\r\n'use strict'\r\n// note\r\nimport p = require('path')\r\n\r\nlog(p.join())\r\n\r\nexport = {}",
    );
    expect(emit('x.ts', text, 'commonjs').javaScript.startsWith('#!/usr/bin/env node')).toBe(true);
    expect(textOf(`\uFEFF'use strict'\nmodule.exports = f\nfunction f () {}\n`)).toBe(
      `\uFEFF'use strict'\nexport = f\nfunction f () {}\n`,
    );
  });
});
