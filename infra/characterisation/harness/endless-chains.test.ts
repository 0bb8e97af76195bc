import { describe, expect, it } from 'vitest';
import { type Characterised, recorder } from '../testing/characterise.ts';

const run = recorder();

const HEALTHY = Array.from(
  { length: 10 },
  (_, at) => `exports.add${at} = function (n) { return Number(n) + ${at}; };`,
).join('\n');
const ADDED = Array.from({ length: 10 }, (_, at) => `sample.add${at}(1)`);

const leftOf = ({ left }: Characterised, name: string): ReadonlySet<string> =>
  new Set(
    Object.values(left)
      .filter(({ call }) => call.startsWith(`sample.${name}(`))
      .map(({ why }) => why),
  );

describe('a call that leaves something endless behind', { timeout: 180_000 }, () => {
  it.each([
    ['promises', 'const t = () => Promise.resolve().then(t); return t();'],
    ['promises that nobody is given', 'const t = () => Promise.resolve().then(t); t(); return 1;'],
    ['awaits', 'return (async () => { for (;;) await null; })();'],
    ['microtasks', 'const t = () => queueMicrotask(t); t();'],
    ['ticks', 'const t = () => process.nextTick(t); t();'],
    ['one promise', 'return Promise.resolve().then(() => { for (;;); });'],
    ['promises, and does not end itself', 'const t = () => Promise.resolve().then(t); t(); for (;;);'],
    ['promises after a timer', 'setTimeout(() => { const t = () => Promise.resolve().then(t); t(); }, 5);'],
    [
      'promises after a tick that throws',
      `process.nextTick(() => { throw new Error('tick'); }); const t = () => Promise.resolve().then(t); t();`,
    ],
    ['a call on an answer of the disk', `require('node:fs').stat('/', () => { for (;;); });`],
    [
      'promises on an answer of the disk',
      `require('node:fs').stat('/', () => { const t = () => Promise.resolve().then(t); t(); });`,
    ],
    ['one promise of the disk', `return require('node:fs').promises.stat('/').then(() => { for (;;); });`],
    ['a call on an answer of zlib', `process.getBuiltinModule('zlib').gzip('a', () => { for (;;); });`],
    [
      'a call on a derived key, also when it throws first',
      `const { pbkdf2 } = require('node:crypto');
       pbkdf2('a', 'b', 1, 16, 'sha256', () => { throw new Error('early'); });
       pbkdf2('a', 'b', 1, 16, 'sha256', () => { for (;;); });`,
    ],
    [
      'one promise of a digest',
      `return crypto.subtle.digest('SHA-256', new Uint8Array(1)).then(() => { for (;;); });`,
    ],
  ])('[TST-05] of %s is left out and told, and all others are recorded', (_, endless) => {
    const tests = run(`exports.endless = () => { ${endless} };\n${HEALTHY}`);
    expect(leftOf(tests, 'endless')).toEqual(new Set(['TIMEOUT']));
    for (const call of ADDED) expect(tests.resultOf(call), call).toMatch(/^→ \d+$/);
    expect(Object.values(tests.left).filter(({ call }) => !call.startsWith('sample.endless('))).toEqual([]);
    expect(tests.verify([])).toBeNull();
  });

  it('[TST-01] that comes with a change is told as that case, and no other differs', () => {
    const index = `exports.settle = (n) => Promise.resolve(n);\n${HEALTHY}`;
    const tests = run(index);
    const endless = `const t = () => Promise.resolve().then(t); return n === 1 ? t() : Promise.resolve(n);`;
    const failure = tests.verifyReplaced('index.js', '(n) => Promise.resolve(n)', `(n) => { ${endless} }`);
    expect(failure).toContain('now:    not finished (TIMEOUT)');
    expect(failure).not.toMatch(/sample\.add\d.* differ/);
  });

  it('[TST-05] leaves nothing that it changed to the next call', () => {
    const tests = run(`exports.endless = () => { Math.left = 1; for (;;); };\n${HEALTHY}`);
    expect(leftOf(tests, 'endless')).toEqual(new Set(['TIMEOUT']));
    expect(tests.resultOf('sample.add0(1)')).toBe('→ 1');
    expect(Object.values(tests.results).filter(({ result }) => result.includes('changes'))).toEqual([]);
  });

  it('[TST-01] waits for what threads compute, in the case that asked', () => {
    const tests = run(
      `const { pbkdf2, scrypt } = require('node:crypto');
       exports.derive = (key, done) => { pbkdf2(String(key), 'b', 1, 4, 'sha256', done); };
       exports.both = (key) => new Promise((done) => scrypt(String(key), 'b', 4, { N: 2 }, (_, made) => done(made)));`,
    );
    const derived = Object.values(tests.results).filter(({ call }) =>
      /^sample\.(?:derive|both)\(/.test(call),
    );
    expect(derived.filter(({ result }) => /Buffer<4: [\da-f]{8}>/.test(result)).length).toBeGreaterThan(5);
    expect(derived.filter(({ result }) => result.includes('pending'))).toEqual([]);
    expect(tests.verify([])).toBeNull();
  });

  it('[TST-01] costs a call that only waits long for promises nothing', () => {
    const tests = run(
      `exports.steps = async (n) => { let sum = 0; for (let at = 0; at < 300; at += 1) sum += await at; return [n, sum]; };`,
    );
    expect(leftOf(tests, 'steps')).toEqual(new Set());
    expect(tests.resultOf('sample.steps(1)')).toBe('→ Promise<fulfilled [1, 44850]>');
  });
});
