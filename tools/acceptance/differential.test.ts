import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { firstDifference, OUT_OF_TIME, observedCalls } from './differential.ts';

const root = mkdtempSync(join(tmpdir(), 'iama-differential-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let made = 0;
const observe = (text: string): string[] => {
  made += 1;
  const place = join(root, String(made));
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), '{ "name": "subject" }');
  writeFileSync(join(place, 'index.js'), text);
  const plan = `${place}.plan.json`;
  writeFileSync(
    plan,
    JSON.stringify({ seed: 1, calls: 10, modules: ['index.js'], corpus: ['left', 'right'] }),
  );
  return observedCalls(place, plan);
};

describe('the oracle that compares random calls', () => {
  it('[TST-01] shows no place in a file: the emitted JavaScript has other lines', () => {
    const rejecting = 'module.exports = (...args) => Promise.reject(new TypeError("no " + typeof args[0]));';
    const before = observe(`${rejecting}\nmodule.exports.stack = () => new Error("here").stack;`);
    const after = observe(`\n\n"use strict";\n${rejecting}
      module.exports.stack = () =>
        new Error("here").stack;`);
    expect(after).toEqual(before);
    expect(before.filter((line) => line.includes('rejected')).length).toBeGreaterThan(5);
    expect(before.join('\n')).toContain('here');
  });

  it('[TST-01] tells results of promises apart that come after the call', () => {
    const resolving = (value: string): string[] =>
      observe(`module.exports = async (input) => { await null; return ${value}; };`);
    expect(resolving('1')).toEqual(resolving('1'));
    expect(resolving('1')).not.toEqual(resolving('2'));
    expect(observe('module.exports = async () => { await null; throw new Error("a"); };')).not.toEqual(
      observe('module.exports = async () => { await null; throw new RangeError("a"); };'),
    );
  });

  it('[TST-01] finds memory that nobody wrote to the same each time', () => {
    const unwritten = 'module.exports = (size) => Buffer.allocUnsafeSlow(2048).toString("hex");';
    expect(observe(unwritten)).toEqual(observe(unwritten));
  });

  it('[TST-01] finds the time that a benchmark prints the same each time', () => {
    const timed = "console.time('all'); for (let n = 0; n < 1e5; n++) Math.sqrt(n); console.timeEnd('all');";
    expect(observe(timed).join('\n')).toContain('all: (a while)');
  });

  it('[TST-01] leaves no arguments of its own to a package that reads them: they say where it lies', () => {
    const lines = observe('exports.given = process.argv.slice(2);');
    expect(lines.join('\n')).toContain('given: []');
  });

  it('[TST-01] goes on after an error that nobody caught, and shows it', () => {
    const lines = observe('module.exports = (a) => queueMicrotask(() => { throw new Error("late"); });');
    expect(lines.filter((line) => line.includes('->') && line.includes('index.js(')).length).toBe(10);
    expect(lines.filter((line) => line.includes('late')).length).toBe(10);
  });

  it('[TST-01] ends although a timer of the package is still running', () => {
    const lines = observe('setInterval(() => {}, 1000); module.exports = () => 1;');
    expect(lines.some((line) => line.includes('index.js('))).toBe(true);
  }, 10_000);

  it('[TST-01] says where time was over, which is no difference unless the original had enough', () => {
    const place = join(root, 'endless');
    mkdirSync(place);
    writeFileSync(join(place, 'package.json'), '{ "name": "subject" }');
    writeFileSync(join(place, 'index.js'), 'exports.one = () => 1; exports.two = () => { for (;;); };');
    const plan = `${place}.plan.json`;
    writeFileSync(plan, JSON.stringify({ seed: 1, calls: 2, modules: ['index.js'], corpus: ['left'] }));
    const cut = observedCalls(place, plan, 3_000);
    expect(cut.at(-1)).toBe(OUT_OF_TIME);
    expect(cut.length).toBeGreaterThan(2);
    const whole = [...cut.slice(0, -1), 'two -> 2', ''];
    expect(firstDifference(cut, whole)).toBeNull();
    expect(firstDifference(whole, cut)).toEqual(['two -> 2', OUT_OF_TIME]);
    expect(firstDifference(cut, [...cut.slice(0, 1), OUT_OF_TIME])).toBeNull();
    expect(firstDifference(cut, ['other', ...whole.slice(1)])).toEqual([cut[0], 'other']);
    expect(firstDifference(whole, whole.slice(0, -1))).toEqual(['', '(nothing)']);
    expect(firstDifference(whole, [...whole, 'more'])).toEqual(['(nothing)', 'more']);
  });
});
