import { describe, expect, it } from 'vitest';
import { runJavaScript } from '../testing/evaluate.ts';
import { parsed } from '../testing/parsed.ts';
import { makeClasses } from './classes.ts';

const POINT =
  "'use strict';\nfunction Point(x) {\n  this.x = x;\n}\nPoint.prototype.get = function () {\n  return this.x;\n};\n";

describe('constructor functions that stay functions', () => {
  const refused: readonly (readonly [title: string, source: string])[] = [
    ['exported', `${POINT}module.exports = Point;\n`],
    ['called without new', `${POINT}try { Point(1) } catch (e) { log('threw') }\n`],
    [
      'an object of it returned',
      `${POINT}module.exports = function (x) { const p = new Point(x); return p };\n`,
    ],
    ['an object of it listed', `${POINT}const p = new Point(1); for (const k in p) log(k);\n`],
    ['an object of it made and handed on at once', `${POINT}log(new Point(1));\n`],
    ['its constructor asked for', `${POINT}const p = new Point(1); log(p.constructor);\n`],
    ['a method taken off an object', `${POINT}const p = new Point(1); const get = p.get; log(typeof get);\n`],
    ['a method used as a constructor', `${POINT}const p = new Point(1); log(typeof new p.get());\n`],
    [
      'this handed on',
      "'use strict';\nfunction A() { log(this); }\nA.prototype.m = function () {};\nconst a = new A(); a.m();\n",
    ],
    [
      'returns something else',
      "'use strict';\nfunction A() { return { m() { log('other') } }; }\nA.prototype.m = function () { log('own') };\nconst a = new A(); a.m();\n",
    ],
    [
      'used before its methods are set',
      `'use strict';\nfunction A() {}\nconst a = new A();\nlog(1);\nA.prototype.m = function () { log(2) };\na.m();\n`,
    ],
    [
      'the prototype replaced',
      "'use strict';\nfunction A() {}\nA.prototype = { m() { log(1) } };\nconst a = new A(); a.m();\n",
    ],
    [
      'inheriting',
      "'use strict';\nfunction A() {}\nA.prototype = Object.create(Array.prototype);\nA.prototype.m = function () {};\nconst a = new A(); a.push(1);\n",
    ],
    [
      'inheriting by a helper',
      "'use strict';\nfunction A() {}\nfunction B() {}\nhelp(A, B);\nA.prototype.m = function () {};\nconst a = new A(); a.m();\nfunction help(x, y) { x.prototype.y = y }\n",
    ],
    [
      'one method set twice',
      `${POINT}Point.prototype.get = function () { return 2 };\nconst p = new Point(1); log(p.get());\n`,
    ],
    [
      'a method that names itself',
      "'use strict';\nfunction A() {}\nA.prototype.m = function again(n) { return n ? again(n - 1) : 'end' };\nconst a = new A(); log(a.m(2));\n",
    ],
    [
      'called with another this',
      "'use strict';\nfunction A() { this.a = 1 }\nA.prototype.m = function () {};\nconst o = {}; A.call(o); log(o);\n",
    ],
    [
      'an arrow as a method',
      "'use strict';\nfunction A() {}\nA.prototype.m = () => 1;\nconst a = new A(); log(a.m());\n",
    ],
  ];
  it.each(refused)('[LLM-10] %s', (_, source) => {
    const result = makeClasses(parsed(source), false);
    expect(result.applied).toBe(0);
    expect(result.text).toBe(source);
    expect(result.left.map((finding) => finding.code)).toContain('CLASS_NOT_PROVABLE');
  });
});

describe('constructor functions that become classes', () => {
  it('[LLM-10] moves the methods in, with their comments', () => {
    const source =
      "'use strict';\n\n// Counts.\nfunction Counter(from) {\n  this.n = from;\n}\n\n/**\n * One more.\n */\nCounter.prototype.next = function next(by) {\n  this.n += by;\n  return this.n;\n};\n\nCounter.prototype.reset = function () {\n  this.n = 0;\n};\n\nconst counter = new Counter(2);\nmodule.exports = function (by) {\n  return counter.next(by);\n};\nlog(module.exports(3), counter instanceof Counter, counter.n);\n";
    const result = makeClasses(parsed(source), false);
    expect(result).toMatchObject({ applied: 1, left: [] });
    expect(result.text).toBe(
      "'use strict';\n\n// Counts.\nclass Counter {\n  constructor(from) {\n    this.n = from;\n  }\n\n  /**\n   * One more.\n   */\n  next(by) {\n    this.n += by;\n    return this.n;\n  }\n\n  reset() {\n    this.n = 0;\n  }\n}\n\nconst counter = new Counter(2);\nmodule.exports = function (by) {\n  return counter.next(by);\n};\nlog(module.exports(3), counter instanceof Counter, counter.n);\n",
    );
    expect(runJavaScript(result.text)).toEqual(runJavaScript(source));
  });

  it('[LLM-10] [JOB-08] passes a long block of line comments at once, however its lines end', () => {
    const license = '// All rights, and so on. \r\n'.repeat(60);
    const head = `'use strict';\r\n${license}const n = 1;\r\n`;
    const source = `${POINT.replace("'use strict';\n", head)}const p = new Point(n);\nlog(p.get());\n`;
    const result = makeClasses(parsed(source), false);
    expect(result.applied).toBe(1);
    expect(result.text).toContain(license);
    expect(runJavaScript(result.text)).toEqual(runJavaScript(source));
  });

  it('[LLM-10] does not indent the text of a template', () => {
    const source = `${POINT.replace('return this.x;', 'return `a\nb`.concat(this.x);')}const p = new Point(1);\nlog(p.get());\n`;
    const result = makeClasses(parsed(source), false);
    expect(result.applied).toBe(1);
    expect(runJavaScript(result.text)).toEqual(runJavaScript(source));
  });
});
