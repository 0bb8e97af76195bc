import { describe, expect, it } from 'vitest';
import { strictModeHazards } from './strictness.ts';
import { runJavaScript } from './testing/evaluate.ts';
import { parsed } from './testing/parsed.ts';
import { runStrict } from './testing/strict-run.ts';

describe('sloppy code that runs the same in strict mode', () => {
  const same: readonly (readonly [title: string, source: string])[] = [
    [
      'joins lists of its own',
      'var all = []; var p = "a,b".split(","); p[p.length - 1] += "c"; p.push.apply(p, ["d"]); all.push.apply(all, p); log(all.join())',
    ],
    ['fills an object of its own', 'var o = {}; o.a = 1; o["b"] = 2; log(o.a, o.b)'],
    [
      'moves a pattern of its own on',
      'var p = /a/g; function f(s) { p.lastIndex = 1; return p.exec(s).index } log(f("aba"))',
    ],
    ['fills what is both its own and exported', 'var o = module.exports = { a: 1 }; o.b = 2; log(o.a + o.b)'],
    ['fills a list or an object of its own', 'var o = globalThis.x ? [] : {}; o.a = 1; log(o.a)'],
    ['names an error', 'var e = new TypeError("x"); e.code = "E"; log(e.code)'],
    [
      'fills what a function of its own made',
      'function make(s) { if (!s) return; var o = { a: s }; o.b = 1; return o } var o = make("x"); o.c = 2; log(o.a + o.b + o.c)',
    ],
    ['fills an array that split made', 'var p = "a,b".split(","); p[p.length - 1] += "c"; log(p.join())'],
    ['sets a property of its own function', 'function f() {} f.range = 1; log(f.range)'],
    [
      'fills an object and a map made with new',
      'var o = new Object(); o.a = 1; var m = new Map(); m.tag = 2; log(o.a + m.tag)',
    ],
    [
      'lends its list to methods of the language',
      'var has = Object.prototype.hasOwnProperty; var o = []; Array.prototype.push.apply(o, [1]); [].push.call(o, 2); o[2] = Math.max.apply(Math, o); log(has.call(o, "x"), o.join())',
    ],
    [
      'calls a function of its own on its object',
      'function first(x) { return x.a } var o = { a: 1 }; o.b = first.call(null, o); o.c = first.apply(null, [o]); log(o.b + o.c)',
    ],
    [
      'lists what its function was given, and reads a part of it by number',
      'function f() {} f.a = 1; var all = []; for (var k in f) all.push(f[k]); log(all.join(), f[0])',
    ],
    [
      'takes a part of its function by name',
      'function f() {} f.a = 1; var { a, length: n } = f; log(a + n, Object.keys(f).join())',
    ],
    ['exports', 'exports.a = 1; module.exports.b = 2; log(1)'],
    ['reads arguments', 'function f(a) { return arguments.length + arguments[0] } log(f(1))'],
    ['hands arguments on to be read', 'function f() { return Math.max.apply(Math, arguments) } log(f(1, 2))'],
    ['changes a parameter without arguments', 'function f(a) { a = a || 1; return a } log(f())'],
    ['uses this in a class', 'class A { m() { this.x = 1; return this.x } } log(new A().m())'],
    [
      'deletes from an object of its own',
      'var o = { a: 1 }; function f(k) { delete o[k] } f("a"); log(Object.keys(o).length)',
    ],
    [
      'fills what it hands on within the file',
      'function sum(list) { var n = 0; list.forEach(function (x) { n += x }); return n } function f() { var all = []; var o = { n: 1 }; o.n += 1; all[0] = o.n; o.sum = sum(all); return o } log(f().sum)',
    ],
    [
      'fills what it gives back at the end',
      'function f(s) { var o = {}, p = o; if (!s) return p; o.a = s; return o } log(f("x").a)',
    ],
    ['is strict where it matters', 'function f() { "use strict"; return typeof this } log(f())'],
    ['uses a function of a block inside of it', '{ function f() { return 1 } log(f()) }'],
  ];
  it.each(same)('[LLM-10] %s', (_, source) => {
    expect(strictModeHazards(parsed(source))).toEqual([]);
    expect(runStrict(source)).toEqual(runJavaScript(source));
  });

  it('[LLM-10] asks nothing of a file that is strict already', () => {
    expect(strictModeHazards(parsed("'use strict'; function f() { return this } f()"))).toEqual([]);
  });
});
