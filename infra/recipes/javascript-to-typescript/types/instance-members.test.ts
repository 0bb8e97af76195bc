import { describe, expect, it, vi } from 'vitest';
import { annotate } from './annotate.ts';
import { openProject, ROOT } from './host.ts';

vi.setConfig({ testTimeout: 60_000 });

/** What a strict consumer is told who imports the annotated module as `F` and runs `code`. */
const told = (source: string, code: string): string[] => {
  const { files, strictErrors } = annotate({
    files: [{ path: 'index.ts', text: source }],
    dependencies: [],
    moduleSystem: 'COMMONJS',
  });
  const consumer = { path: 'consumer.ts', text: `import F = require('./index')\n${code}\nexport {}\n` };
  const project = openProject([...files, consumer], 'commonjs');
  const program = project.program();
  const found = [
    ...program.getSemanticDiagnostics(program.getSourceFile(`${ROOT}/consumer.ts`)),
    ...program.getDeclarationDiagnostics(program.getSourceFile(`${ROOT}/index.ts`)),
  ];
  project.dispose();
  return [
    ...strictErrors.map(({ reason }) => `own: ${reason}`),
    ...found.map(({ messageText }) =>
      typeof messageText === 'string' ? messageText : messageText.messageText,
    ),
  ];
};

const MEMBERS: readonly (readonly [string, string, string])[] = [
  [
    'an accessor',
    "function F () { this._max = 1 }\nF.prototype.next = function () { return this._max + 1 }\nObject.defineProperty(F.prototype, 'max', { get: function () { return this._max }, set: function (n) { this._max = n * 1 }, enumerable: true })\nObject.defineProperty(F.prototype, 'kind', { get: function () { return 'f' } })\nexport = F\n",
    'const f = new F(); f.max = 2; const n: number = f.max + f.next(); const k: string = f.kind; void [n, k]',
  ],
  [
    'several accessors at once',
    'function F () { this._max = 1 }\nObject.defineProperties(F.prototype, { max: { get: function () { return this._max } }, two: { value: 2 } })\nF.prototype.next = function () { return this._max + 1 }\nexport = F\n',
    'const f = new F(); const n: number = f.max + f.two; void n',
  ],
  [
    'a prototype given as one object',
    "function F () { this.n = 1 }\nF.prototype = { constructor: F, next: function () { return this.n + 1 }, kind: 'f' }\nexport = F\n",
    'const f = new F(); const n: number = f.next(); const k: string = f.kind; void [n, k]',
  ],
  [
    'members put on together',
    'function F () { this.n = 1 }\nObject.assign(F.prototype, { next: function () { return 2 } })\nF.prototype.get = function () { return this.n }\nexport = F\n',
    'const f = new F(); const n: number = f.next() + f.get(); void n',
  ],
  [
    'members put on by other code',
    "function F () { this.n = 1 }\nF.prototype.get = function () { return this.n }\n;['up', 'down'].forEach(function (name) { F.prototype[name] = function () { return name } })\nexport = F\n",
    'const f = new F(); const n: number = f.get(); const up: string = f.up(); void [n, up]',
  ],
  [
    'what is inherited',
    "import EventEmitter = require('events')\nimport util = require('util')\nfunction F () { EventEmitter.call(this); this.n = 1 }\nutil.inherits(F, EventEmitter)\nF.prototype.get = function () { return this.n }\nexport = F\n",
    "const f = new F(); f.on('x', () => undefined); const n: number = f.get(); void n",
  ],
  [
    'second names of methods',
    'function F () { this.n = 1 }\nF.prototype.add = function (by) { this.n += by * 1; return this.n }\nF.prototype.plus = F.prototype.more = F.prototype.add\nF.prototype.most = F.prototype.plus\nexport = F\n',
    'const f = new F(); const n: number = f.plus(1) + f.more(2) + f.most(3); void n',
  ],
  [
    'members put on through a variable',
    "function F () { this.n = 1 }\nconst proto = F.prototype\nproto.add = function (by) { this.n += by * 1; return this.n }\nproto.plus = proto.add\nObject.defineProperty(proto, 'max', { get: function () { return this.n * 2 } })\nexport = F\n",
    'const f = new F(); const n: number = f.add(1) + f.plus(2) + f.max; void n; const m: 1 extends 0 & typeof f.add ? true : false = false; void m',
  ],
  [
    'methods that make another',
    'function Tree (root) { this.root = root }\nconst proto = Tree.prototype\nproto.insert = function (key) { const all = []; let at = this.root; while (at) { all.push(at); at = at.next } return new Tree({ key: key, next: all[0] || null }) }\nproto.size = function () { let n = 0; for (let at = this.root; at; at = at.next) n++; return n }\nexport = Tree\n',
    'const n: number = new F({ key: 0 }).insert(1).insert(2).size(); void n',
  ],
  [
    'static members given in a chain',
    "function F (n) { if (!(this instanceof F)) return new F(n); this.n = n * 1 }\nF.prototype.get = function () { return this.n }\nF.a = F.b = function () { return 'a' }\nexport = F\n",
    'const t: string = F.a() + F.b(); const n: number = F(1).get(); void [t, n]',
  ],
];

describe('instances of an exported constructor function', () => {
  it.each(MEMBERS)('[LLM-10] have %s', (_, source, code) => {
    expect(told(source, code)).toEqual([]);
  });
});
