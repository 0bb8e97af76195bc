import { describe, expect, it, vi } from 'vitest';
import { told } from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

const OTHER = "const other = require('other-code')\n";
const get = 'get () { return this.n }';

describe('classes that other code puts members on', () => {
  it.each([
    [
      'gets an instance',
      `${OTHER}class F { constructor () { this.n = 1; other(this) } ${get} }\nexport = F\n`,
    ],
    [
      'gets an instance from a method that the constructor calls',
      `${OTHER}class F { constructor () { this.n = 1; this.start() } start () { other(this) } ${get} }\nexport = F\n`,
    ],
    ['gets an instance from a field', `${OTHER}class F { n = 1; kept = other(this); ${get} }\nexport = F\n`],
    [
      'is called with an instance as "this"',
      `${OTHER}class F { constructor () { this.n = 1; const self = this; other.call(self) } ${get} }\nexport = F\n`,
    ],
    [
      'gets the class',
      `${OTHER}class F { constructor () { this.n = 1 } ${get} }\nother.extend(F)\nexport = F\n`,
    ],
    [
      'gets the class that an expression makes',
      `${OTHER}const F = class { constructor () { this.n = 1 } ${get} }\nother.extend(F)\nexport = F\n`,
    ],
    [
      'gets the prototype',
      `${OTHER}class F { constructor () { this.n = 1 } ${get} }\nother(F.prototype)\nexport = F\n`,
    ],
    [
      'adds what callers give',
      `class F { constructor (given) { this.n = 1; Object.assign(this, given) } ${get} }\nexport = F\n`,
    ],
    [
      'adds to the prototype by a list of names',
      `class F { constructor () { this.n = 1 } ${get} }\nfor (const key of ['a', 'b']) F.prototype[key] = function () { return 1 }\nexport = F\n`,
    ],
    [
      'adds under the keys of callers',
      `class F { constructor () { this.n = 1 } ${get} put (key, value) { this[key] = value } }\nexport = F\n`,
    ],
    [
      'gets an instance of the class that this one extends',
      `${OTHER}class B { constructor () { other(this) } }\nclass F extends B { constructor () { super(); this.n = 1 } ${get} }\nexport = F\n`,
    ],
  ])('[LLM-10] have instances with more members where other code %s', (_, source) => {
    const calls = ["f.prototype.on('x')", 'f.prototype.mixin.deep', 'f.prototype.get().toFixed()'];
    const { errors, any } = told(source, calls);
    expect(errors).toEqual([]);
    expect(any).toBeGreaterThan(0);
  });

  it('[LLM-10] have more members of their own where other code gets the class', () => {
    const source = `${OTHER}class F { constructor () { this.n = 1 } ${get} }\nother.extend(F)\nexport = F\n`;
    expect(told(source, ['f.extend(class {})', 'new f().get().toFixed()']).errors).toEqual([]);
  });

  it.each([
    [
      'only reads them',
      `class F { constructor () { this.n = 1; see(this); Object.freeze(this) } ${get} }\nfunction see (o) { return String(o.n) }\nexport = F\n`,
    ],
    [
      'puts symbols on them',
      `const KEY = Symbol('key')\nclass F { constructor () { this.n = 1; this[KEY] = 2 } ${get} }\nexport = F\n`,
    ],
    [
      'is of Node',
      `class F { constructor () { this.n = 1; setTimeout(String, 1, this) } ${get} }\nexport = F\n`,
    ],
    [
      'is given by callers',
      `class F { constructor (plugin) { this.n = 1; plugin(this) } ${get} }\nexport = F\n`,
    ],
    [
      'gets the class from a member that is its own',
      `${OTHER}class F { constructor () { this.n = 1 } ${get} static make () { return other(this) } }\nexport = F\n`,
    ],
  ])('[LLM-10] have no more members where the code that gets them %s', (_, source) => {
    expect(told(source, ['f.prototype.other', 'f.extend', 'f.prototype.get().toFixed()']).errors).toEqual([
      expect.stringMatching(/^void f\.prototype\.other: /),
      expect.stringMatching(/^void f\.extend: /),
    ]);
  });

  it('[LLM-10] have by name, with its type, what is put on them by name', () => {
    const source = [
      'class F { constructor () { this.n = 1; const self = this; self.m = 2 }',
      "  init () { Object.defineProperty(this, 'unseen', { value: 1 }) } }",
      'F.prototype.on = function (n) { return this.n + n * 2 }',
      'F.prototype.limit = 3',
      "Object.defineProperty(F.prototype, 'size', { get () { return 1 } })",
      'F.make = function () { return new F() }',
      "F.VERSION = '1'",
      'export = F\n',
    ].join('\n');
    const { errors, any } = told(source, [
      'new f().on(1).toFixed()',
      'new f().m.toFixed()',
      'new f().limit.toFixed()',
      'new f().size.toFixed()',
      'f.make().on(2)',
      'f.VERSION.trim()',
      'new (class extends f { on () { return 1 } })()',
      'new f().other',
      'f.other',
    ]);
    expect(errors).toEqual([
      expect.stringMatching(/^void new f\(\)\.other: /),
      expect.stringMatching(/^void f\.other: /),
    ]);
    expect(any).toBe(0);
  });

  it('[LLM-10] have what their constructor defines on an instance by name', () => {
    const source = `class F { constructor () { this.n = 1; Object.defineProperty(this, 'kind', { value: 'f' }); Object.assign(this, { level: 2 }) } ${get} }\nexport = F\n`;
    const calls = ['new f().kind.trim()', 'new f().level.toFixed()'];
    expect(told(source, calls)).toEqual({ errors: [], any: 0 });
  });

  it.each([
    ['an accessor', 'F.prototype.x = 1', 'get x () { return 2 }'],
    ['a method of another type', 'F.prototype.x = function () { return 1 }', "x () { return 'a' }"],
    ['a field', 'F.prototype.x = function () { return 1 }', 'constructor () { super(); this.x = () => "a" }'],
    ['another static', 'F.x = function () { return 1 }', "static x () { return 'a' }"],
    ['another way to put it', 'F.prototype.x = 1', "}\nG.prototype.x = function () { return 'a'"],
  ])('[LLM-10] may have %s instead in a class that extends them', (_, put, own) => {
    const source = `class F { constructor () { this.n = 1 } ${get} }\n${put}\nclass E extends F {}\nclass G extends E { ${own} }\nexport = { F, G }\n`;
    expect(told(source, []).errors).toEqual([]);
  });

  it('[LLM-10] are open where one name is put on them more than once', () => {
    const source = `class F { constructor () { this.n = 1 } ${get} }\nF.prototype.x = () => 5\nF.prototype.x = 7\nexport = F\n`;
    expect(told(source, []).errors).toEqual([]);
  });

  it('[LLM-10] have nothing of what is put on another class of their name', () => {
    const source = [
      'class F { constructor () { this.n = 1 } }',
      'F.kind = 1',
      'function other (F) { F.prototype.limit = 3; return F }',
      'function inner () { class F { go () { return 2 } }\nF.prototype.size = 5\nreturn F }',
      'export = { F, inner, other }\n',
    ].join('\n');
    const { errors } = told(source, [
      'f.F.prototype.limit',
      'f.F.prototype.size',
      'new (f.inner())().size.toFixed()',
      'f.inner().kind',
    ]);
    expect(errors).toEqual([
      expect.stringMatching(/^void f\.F\.prototype\.limit: /),
      expect.stringMatching(/^void f\.F\.prototype\.size: /),
      expect.stringMatching(/^void f\.inner\(\)\.kind: /),
    ]);
  });
});
