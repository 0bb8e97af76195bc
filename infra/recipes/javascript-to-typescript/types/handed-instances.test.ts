import { describe, expect, it, vi } from 'vitest';
import { told } from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

const get = 'F.prototype.get = function () { return this.n }\nexport = F\n';
const OTHER = "const other = require('other-code')\n";

describe('instances that code gets whose effect is not known', () => {
  it.each([
    ['by a call with its "this"', `${OTHER}function F () { other.call(this, null); this.n = 1 }\n${get}`],
    [
      'by a member called with its "this"',
      `${OTHER}function F (a) { this.n = 1; other.Base.apply(this, arguments) }\n${get}`,
    ],
    ['as an argument', `${OTHER}function F () { this.n = 1; other(this) }\n${get}`],
    ['by a variable', `${OTHER}function F () { const self = this; this.n = 1; other(self) }\n${get}`],
    ['within an arrow', `${OTHER}function F () { this.n = 1; const go = () => other(this); go() }\n${get}`],
    ['by their constructor', `${OTHER}function F () { this.n = 1 }\nother.extend(F)\n${get}`],
    ['by their prototype', `${OTHER}function F () { this.n = 1 }\nother(F.prototype)\n${get}`],
    [
      'by their prototype, as members that are not known',
      `${OTHER}function F () { this.n = 1 }\nObject.assign(F.prototype, other)\n${get}`,
    ],
    [
      'as members that are not known',
      `function F (given) { this.n = 1; Object.assign(this, given) }\n${get}`,
    ],
    [
      'as members that are copied',
      `function F (given) { this.n = 1; for (const key in given) this[key] = given[key] }\n${get}`,
    ],
    [
      'under a name that is not known',
      `function F (key) { this.n = 1; Object.defineProperty(this, key, { value: 1 }) }\n${get}`,
    ],
    [
      'from their module',
      `function F () { this.n = 1; put(this) }\nfunction put (o) { o['a' + 'b'] = 1 }\n${get}`,
    ],
    [
      'from their module, with "this"',
      `function Mixin () { this.on = function () { return 1 } }\nfunction F () { this.n = 1; Mixin.call(this) }\n${get}`,
    ],
    [
      'from their module, by their constructor',
      `function put (C) { C.prototype.on = function () { return 1 } }\nfunction F () { this.n = 1 }\nput(F)\n${get}`,
    ],
  ])('[LLM-10] can have more members: given %s', (_, source) => {
    const { errors } = told(source, [
      "f.prototype.on('x')",
      'f.prototype.mixin.deep',
      'f.prototype.get().toFixed()',
    ]);
    expect(errors).toEqual([]);
  });

  it('[LLM-10] have constructors with more members where these are given', () => {
    const source = `${OTHER}function F () { this.n = 1 }\nother.extend(F)\n${get}`;
    expect(
      told(source, ['f.extend(class {})', 'new (f.extend({}))()', 'new f().get().toFixed()']).errors,
    ).toEqual([]);
  });

  it.each([
    [
      'to what only reads them',
      'function F () { this.n = 1; see(this); setTimeout(see, 1, this); Object.freeze(this) }\nfunction see (o) { return String(o.n) }\n',
    ],
    [
      'under symbols',
      "const KEY = Symbol('key')\nfunction F () { this.n = 1; this[KEY] = 2; this['m'] = 3 }\n",
    ],
    [
      'to a function that puts symbols there',
      'function F () { this.n = 1 }\nfunction walk (C) { C.prototype[Symbol.iterator] = function* () { yield 1 } }\nwalk(F)\n',
    ],
    ['to nobody', 'function F () { this.n = 1 }\n'],
    ['to what callers give', 'function F (plugin) { this.n = 1; plugin.call(this, this); plugin(F) }\n'],
    [
      'to a constructor of their own',
      'function B () { this.m = 1 }\nfunction F () { B.call(this); this.n = 1 }\nrequire("util").inherits(F, B)\n',
    ],
    [
      'to the emitter of Node',
      "import EventEmitter = require('events')\nimport util = require('util')\nfunction F () { EventEmitter.call(this); this.n = 1 }\nutil.inherits(F, EventEmitter)\n",
    ],
  ])('[LLM-10] have no more members where they are given %s', (_, source) => {
    const { errors } = told(`${source}${get}`, [
      'f.prototype.other',
      'f.extend',
      'f.prototype.get().toFixed()',
    ]);
    expect(errors).toEqual([
      expect.stringMatching(/^void f\.prototype\.other: /),
      expect.stringMatching(/^void f\.extend: /),
    ]);
  });

  it('[LLM-10] have what their constructor defines on them by name, with its type', () => {
    const source =
      "function F () { this.list = ['a']; Object.defineProperty(this, 'first', { get: function () { return this.list[0] } }); Object.defineProperty(this, 'kind', { value: 'f' }); Object.defineProperty(this, 'copied', Object.getOwnPropertyDescriptor(this, 'list')); Object.defineProperty(this, 'count', { writable: true, value: null }) }\nF.prototype.add = function () { this.count = 1; return this.first }\nexport = F\n";
    const { errors, any } = told(source, [
      'new f().kind.trim()',
      'new f().first',
      'new f().other',
      '(new f().count = 1)',
    ]);
    expect(errors).toEqual([expect.stringMatching(/^void new f\(\)\.other: /)]);
    expect(any).toBe(0);
  });

  it('[LLM-10] have what is put on them by a variable that holds them', () => {
    const source =
      'function F (n) { var self = this; self.n = n * 1 }\nF.prototype.start = function () { var self = this; self.m = 1; setTimeout(function () { self.done = true }, 1); return self }\nexport = F\n';
    const calls = ['new f(1).start().n.toFixed()', 'new f(1).m.toFixed()', 'new f(1).done === true'];
    expect(told(source, [...calls, 'new f(1).other']).errors).toEqual([
      expect.stringMatching(/^void new f\(1\)\.other: /),
    ]);
  });
});
