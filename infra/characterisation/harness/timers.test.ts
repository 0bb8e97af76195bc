import { describe, expect, it } from 'vitest';
import { recorder } from '../testing/characterise.ts';

const run = recorder();

describe('calls that throw what ends a call', { timeout: 120_000 }, () => {
  it('[TST-05] are told from calls that do not end', () => {
    const tests = run(
      `exports.run = (n) => { throw Object.assign(new Error('script'), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' }); };
       exports.later = async (n) => { await null; setTimeout(exports.run, 1); };`,
    );
    expect(Object.values(tests.left)).toEqual([]);
    expect(tests.resultOf('sample.run(1)')).toContain('throws Error("script", code: "ERR_SCRIPT');
    expect(tests.resultOf('sample.later(1)')).toContain('timer throws Error("script"');
  });
});

describe('timers of one case', { timeout: 120_000 }, () => {
  it('[TST-01] come one after another, each after all that the one before left for later', () => {
    const tests = run(
      `exports.wait = async (n) => { const seen = []; for (let at = 0; at < 20; at += 1) { await new Promise((done) => setTimeout(done, 5)); seen.push(at); } return seen.length; };`,
    );
    expect(tests.resultOf('sample.wait(1)')).toBe('→ Promise<fulfilled 20>');
  });
});
