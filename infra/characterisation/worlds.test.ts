import { describe, expect, it } from 'vitest';
import { expectNoticed, recorder } from './testing/characterise.ts';

const run = recorder();

const LEVEL = `
  const env = process.env;
  const hasFlag = (name) => process.argv.includes('--' + name);
  let forced;
  if (hasFlag('no-color')) forced = false;
  if ('FORCE_COLOR' in env) forced = env.FORCE_COLOR.length === 0 || Number(env.FORCE_COLOR) !== 0;
  function level(stream) {
    if (forced === false) return 0;
    if (!stream.isTTY && forced !== true) return 0;
    if (process.platform === 'win32') return 2;
    if ('CI' in env) return ['TRAVIS', 'DRONE'].some((sign) => sign in env) ? 1 : 0;
    switch (env.TERM_PROGRAM) { case 'iTerm.app': return 3; case 'Hyper': return 4; }
    return /-256(color)?$/.test(env.TERM) ? 5 : 6;
  }`;
const CHANGES = [
  ['forced = false', 'forced = true'],
  ["'win32') return 2", "'win32') return 7"],
  ['sign in env) ? 1 : 0', 'sign in env) ? 0 : 0'],
  ["case 'Hyper': return 4", "case 'Hyper': return 6"],
  ['? 5 : 6', '? 6 : 6'],
] as const;

describe('a package that asks what process it is in', { timeout: 300_000 }, () => {
  it('[TST-01] is loaded anew in processes that differ in what it asks for', () => {
    const tests = run(
      `${LEVEL}\nmodule.exports = { stdout: level(process.stdout), of: (name) => [name, level(process.stderr)] };`,
    );
    expectNoticed(tests, CHANGES);
  });

  it('[TST-01] leaves the process as it is to all other calls, and what it holds to the process that it was loaded in', () => {
    const index = `
      let count = 0;
      exports.next = () => { count += 1; return process.env.LEVEL === 'high' ? [count, process.argv.slice(2), process.stdout.isTTY] : [count]; };
      exports.zero = () => process.env.LEVEL === 'high' ? 1 : 0;`;
    const tests = run(index);
    expect(tests.resultOf('sample.zero()')).toBe('→ 0');
    expect(tests.resultOf('sample.zero() where LEVEL=high at a terminal')).toBe('→ 1');
    expect(tests.resultOf('sample.next()')).toBe('→ [1]');
    expect(tests.resultOf('sample.next() where LEVEL=high at a terminal')).toBe('→ [1, [], true]');
    expect(tests.verify([])).toBeNull();
  });

  it('[TST-01] gives the same there once it is an ES module', () => {
    const tests = run({
      'index.js': `const { level } = require('./level.js');\nmodule.exports = { stdout: level(process.stdout) };`,
      'level.js': `${LEVEL}\nexports.level = level;`,
    });
    const moved = [
      { path: 'package.json', text: '{ "name": "sample", "main": "index.js", "type": "module" }' },
      { path: 'level.js', text: `${LEVEL}\nexport { level };` },
      {
        path: 'index.js',
        text: `import { level } from './level.js';\nexport default { stdout: level(process.stdout) };`,
      },
    ];
    expect(tests.verify(moved)).toBeNull();
    expect(
      tests.verify([{ path: 'level.js', text: `${LEVEL.replace('? 5 : 6', '? 6 : 6')}\nexport { level };` }]),
    ).toContain('differ');
  });

  it.each([
    ['a loop', {}, 'for (;;);', 'TIMEOUT'],
    ['a chain of ticks', {}, 'const t = () => process.nextTick(t); t();', 'TIMEOUT'],
    ['a call on an answer of the disk', {}, `require('fs').stat('/', () => { for (;;); });`, 'TIMEOUT'],
    ['a wait', {}, 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);', 'TIMEOUT'],
    ['a loop of an ES module', { type: 'module' }, 'for (;;);', 'TIMEOUT'],
    ['a refused call', {}, `require('child_process').execSync('true');`, 'UNSAFE child_process.execSync'],
  ])(
    '[TST-05] where loading does not get past %s costs that process alone, and is told',
    (_, more, stuck, why) => {
      const exported = Object.keys(more).length > 0 ? 'export const' : 'exports.';
      const tests = run({
        'package.json': JSON.stringify({ name: 'sample', main: 'index.js', ...more }),
        'index.js': `if (process.env.LEVEL === 'stuck') { ${stuck} }
        ${exported} zero = () => process.env.LEVEL === 'high' ? 1 : 0;`,
      });
      const whys = new Set(Object.values(tests.left).map((one) => `${one.call}: ${one.why}`));
      expect(whys).toEqual(
        new Set(['sample', 'sample.zero()'].map((one) => `${one} where LEVEL=stuck: ${why}`)),
      );
      expect(tests.resultOf('sample.zero() where LEVEL=high')).toBe('→ 1');
      expect(tests.resultOf('sample.zero() where LEVEL=1')).toBe('→ 0');
      expect(tests.verify([])).toBeNull();
      expect(
        tests.verifyReplaced('index.js', "'high' ?", "'high' || process.env.LEVEL === 'stuck' ?"),
      ).toBeNull();
      expect(tests.verifyReplaced('index.js', "LEVEL === 'stuck'", "LEVEL === 'high'")).toContain(
        `not finished (${why}`,
      );
    },
  );

  it('[TST-05] costs nothing where code keeps what a process has from being put back', () => {
    const tests = run(`
      if (process.env.LEVEL === 'own') process.env = { LEVEL: 'high' };
      if (process.env.LEVEL === 'locked') Object.defineProperty(process, 'argv', { value: [], configurable: false, writable: false });
      exports.zero = () => process.env.LEVEL === 'high' ? 1 : 0;`);
    expect(tests.resultOf('sample.zero()')).toBe('→ 0');
    expect(tests.resultOf('sample.zero() where LEVEL=high')).toBe('→ 1');
    expect(tests.verify([])).toBeNull();
  });

  it.each([
    [
      'takes from it what everything needs',
      {
        one: `delete globalThis.process; delete globalThis.Promise; delete globalThis.Number;`,
        two: `process.on = process.emit = process.nextTick = null; globalThis.process = {};`,
        endless: `Array.prototype.push = Map.prototype.get = null; globalThis.Error = 1; for (;;);`,
      },
      ['endless: TIMEOUT'],
    ],
    [
      'would lock that for ever',
      {
        one: `Object.freeze(process)`,
        two: `Object.seal(require('fs'))`,
        three: `Reflect.preventExtensions(require.cache)`,
        four: `Object.defineProperty(globalThis, 'process', { value: {}, configurable: false })`,
      },
      [
        'four: UNSAFE Object.defineProperty',
        'one: UNSAFE Object.freeze',
        'three: UNSAFE Reflect.preventExtensions',
        'two: UNSAFE Object.seal',
      ],
    ],
  ])('[TST-05] costs nothing but that process where code %s', (_, kinds, expected) => {
    const tests = run(`
      ${Object.entries(kinds)
        .map(([level, work]) => `if (process.env.LEVEL === '${level}') { ${work} }`)
        .join('\n')}
      exports.zero = () => process.env.LEVEL === 'high' ? 1 : 0;`);
    const whys = Object.values(tests.left).filter(({ call }) => call.startsWith('sample.zero()'));
    expect(whys.map(({ call, why }) => `${call.split('=')[1]}: ${why}`).sort()).toEqual(expected);
    expect(tests.resultOf('sample.zero()')).toBe('→ 0');
    expect(tests.resultOf('sample.zero() where LEVEL=high')).toBe('→ 1');
    expect(tests.verify([])).toBeNull();
  });

  it('[TST-01] shows a module of it at the address that it has everywhere', () => {
    const tests = run({
      'package.json': '{ "name": "sample", "main": "index.js", "type": "module" }',
      'index.js': `export const where = () => [process.env.LEVEL, import.meta.url];`,
    });
    const address = '"file://<package>/index.js"';
    expect(tests.resultOf('sample.where() where LEVEL=1')).toBe(`→ ["1", ${address}]`);
    expect(tests.resultOf('sample.where()')).toBe(`→ [undefined, ${address}]`);
  });

  it('[TST-05] tells nothing that is rejected while it loads of what is called after it', () => {
    const tests = run(`
      if (process.env.LEVEL) Promise.reject(new Error('level ' + process.env.LEVEL));
      exports.zero = () => process.env.LEVEL === 'high' ? 1 : 0;`);
    expect(Object.values(tests.results).filter(({ call }) => call.includes('rejections'))).toEqual([]);
    expect(tests.verify([])).toBeNull();
  });
});
