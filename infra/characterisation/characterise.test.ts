import { describe, expect, it } from 'vitest';
import { recorder } from './testing/characterise.ts';

const run = recorder();

const HEADER = `
'use strict'
module.exports = join
/** @param {object} res */
function join (res, field, options) {
  options = options || {}
  if (!res || typeof res.getHeader !== 'function') throw new TypeError('res is required')
  var before = res.getHeader('Vary') || ''
  var list = Array.isArray(before) ? before.join(', ') : String(before)
  if (list.length > 20) return false
  res.setHeader('Vary', list ? list + (options.separator || ', ') + field : field)
  return true
}
`;

const COUNTER = `
function Counter(start) {
  this.n = Number(start) || 0;
}
Counter.prototype.add = function add(step) {
  if (step === undefined) step = 1;
  this.n += step;
  return this;
};
Counter.prototype.get = function () { return this.n; };
module.exports = Counter;
`;

describe('characterisation tests on a real Node', { timeout: 60_000 }, () => {
  it('[TST-01] catch every planted change of behaviour', () => {
    const planted: readonly (readonly [string, string])[] = [
      ['> 20', '>= 20'],
      ['return false', 'return true'],
      ["|| ', '", "|| ','"],
      ["res.setHeader('Vary'", "res.setHeader('vary'"],
      ['Array.isArray(before)', 'false'],
      ['!res ||', ''],
      ["throw new TypeError('res is required')", "throw new Error('res is required')"],
      ['  return true', '  return'],
    ];
    const tests = run({ 'index.js': HEADER });
    expect(tests.verify([])).toBeNull();
    for (const [from, to] of planted) {
      const failure = tests.verifyReplaced('index.js', from, to);
      expect(failure, `${from} became ${to}`).toContain('differ');
    }
    expect(tests.verify([{ path: 'index.js', text: HEADER }])).toBeNull();
  });

  it('[TST-01] pass for the same behaviour in other clothes: a class, strict ES modules, other names', () => {
    const tests = run({ 'index.js': COUNTER });
    const modern = `
      class Counter {
        constructor(from) { this.n = Number(from) || 0; }
        add(by) { this.n += by === undefined ? 1 : by; return this; }
        get() { return this.n; }
      }
      export default Counter;`;
    expect(
      tests.verify([
        { path: 'index.js', text: modern },
        { path: 'package.json', text: '{ "name": "sample", "main": "index.js", "type": "module" }' },
      ]),
    ).toBeNull();
    const wrong = modern.replace('? 1', '? 2');
    expect(tests.verify([{ path: 'index.js', text: wrong }])).toContain('.add()');
    const lost = modern.replace('get() { return this.n; }', '');
    expect(tests.verify([{ path: 'index.js', text: lost }])).toContain('differ');
  });

  it('[TST-01] record calls of passed functions, changed arguments, promises, output and timers', () => {
    const tests = run({
      'index.js': `
        exports.each = function (list, callback) { list.forEach(function (x, i) { callback(x, i); }); };
        exports.fill = function (object) { object.seen = true; return object; };
        exports.later = function (value) { return new Promise(function (done) { setTimeout(function () { done([value, Date.now()]); }, 50); }); };
        exports.shout = function (word) { console.log(word); };`,
      'README.md':
        "```js\nvar sample = require('sample');\nsample.each(['a', 'b'], function (x) { return x; });\nsample.fill({ a: 1 });\nsample.later('x');\nsample.shout('hey');\n```",
    });
    const calls = Object.values(tests.results);
    expect(
      calls.some((one) => one.call.startsWith('sample.each(') && one.result.includes('calls callback(')),
    ).toBe(true);
    expect(tests.resultOf('sample.fill({ a: 1 })')).toBe(
      '→ {a: 1, seen: true} ; arguments became [{a: 1, seen: true}]',
    );
    expect(tests.resultOf("sample.later('x')")).toBe('→ Promise<fulfilled ["x", 1580702706839]>');
    expect(tests.resultOf("sample.shout('hey')")).toBe('→ undefined ; prints console.log("hey")');
  });

  it('[TST-05] leave out what does not end, and what reaches outside, and say so', () => {
    const tests = run({
      'index.js': `
        var fs = require('fs'); var net = require('net'); var child = require('child_process');
        exports.hang = function (n) { while (n === 3) {} return n; };
        exports.write = function (name) { fs.writeFileSync(String(name), 'x'); };
        exports.swallow = function (name) { try { fs.rmSync(String(name)); } catch (e) {} return 1; };
        exports.call = function (port) { return net.connect(port || 80); };
        exports.run = function (command) { return child.execSync(String(command)); };
        exports.leave = function (code) { process.exit(code); };`,
    });
    const why = (name: string): string[] =>
      Object.values(tests.left)
        .filter((one) => one.call.startsWith(`sample.${name}(`))
        .map((one) => one.why);
    expect(why('hang')).toContain('TIMEOUT');
    expect(why('write')).toContain('UNSAFE fs.writeFileSync');
    expect(why('swallow')).toContain('UNSAFE fs.rmSync');
    expect(why('call')).toContain('UNSAFE net.connect');
    expect(why('run')).toContain('UNSAFE child_process.execSync');
    expect(tests.resultOf('sample.leave(1)')).toContain('exits with 1');
    expect(tests.verify([])).toBeNull();
  });

  it('[TST-01] say of each export how many calls gave a value, so that one that only throws is seen', () => {
    const tests = run({
      'index.js': `
        exports.works = function (a) { return [a]; };
        exports.refuses = function (a) { throw new Error('needs a database'); };
        exports.writes = function (a) { require('fs').writeFileSync('x', String(a)); };`,
    });
    const returned = new Map(tests.subjects.map((one) => [one.name, one]));
    expect(returned.get('sample.works')?.returned).toBeGreaterThan(5);
    expect(returned.get('sample.refuses')).toMatchObject({ returned: 0 });
    expect(returned.get('sample.refuses')?.calls).toBeGreaterThan(0);
    expect(returned.get('sample.writes')).toMatchObject({ returned: 0 });
  });

  it('[TST-01] find inputs that no plan holds, by meeting what the code compares with', () => {
    const source = `
      module.exports = function (text) {
        var parts = String(text).split(String.fromCharCode(58));
        if (parts[1] === ['kn', 'ock'].join('')) return parts.length > 2 && parts[2] === 'k'.concat('ey') ? 'open' : 'who';
        return 'shut';
      };`;
    const tests = run({ 'index.js': source });
    const results = Object.values(tests.results).map((one) => one.result);
    expect(results).toContain('→ "who"');
    expect(results).toContain('→ "open"');
    expect(tests.verify([])).toBeNull();
    expect(tests.verifyReplaced('index.js', "'open'", "'wide'")).toContain('differ');
  });

  it('[TST-01] fix clock, randomness and the order of cases, so that a second run agrees', () => {
    const tests = run({
      'index.js': `
        var token = Math.random();
        module.exports = function (prefix) { return [prefix, token, Date.now(), new Date().getTime(), Math.random(), process.hrtime()[0]].join(':'); };`,
    });
    expect(tests.verify([])).toBeNull();
  });

  it('[TST-01] fix random bytes and what new memory holds, and wait for those that are asked for', () => {
    const tests = run({
      'index.js': `
        const crypto = require('crypto');
        exports.id = (n) => crypto.randomBytes((Number(n) & 15) || 4).toString('hex');
        exports.later = (n) => new Promise((done) => crypto.randomFill(Buffer.alloc(4), (error, bytes) => done([n, error, bytes.toString('hex')])));
        exports.memory = (n) => Buffer.allocUnsafe(64).toString('hex') + n;
        exports.endless = (n) => new Promise((done) => crypto.randomBytes(4, () => { for (;;); }));`,
    });
    expect(tests.resultOf('sample.id(1)')).toMatch(/^→ "[0-9a-f]{2}"$/);
    expect(tests.resultOf('sample.later(1)')).toMatch(/^→ Promise<fulfilled \[1, null, "[0-9a-f]{8}"\]>$/);
    expect(tests.resultOf('sample.memory(1)')).toBe(`→ "${'0'.repeat(128)}1"`);
    const endless = Object.values(tests.left).filter(({ call }) => call.startsWith('sample.endless('));
    expect(endless.map(({ why }) => why)).toContain('TIMEOUT');
    expect(tests.verify([])).toBeNull();
  });

  it('[TST-01] agree wherever the package lies: no result holds the path of the folder it was recorded in', () => {
    const tests = run({
      'index.js': `
        exports.where = function (name) { return __dirname + '/' + name; };
        exports.load = function (name) { return require('./' + name); };
        exports.long = function (name) { return name + new Array(400).join(__filename); };`,
    });
    const results = Object.values(tests.results).map((one) => one.result);
    expect(results.some((one) => one.startsWith('→ "<package>/'))).toBe(true);
    tests.move();
    expect(tests.verify([])).toBeNull();
  });

  it('[TST-01] agree when code stands on other lines: no result holds the frames of a stack trace', () => {
    const index = `
      exports.trace = function (text) { return new Error(text).stack; };
      exports.gather = function (text) { throw new Error('gathered:\\n' + new TypeError(text).stack); };
      exports.indent = function (text) { return new Error(text).stack.replace(/^/gm, '    '); };`;
    const tests = run({ 'index.js': index });
    expect(tests.verify([{ path: 'index.js', text: `\n\n${index.replaceAll('{ ', '{\n')}` }])).toBeNull();
    expect(tests.verifyReplaced('index.js', 'TypeError', 'RangeError')).toContain('differ');
  });

  it('[TST-01] wait for what the disk answers, one question after another, and record it with the case that asked', () => {
    const tests = run({
      'index.js': `
        var fs = require('fs');
        module.exports = function (callback) {
          var left = 12;
          (function next(error) {
            if (left-- === 0) return callback(error ? error.code : 'there');
            fs.stat(__dirname + '/none', next);
          })();
        };`,
    });
    const results = Object.values(tests.results).map((one) => one.result);
    expect(results.some((one) => one.includes('("ENOENT")'))).toBe(true);
    expect(tests.verify([])).toBeNull();
  });

  it('[TST-05] leave out what never stops asking the disk, and say so', () => {
    const tests = run({
      'index.js': `
        var fs = require('fs');
        exports.watch = function () { fs.stat(__dirname, exports.watch); };`,
    });
    expect(new Set(Object.values(tests.left).map(({ why }) => why))).toEqual(new Set(['TIMEOUT']));
    const kept = Object.values(tests.results).map(({ call }) => call);
    expect(kept).toEqual(['sample', 'exports of index.js', 'shape of sample.watch']);
  });

  it('[TST-01] fail, not pass, when the module no longer loads or a rejection is no longer handled', () => {
    const index = `module.exports = function (x) { Promise.reject(x).catch(function () {}); return 1; };`;
    const tests = run({ 'index.js': index });
    expect(tests.verify([{ path: 'index.js', text: 'throw new Error("broken");' }])).toContain('differ');
    expect(tests.verifyReplaced('index.js', '.catch(function () {})', '')).toContain('handled');
  });
});
