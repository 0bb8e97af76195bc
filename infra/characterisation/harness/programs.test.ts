import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPrograms } from './programs.mjs';

let root = '';
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'iama-programs-test-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const FILES = [{ name: 'input.txt', text: 'given\n' }];

/** What one run of a program with this source gives, or why it is left. */
const run = async (source: string, argv: readonly string[] = [], stdin = '', timeout = 30_000) => {
  writeFileSync(path.join(root, 'cli.js'), source);
  const one = { id: 'program:p:1', call: 'p', argv, stdin, shown: false };
  const { results, left } = await runPrograms([{ name: 'p', script: 'cli.js', files: FILES, runs: [one] }], {
    packageRoot: root,
    moved: {},
    timeout,
    only: null,
    dropSlow: false,
    select: false,
  });
  return results.get(one.id)?.result ?? `left: ${left.get(one.id)?.why}`;
};

describe('runPrograms', () => {
  it.each([
    ['the network', `require('net').connect(80, '127.0.0.1')`, 'UNSAFE net.connect'],
    ['a server', `require('http').createServer().listen(0)`, 'UNSAFE net.Server.listen'],
    ['fetch', `fetch('http://127.0.0.1:8099/').catch(() => {})`, 'UNSAFE '],
    ['other programs', `require('child_process').execSync('true')`, 'UNSAFE child_process.execSync'],
    ['files elsewhere', `require('fs').writeFileSync('../../../elsewhere', '')`, 'UNSAFE fs.writeFileSync'],
    ['removal elsewhere', `require('fs').rmSync(__dirname, { recursive: true })`, 'UNSAFE fs.rmSync'],
    ['opening elsewhere', `require('fs').openSync(__filename, 'r+')`, 'UNSAFE fs.openSync'],
    ['moving out', `require('fs').renameSync('input.txt', __filename)`, 'UNSAFE fs.renameSync'],
    ['a link out', `require('fs').symlinkSync(__dirname, 'link')`, 'UNSAFE fs.symlinkSync'],
    [
      'files elsewhere, caught',
      `try { require('fs').unlinkSync(__filename) } catch {}`,
      'UNSAFE fs.unlinkSync',
    ],
  ])('[TST-01] [EXE-04] keeps no run that reaches for %s', async (_what, source, why) => {
    expect(await run(source)).toContain(`left: ${why}`);
    expect(existsSync(path.join(root, 'cli.js'))).toBe(true);
  });

  it('[TST-01] ends and leaves a program that does not end', async () => {
    expect(await run('setInterval(() => {}, 1000)', [], '', 1_500)).toBe('left: TIMEOUT');
  });

  it('[TST-01] leaves a program that prints without end', async () => {
    expect(await run(`for (;;) require('fs').writeSync(1, 'x'.repeat(65536))`)).toBe('left: TOO_MUCH_OUTPUT');
  });

  it('[TST-01] records output, the way it ends, and the files that were made, changed and removed', async () => {
    const source = `
      const fs = require('fs');
      let text = '';
      process.stdin.on('data', (chunk) => { text += chunk; });
      process.stdin.on('end', () => {
        console.log(process.argv.slice(2).join('|') + text);
        console.error('warned');
        fs.writeFileSync('made.txt', 'new');
        fs.rmSync('input.txt');
        fs.mkdirSync(require('os').homedir() + '/kept');
        process.exitCode = 3;
      });`;
    expect(await run(source, ['--a', 'b c'], 'typed')).toBe(
      'exit 3, stdout "--a|b ctyped\\n", stderr "warned\\n", file home/kept folder, removed work/input.txt, file work/made.txt "new"',
    );
  });

  it('[TST-01] gives the same time, chance and places in every run, and nothing of the environment', async () => {
    process.env['SECRET_OF_TESTS'] = 'not for programs';
    const source = `console.log(Date.now(), new Date().getFullYear(), Math.random(), process.cwd(), __filename, process.env.SECRET_OF_TESTS, Object.keys(process.env).filter((key) => key.startsWith('IAMA_P')).length)`;
    const first = await run(source);
    delete process.env['SECRET_OF_TESTS'];
    expect(first).toMatch(
      /^→ exit 0, stdout "1580702706789 2020 0\.\d+ <run>\/work .*cli\.js undefined 0\\n"$/,
    );
    expect(await run(source)).toBe(first);
  });

  it('[TST-01] [TST-05] ends what waits for the disk or for much arithmetic in the order in which it was begun', async () => {
    const source = `const told = (name) => () => console.log(name);
      require('crypto').pbkdf2('a', 'b', 200_000, 64, 'sha512', told('slow'));
      require('fs').stat('.', told('quick'));`;
    expect(await run(source)).toBe('→ exit 0, stdout "slow\\nquick\\n"');
  });

  it('[TST-01] says of an error that nobody caught what it is, not where it was thrown', async () => {
    const thrown = await run(`function f() { throw new RangeError('too far') }\nf()`);
    expect(thrown).toBe('exit 1, stderr "uncaught RangeError: too far"');
    expect(await run(`// moved\n\nconst g = () => {\n  throw new RangeError('too far');\n};\ng();`)).toBe(
      thrown,
    );
    expect(await run(`throw new RangeError('not as far')`)).not.toBe(thrown);
    const engine = await run('const one = undefined;\none.two.three();');
    expect(engine).toBe('exit 1, stderr "uncaught TypeError: <engine>"');
  });

  it('[TST-01] begins no run when the time is over, tells so, and until then takes from each program in turn', async () => {
    writeFileSync(path.join(root, 'cli.js'), '');
    const words = ['1', '2', '3', '4', '5', '6'];
    const programs = ['p', 'q'].map((name) => {
      const runs = words.map((word) => ({
        ...{ id: `program:${name}:${word}`, call: `${name} ${word}`, argv: [], stdin: '', shown: false },
      }));
      return { name, script: 'cli.js', files: [], runs };
    });
    let begun = 0;
    const { results, left } = await runPrograms(programs, {
      ...{ packageRoot: root, moved: {}, timeout: 30_000, only: null, dropSlow: false, select: false },
      isOver: () => ++begun > 4,
    });
    expect([...results.values()].map(({ call }) => call).sort()).toEqual(['p 1', 'p 2', 'q 1', 'q 2']);
    expect([...left.values()].map(({ why }) => why)).toEqual(Array(8).fill('NO_TIME'));
  });

  /** Which of these runs are kept, by their words. */
  const kept = async (source: string, words: readonly string[], shown = '') => {
    writeFileSync(path.join(root, 'cli.js'), source);
    const runs = words.map((word) => ({
      ...{ id: `program:p:${word}`, call: word, argv: [word], stdin: '', shown: word === shown },
    }));
    const { results } = await runPrograms([{ name: 'p', script: 'cli.js', files: [], runs }], {
      packageRoot: root,
      moved: {},
      timeout: 30_000,
      only: null,
      dropSlow: false,
      select: true,
    });
    return [...results.values()].map(({ call }) => call).sort();
  };

  it('[TST-01] of many runs with the same result keeps a few, and all that the documents show', async () => {
    const source = `console.log(process.argv[2] === 'x' ? 'x' : 'same')`;
    expect(await kept(source, ['a', 'b', 'c', 'd', 'x', 'e'], 'e')).toEqual(['a', 'b', 'c', 'e', 'x']);
  });

  it('[TST-01] keeps one for each way that leads to the same result', async () => {
    const source = `const [, , word] = process.argv;
      const isRefused = word.length > 3 || !/^[a-z]/.test(word) || word === 'zz';
      console.log(isRefused ? 'no' : 'yes');`;
    const words = ['long1', 'long2', 'long3', 'long4', '1', '2', 'zz'];
    expect(await kept(source, words)).toEqual(['1', 'long1', 'long2', 'long3', 'zz']);
  });
});
