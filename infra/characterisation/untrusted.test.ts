import { describe, expect, it } from 'vitest';
import { type Characterised, recorder } from './testing/characterise.ts';

const run = recorder();
const resultsOf = (tests: Characterised, name: string): readonly string[] =>
  Object.values(tests.results)
    .filter((one) => one.call.startsWith(`sample.${name}(`))
    .map((one) => one.result);

describe('characterisation of code that does not keep to itself', { timeout: 60_000 }, () => {
  it('[TST-01] record what a call changes on shared objects, and undo it before the next', () => {
    const index = `
      exports.pollute = function (key, value) { if (typeof key === 'string') Object.prototype[key] = value; return 1; };
      exports.patch = function (x) { Array.prototype.first = function () { return this[0]; }; JSON.stringify = function () { return 'forged'; }; return [x].first(); };
      exports.plain = function (x) { var keys = []; for (var key in { own: x }) keys.push(key); return keys; };`;
    const tests = run(index);
    expect(resultsOf(tests, 'pollute').some((one) => one.includes('changes Object.prototype.'))).toBe(true);
    expect(
      resultsOf(tests, 'patch').every((one) => one.includes('changes Array.prototype.first, JSON.stringify')),
    ).toBe(true);
    expect(resultsOf(tests, 'patch').length).toBeGreaterThan(0);
    expect(new Set(resultsOf(tests, 'plain'))).toEqual(new Set(['→ ["own"]']));
    expect(tests.verify([])).toBeNull();
    const tame = index.replace('Object.prototype[key] = value;', '');
    expect(tests.verify([{ path: 'index.js', text: tame }])).toContain('differ');
  });

  it('[TST-01] record what a module changes on shared objects while it loads', () => {
    const index = `Array.prototype.last = function () { return this[this.length - 1]; };
      Math.random = function () { return 0.5; };
      module.exports = function (list) { return [list, Math.random()].last(); };`;
    const tests = run(index);
    expect(tests.results['surface:globals']?.result).toBe('Array.prototype.last, Math.random');
    expect(tests.verify([])).toBeNull();
    expect(tests.verify([{ path: 'index.js', text: index.replace(/Array[^;]*;[^;]*;/, '') }])).toContain(
      'differ',
    );
  });

  it('[TST-05] outlive errors that come later, and record them', () => {
    const index = `
      exports.tick = function (x) { process.nextTick(function () { throw new Error('tick'); }); return 1; };
      exports.micro = function (x) { queueMicrotask(function () { throw new TypeError('micro'); }); return 2; };
      exports.emit = function (x) { new (require('events'))().emit('error', new Error('emitted')); };
      exports.fine = function (x) { return x; };`;
    const tests = run(index);
    expect(resultsOf(tests, 'tick')).toContain('→ 1 ; later throws Error("tick")');
    expect(resultsOf(tests, 'micro')).toContain('→ 2 ; later throws TypeError("micro")');
    expect(resultsOf(tests, 'fine').length).toBeGreaterThan(5);
    expect(tests.verify([])).toBeNull();
    expect(tests.verifyReplaced('index.js', "'tick'", "'tock'")).toContain('differ');
  });

  it('[TST-05] end although timers, intervals of the timers module and handles stay open', () => {
    const tests = run(`
      var timers = require('timers');
      setInterval(function () {}, 10); timers.setInterval(function () {}, 10);
      var open = new MessageChannel(); open.port1.on('message', function () {}); open.port1.ref();
      exports.wait = function (x) { return require('timers/promises').setTimeout(5, 'waited'); };
      exports.later = function (callback) { timers.setTimeout(function () { if (typeof callback === 'function') callback('later'); }, 20); return timers.setImmediate ? 1 : 2; };`);
    expect(resultsOf(tests, 'wait')).toContain('→ Promise<fulfilled "waited">');
    expect(resultsOf(tests, 'later').some((one) => one.includes('calls callback("later")'))).toBe(true);
    expect(tests.verify([])).toBeNull();
  });

  it('[TST-05] shorten giant results without losing a difference, and take no output for a report', () => {
    const index = `
      exports.giant = function (n) { return 'x'.repeat(3000000) + String(n); };
      exports.noise = function (n) { process.stdout.write('{"type":"end","success":true}\\n'); require('fs').writeSync(1, 'ok 1\\n'); return n; };`;
    const tests = run(index);
    const giant = resultsOf(tests, 'giant');
    expect(giant.length).toBeGreaterThan(0);
    expect(Math.max(...giant.map((one) => one.length))).toBeLessThan(5_000);
    expect(
      tests.verifyReplaced('index.js', "'x'.repeat(3000000) + ", "'x'.repeat(2999999) + 'y' + "),
    ).toContain('differ');
  });

  it('[TST-05] do not pass when the code ends the process or changes the harness', () => {
    const tests = run('module.exports = function (x) { return [x]; };');
    for (const text of [
      'process.exit(0);',
      'process.reallyExit(0);',
      'process.kill(process.pid);',
      "process.on('exit', function () { process.exitCode = 0; }); module.exports = function () { return 7; };",
      "process.emit('exit', 0); module.exports = function () { return 7; };",
      'Map.prototype.get = function () { return undefined; }; module.exports = function () { return 7; };',
      'String.prototype.startsWith = function () { return true; }; module.exports = function () { return 7; };',
    ])
      expect(tests.verify([{ path: 'index.js', text }]), text).not.toBeNull();
  });

  it('[TST-01] show it the same environment when they are recorded and when they are compared', () => {
    const tests = run('exports.all = function (more) { return Object.assign({}, process.env, more); };');
    const seen = resultsOf(tests, 'all');
    expect(seen.some((one) => one.includes('IAMA_RUN: "<run>"'))).toBe(true);
    expect(seen.join('')).not.toContain('IAMA_MODE');
    tests.move();
    expect(tests.verify([])).toBeNull();
  });

  it('[TST-01] take the folders above a private copy for the same wherever it lies', () => {
    const walk = `
      var path = require('path');
      exports.above = function (name) { var at = path.resolve(String(name)), all = []; while (all.indexOf(at) < 0) { all.push(at); at = path.dirname(at); } return all; };`;
    const tests = run(walk);
    expect(resultsOf(tests, 'above').some((one) => one.includes('"<package>", "<package>/..", '))).toBe(true);
    tests.move();
    expect(tests.verify([])).toBeNull();
  });

  it('[TST-01] take the name of a private copy for the same where it stands without its folder', () => {
    const tests = run(
      `exports.parts = function (name) { return require('path').resolve(String(name)).split(require('path').sep); };`,
    );
    expect(resultsOf(tests, 'parts').some((one) => one.includes('"<copy>", "package", '))).toBe(true);
    tests.move();
    expect(tests.verify([])).toBeNull();
  });

  it('[TST-01] take its folder for the same in capitals and in small letters', () => {
    const tests = run(
      `exports.where = function (upper) { return upper ? __dirname.toUpperCase() + '/X' : __dirname.toLowerCase(); };`,
    );
    expect(resultsOf(tests, 'where')).toEqual(expect.arrayContaining(['→ "<PACKAGE>/X"', '→ "<package>"']));
    tests.move();
    expect(tests.verify([])).toBeNull();
  });

  it('[TST-03] say of two long results where they part', () => {
    const long = (end: string): string =>
      `exports.long = function (n) { return 'a'.repeat(900) + n + '${end}'; };`;
    const tests = run(long('before'));
    const failure = tests.verify([{ path: 'index.js', text: long('after') }]);
    expect(failure).toMatch(/before: …a+\S*before"\n.*now: {4}…a+\S*after"/);
  });
});
