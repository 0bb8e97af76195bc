import { describe, expect, it } from 'vitest';
import { strictModeHazards } from './strictness.ts';
import { runJavaScript } from './testing/evaluate.ts';
import { parsed } from './testing/parsed.ts';
import { runStrict } from './testing/strict-run.ts';

describe('sloppy code whose strict run could be told from the sloppy one', () => {
  const told: readonly (readonly [title: string, source: string])[] = [
    [
      'assigns to a name nobody declares',
      'undeclared = 1; log(typeof undeclared); delete globalThis.undeclared',
    ],
    ['assigns to undefined', 'undefined = 1; log(undefined)'],
    ['writes to a property of an argument', 'function f(o) { o.x = 1; return o } log(f("text"))'],
    ['writes to a frozen object', 'var o = Object.freeze({ a: 1 }); o.a = 2; log(o)'],
    [
      'writes to an object frozen elsewhere',
      'var o = {}; lock(o); o.a = 1; log(o); function lock(x) { Object.freeze(x) }',
    ],
    [
      'calls a member of a sloppy function by a key it does not know',
      'function f() {} function g(k) { try { f[k]() } catch (error) { log(error.message) } } g("caller")',
    ],
    [
      'reads a member of a sloppy function by a key it does not know',
      'function f() {} function g(k) { try { return f[k] } catch (error) { return error.message } } log(g("caller"))',
    ],
    [
      'reads a member of a sloppy function by a key of another object',
      'function f() {} var o = { caller: 1 }; for (var k in o) { try { log(f[k]) } catch (error) { log(error.message) } }',
    ],
    [
      'takes the caller out of a sloppy function',
      'function f() {} function g() { try { var { caller: c } = f; return c } catch (error) { return error.message } } log(g())',
    ],
    [
      'takes the arguments out of a sloppy function',
      'function f(g) { try { ({ arguments: g } = f); return g.length } catch (error) { return error.message } } log(f(1))',
    ],
    [
      'takes out of a sloppy function what it cannot name',
      'function f() {} function g(k) { try { var { [k]: c } = f; return c } catch (error) { return error.message } } log(g("caller"))',
    ],
    [
      'asks a sloppy function for the names of all that it has',
      'function f() {} log(Object.getOwnPropertyNames(f).length + Reflect.ownKeys(f).length)',
    ],
    ['writes to the name of a function', 'function f() {} f.name = "other"; log(f)'],
    [
      'writes to an element whose key it does not know',
      'function f() {} function g(k) { f[k] = 1 } g("name"); log(f)',
    ],
    [
      'exports on an object it did not make',
      'module.exports = make(); module.exports.a = 2; log(module.exports.a); function make() { return Object.freeze({}) }',
    ],
    ['exports on a text', 'module.exports = "text"; module.exports.a = 2; log(module.exports.a)'],
    ['moves a pattern it was given', 'function f(p) { p.lastIndex = 1; return p } log(typeof f("a"))'],
    ['writes what a pattern says of itself', 'var p = /a/g; p.source = "b"; log(p.source)'],
    [
      'fills what a function of its own was given',
      'function make(o) { return o } var o = make("x"); o.c = 2; log(o.c)',
    ],
    [
      'fills what a function of its own made once and handed out',
      'var one = { a: 1 }; function make() { return one } lock(make()); var o = make(); o.b = 2; log(o.b); function lock(x) { Object.freeze(x) }',
    ],
    [
      'fills what a function of its own made and gave to others',
      'function make() { var o = {}; lock(o); return o } var o = make(); o.b = 2; log(o.b); function lock(x) { Reflect.preventExtensions(x) }',
    ],
    [
      'fills what a function of its own made and lets others get at',
      'function make() { var o = { a: 1 }; lock(function () { return o }); return o } function lock(get) { Object["fre" + "eze"](get()) } var x = make(); x.b = 2; log(x.b)',
    ],
    [
      'fills what new Object was given',
      'var o = new Object(Object["fre" + "eze"]({ a: 1 })); o.b = 2; log(o.b)',
    ],
    ['writes the size of a map', 'var m = new Map(); m.size = 1; log(m.size)'],
    [
      'writes to a set what it cannot name',
      'var s = new Set(); function f(k) { s[k] = 1 } f("size"); log(s.size)',
    ],
    [
      'exports the size of a map',
      'module.exports = new Map(); module.exports.size = 1; log(module.exports.size)',
    ],
    [
      'writes over a getter defined the old way',
      'var o = {}; o.__defineGetter__("a", function () { return 1 }); o.a = 2; log(o.a)',
    ],
    [
      'writes what a prototype given later forbids',
      'function f() {} f.__proto__ = { get a() { return 1 } }; f.a = 2; log(f.a)',
    ],
    [
      'writes what the prototype in a literal forbids',
      'var o = { __proto__: { get a() { return 1 } } }; o.a = 2; log(o.a)',
    ],
    [
      'writes to a prototype that is frozen',
      'function F() {} Object.freeze(F.prototype); F.prototype.a = 1; log(new F().a)',
    ],
    [
      'calls something unknown on its object',
      'var lock = Object["fre" + "eze"]; var o = { a: 1 }; lock.call(null, o); o.a = 2; log(o.a)',
    ],
    [
      'applies something unknown to its object',
      'var lock = Object["fre" + "eze"]; var o = { a: 1 }; lock.apply(null, [o]); o.a = 2; log(o.a)',
    ],
    [
      'hands its object to a method that only sounds harmless',
      'var tool = { keys: Object["fre" + "eze"] }; var o = { a: 1 }; tool.keys(o); o.a = 2; log(o.a)',
    ],
    [
      'hands its object to a function that was replaced',
      'function keep(x) { return x } keep = Object["fre" + "eze"]; var o = { a: 1 }; keep(o); o.a = 2; log(o.a)',
    ],
    ['deletes the length of a list', 'var a = [1]; log(delete a.length)'],
    [
      'deletes what it cannot name from a list',
      "var a = [1]; function f(k) { return delete a[k] } log(f('length'))",
    ],
    ['deletes the prototype of a function', 'function f() {} log(delete f.prototype)'],
    ['deletes where a pattern is', 'var p = /a/; log(delete p.lastIndex)'],
    ['fills what lies in a list', "for (var s of ['a']) { s.x = 1 } log(s)"],
    ['fills the keys of an object', 'for (var k in { a: 1 }) { k.x = 1 } log(k)'],
    [
      'fills what a map of others gives',
      "function f(l) { var r = l.map(String); r.x = 1; return r } log(f({ map: function () { return 's' } }))",
    ],
    ['asks a function for its arguments', 'function f() { return f.arguments.length } log(f(1, 2))'],
    [
      'declares a function under the name of a parameter that arguments shows',
      'function f(a) { function a() {} return typeof arguments[0] } log(f(1))',
    ],
    [
      'takes a value apart into the name of a function expression',
      'var f = function g() { [g] = [1]; return typeof g }; log(f())',
    ],
    [
      'fills what others got by another name',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; var p = o; lock(p); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by the value of an assignment',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; var p; lock(p = o); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by a name that may be another',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; var p = globalThis.x || o; lock(p); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by a function of its own that hands it on',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; function give(x) { lock(x) } give(o); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by the arguments of a function of its own',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; function give() { lock(arguments[0]) } give(o); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by the rest of the parameters',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; function give(...x) { lock(x[0]) } give(o); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by a function of its own that gives it back',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; function same(x) { return x } lock(same(o)); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by a method that has it as this',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; o.m = function () {}; o.m = lockThis; o.m(); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by a method whose name is computed',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; o.m = lockThis; o["m" + ""](); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by a method that the language runs',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; o.toString = lockThis; try { "" + o } catch (e) { } o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by a list of its own',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; var all = []; all.push(o); lock(all[0]); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by a list of others',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; var all = { push: lock }; all.push(o); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by the callback of a list',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; var all = [o]; all.forEach(lock); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by a property of another object',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; var all = {}; all.k = o; lock(all.k); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by an object around it',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; var all = { k: [o] }; lock(all.k[0]); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by its own property',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; o.self = o; lock(o.self); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by what is taken out of an object',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; var { k } = { k: o }; lock(k); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by a loop over a list',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; for (var x of [o]) lock(x); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by a callback that gives it',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; var get = function () { return o }; [get].map(function (f) { lock(f()) }); o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by what is thrown',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; try { throw o } catch (e) { lock(e) } o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by a template that has it as this',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; o.m = lockThis; o.m`x`; o.a = 1; log(o.a)',
    ],
    [
      'fills what others got by an export',
      'var lock = Object["fre" + "eze"], lockThis = (function () { "use strict"; Object["fre" + "eze"](this) }); var o = {}; exports.o = o; lock(exports.o); o.a = 1; log(o.a)',
    ],
    [
      'exports on what others were given',
      'var lock = Object["fre" + "eze"]; lock(exports); exports.a = 1; log(exports.a)',
    ],
    [
      'exports on what has a method that locks it',
      'exports.m = function () { "use strict"; Object["fre" + "eze"](this) }; exports.m(); exports.a = 1; log(exports.a)',
    ],
    [
      'writes to exports later, when others have them',
      'var own = exports; exports.set = function () { exports.a = 1; return exports.a }; (globalThis.x || Object["fre" + "eze"])(own); log(exports.set())',
    ],
    [
      'writes to a prototype made elsewhere',
      'var lock = Object["fre" + "eze"]; function F() {} F.prototype = lock({}); F.prototype.a = 1; log(new F().a)',
    ],
    [
      'writes to a prototype that others were given',
      'var lock = Object["fre" + "eze"]; function F() {} lock(F.prototype); F.prototype.a = 1; log(new F().a)',
    ],
    ['deletes from an argument', 'function f(o) { delete o.length; return o } log(f([1]).length)'],
    ['uses this in a plain call', 'function f() { return typeof this } log(f())'],
    ['changes a parameter that arguments shows', 'function f(a) { a = 2; return arguments[0] } log(f(1))'],
    ['changes arguments that a parameter shows', 'function f(a) { arguments[0] = 2; return a } log(f(1))'],
    [
      'hands arguments to others',
      'function f(a) { g(arguments); return a } function g(x) { x[0] = 2 } log(f(1))',
    ],
    ['asks who was called', 'function f() { return typeof arguments.callee } log(f())'],
    [
      'assigns to the name of a function expression',
      'var f = function g() { g = 1; return typeof g }; log(f())',
    ],
    ['shows a function of a block outside of it', '{ function f() { return 1 } } log(f())'],
    ['counts in octal', 'log(010)'],
    ['has one parameter twice', 'function f(a, a) { return a } log(f(1, 2))'],
    ['names something like a word of strict mode', 'var interface = 1; log(interface)'],
    ['deletes a name', 'var a = 1; log(delete a)'],
    ['uses with', 'with ({ a: 1 }) { log(a) }'],
  ];
  it.each(told)('[LLM-10] %s', (_, source) => {
    expect(runStrict(source)).not.toEqual(runJavaScript(source));
    expect(strictModeHazards(parsed(source))).not.toEqual([]);
  });
});

describe('names beside code that is given to eval', () => {
  const undeclared = (source: string): string[] =>
    strictModeHazards(parsed(source)).flatMap(
      ({ reason }) => /Assigns to "(\w+)", which/.exec(reason)?.[1] ?? [],
    );

  it.each([
    ['declared around it', "var a = 1; function f() { a = 2; return eval('a') }", []],
    ['declared as a parameter', "function f(a) { a = 2; return eval('a') }", []],
    ['that the code may declare', "function f() { if (f) { eval('var a') } a = 2 }", []],
    [
      'declared nowhere, in another function',
      "function f() { return eval('1') } function g() { a = 2 }",
      ['a'],
    ],
    ['declared by a function of its own', "function f() { (function () { eval('var a') })(); a = 2 }", ['a']],
  ])('[LLM-10] are told as undeclared only where they are: %s', (_title, source, names) => {
    expect(undeclared(source)).toEqual(names);
  });
});
