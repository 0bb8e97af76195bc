import { describe, expect, it, vi } from 'vitest';
import { told } from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('a parameter that is overwritten before it is read', () => {
  it.each([
    ['at once', 'export = function f (x) { x = 1; return x + 1 }\n', ["f('a').toFixed()", 'f(null)', 'f()']],
    [
      'in both ways',
      'export = function f (a, x) { if (a) { x = a.length } else { x = 0 } return String(x) }\n',
      ["f('a', null)"],
    ],
    [
      'as a counter',
      "export = function f (list, i) { for (i = 0; i < list.length; i++) if (list[i] === 'a') return i; return -1 }\n",
      ["f(['a'], {})", "f(['a']).toFixed()"],
    ],
    [
      'of a constructor and a method',
      'function F (o) { o = { a: 1 }; this.o = o }\nF.prototype.go = function (y) { y = this.o.a; return y }\nexport = F\n',
      ["new f('a').go('q').toFixed()", 'new f().go()'],
    ],
    [
      'of a class',
      'export = class F { constructor (a, b) { b = 1; this.b = b; this.a = a * 2 } async go (x) { x = this.b; return x } }\n',
      ["new f(1, 'x').go('a')", 'new f(1).go().then((n) => n.toFixed())'],
    ],
    [
      'of an arrow',
      'export = { f: (x, y) => { y = x * 2; return y } }\n',
      ["f.f(1, 'x').toFixed()", 'f.f(1)'],
    ],
    ['of a method', 'export = { f (x, y) { y = x * 2; return y } }\n', ["f.f(1, 'x').toFixed()", 'f.f(1)']],
    [
      'of a function that is given back',
      'export = function () { return g\n  function g (x, y) { y = x * 2; return y } }\n',
      ["f()(1, 'x').toFixed()", 'f()(1)'],
    ],
  ])('[LLM-10] takes anything, or nothing: %s', (_, source, calls) => {
    expect(told(source, calls).errors).toEqual([]);
  });

  it.each([
    ['is read on one way', 'export = function f (a, x) { if (a) x = 1; return x * 2 }\n', "f('', 'x')"],
    ['is read as it is written', 'export = function f (x) { x = x * 2; return x }\n', "f('x')"],
    [
      'is read where a loop does not run',
      'export = function f (list, x) { for (const one of list) x = one.length; return x * 2 }\n',
      "f(['a'], 'x')",
    ],
    [
      'is read where a loop is left',
      'export = function f (x) { do { if (Math.random()) break; x = 1 } while (false); return x * 2 }\n',
      "f('x')",
    ],
    [
      'is read by a function that is there before',
      'export = function f (x) { const a = twice(); x = 1; return a + x\n  function twice () { return x * 2 } }\n',
      "f('x')",
    ],
    [
      'is read after what may fail',
      'export = function f (x) { try { JSON.parse("{"); x = 1 } catch {} return x * 2 }\n',
      "f('x')",
    ],
    [
      'is read by a default in a pattern',
      'export = function f (x, { a = x * 2 }) { x = 1; return a + x }\n',
      "f('x', {})",
    ],
    [
      'is written to by a default alone',
      'export = function f (x, y = (x = 1)) { return x * y }\n',
      "f('x', 2)",
    ],
    [
      'is written to by a default in a pattern alone',
      'export = function f (o, x) { const { a = (x = 1) } = o; return x * a }\n',
      "f({ a: 1 }, 'x')",
    ],
    [
      'is written to by a default of an assignment alone',
      'export = function f (list, x) { let a; [a = (x = 1)] = list; return x * a }\n',
      "f([1], 'x')",
    ],
    ['is another of the name', 'export = function f (x) { { let x = 1; x++ } return x * 2 }\n', "f('x')"],
  ])('[LLM-10] takes what the body asks for where it %s', (_, source, call) => {
    expect(told(source, [call]).errors).toEqual([expect.stringContaining('is not assignable')]);
  });
});

describe('a last parameter of which nothing is asked', () => {
  it.each([
    ['of a function', 'export = function f (a, x) { return [a.length, x] }\n', "f('a')"],
    ['of a declaration', 'function f (a, x) { return [a.length, x] }\nexport = { f }\n', "f.f('a')"],
    ['of an arrow', 'export = (a, x) => [a.length, x]\n', "f('a')"],
    [
      'of a method that a constructor shares',
      'function F () { this.list = [] }\nF.prototype.on = function (name, ctx) { this.list.push({ name: name.trim(), ctx }) }\nexport = F\n',
      "new f().on('a')",
    ],
    ['of a constructor', 'export = class F { constructor (x) { this.x = x } }\n', 'new f()'],
  ])('[LLM-10] may be left out: %s', (_, source, call) => {
    expect(told(source, [call]).errors).toEqual([]);
  });

  it('[LLM-10] is asked for where the function counts what it gets', () => {
    const source =
      "export = function (x) { if (arguments.length === 0) throw new Error('none'); return [x] }\n";
    expect(told(source, ['f()']).errors).toEqual([expect.stringContaining('Expected 1 arguments')]);
  });
});

describe('a function that is given back and reads its "arguments"', () => {
  it.each([
    ['as an expression with a "this"', 'return function () { return fn.apply(this, arguments) }'],
    ['as a declaration', 'function g () { return fn([].slice.call(arguments)) }\nreturn g'],
    ['by a variable', 'var g = function () { return fn(arguments[0]) }\ng.x = 1\nreturn g'],
    [
      'by a variable that is set later',
      'var g\nif (fn.name) { g = function () { return fn(arguments[1]) } } else { g = function (a) { return fn(arguments) } }\nreturn g',
    ],
    [
      'in one of two ways',
      'return fn ? function () { return fn(arguments.length) } : function () { return arguments.length }',
    ],
    ['as a method of a class', 'return (new (class { go () { return fn(arguments) } })()).go'],
  ])('[LLM-10] takes arguments: %s', (_, body) => {
    const { errors } = told(`export = function wrap (fn) { ${body} }\n`, [
      'f(function (a: any) { return a })(1, 2)',
      'f(function (a: any) { return a })()',
    ]);
    // The one that names an argument asks for it.
    expect(errors.filter((one) => !one.endsWith('got 0.'))).toEqual([]);
  });

  it('[LLM-10] takes none where it only says that there are too many', () => {
    const source =
      "export = function () { return function () { if (arguments.length) throw new Error('none') } }\n";
    expect(told(source, ['f()(1)', 'f()()']).errors).toEqual([expect.stringMatching(/^void f\(\)\(1\): /)]);
  });
});
