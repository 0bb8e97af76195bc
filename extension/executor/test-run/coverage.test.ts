import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Coverage, readCoverage } from './coverage.ts';

/** Each of `uses` runs in a process of its own; an object: more files, by name. */
function measure(subject: string, ...rest: readonly (string | Readonly<Record<string, string>>)[]): Coverage {
  const uses = rest.filter((one) => typeof one === 'string');
  const more = rest.filter((one) => typeof one === 'object').flatMap((one) => Object.entries(one));
  const root = mkdtempSync(path.join(tmpdir(), 'iama-coverage-'));
  try {
    writeFileSync(path.join(root, 'subject.js'), subject);
    writeFileSync(path.join(root, 'never.js'), 'module.exports = (x) => (x ? 1 : 2);');
    for (const [name, text] of more) writeFileSync(path.join(root, name), text);
    const folder = path.join(root, 'v8');
    for (const use of uses) {
      writeFileSync(path.join(root, 'use.js'), `const f = require('./subject.js');\n${use}`);
      execFileSync(process.execPath, ['use.js'], { cwd: root, env: { NODE_V8_COVERAGE: folder } });
    }
    return readCoverage(folder, root, ['subject.js', 'never.js', ...more.map(([name]) => name)]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const SUBJECT = `
function unused() { return 1; }
module.exports = function f(x, y) {
  if (x > 10) {
    return 'large';
  }
  const word = y || 'none';
  switch (x) {
    case 1:
    case 2:
      return 'small';
    case 3:
      return 'three';
    default:
      return x < 0 ? 'negative' : word;
  }
};
`;

describe('readCoverage', () => {
  it('[TST-01] counts a module that never ran as not covered', () => {
    const { perFile } = measure(SUBJECT, 'f(1);');
    expect(perFile[1]).toMatchObject({
      path: 'never.js',
      branches: { covered: 0, total: 2 },
      functions: { covered: 0, total: 1 },
    });
  });

  it('[TST-01] does not count what a process ran that was ended while it wrote its counts', () => {
    const half =
      "require('fs').writeFileSync(process.env.NODE_V8_COVERAGE + '/coverage-half.json', '{\"result\":[');";
    const [one] = measure(
      SUBJECT,
      `f(1); require('fs').mkdirSync(process.env.NODE_V8_COVERAGE, { recursive: true }); ${half}`,
    ).perFile;
    expect(one?.functions).toEqual({ covered: 1, total: 2 });
  });

  it('[TST-01] gives the known coverage of an example', () => {
    // if: 2 ways, ||: 2, switch: 4 clauses, ?: 2.
    const [one] = measure(SUBJECT, 'f(1, "y");').perFile;
    expect(one?.branches).toEqual({ covered: 4, total: 10 });
    expect(one?.functions).toEqual({ covered: 1, total: 2 });
    expect(one?.missedBranchLines).toEqual([4, 7, 12, 14, 15]);
    const [most] = measure(SUBJECT, 'f(1, "y"); f(3); f(20); f(-1);').perFile;
    expect(most?.branches).toEqual({ covered: 9, total: 10 });
    const [all] = measure(SUBJECT, 'f(1, "y"); f(3); f(20); f(-1); f(0);').perFile;
    expect(all?.branches).toEqual({ covered: 10, total: 10 });
  });

  it('[TST-01] adds up what several processes ran, whichever is read first', () => {
    const uses = ['f(20);', 'f(1, "y");', 'f(3);', 'f(-1);', 'f(0);'];
    const [all] = measure(SUBJECT, ...uses).perFile;
    expect(all?.branches).toEqual({ covered: 10, total: 10 });
    expect(all?.functions).toEqual({ covered: 1, total: 2 });
  });

  it('[TST-01] counts nothing of a file that is no JavaScript, and all of the others', () => {
    const { perFile, branches } = measure('module.exports = (x) => (x ? 1 : 2);', 'f(1);', {
      'typed.js': '// @flow\ntype A = (x?: any) => void;\nexport default (x: A) => (x ? 1 : 2);',
    });
    expect(perFile.map(({ path: file, branches: found }) => [file, found.total])).toEqual([
      ['subject.js', 2],
      ['never.js', 2],
      ['typed.js', 0],
    ]);
    expect(branches).toEqual({ covered: 1, total: 4 });
  });

  it('[TST-01] sees that an if without else was never left out', () => {
    const subject = 'module.exports = (x) => { let r = 0; if (x) { r = 1; } return r; };';
    expect(measure(subject, 'f(1);').perFile[0]?.branches).toEqual({ covered: 1, total: 2 });
    expect(measure(subject, 'f(1); f(0);').perFile[0]?.branches).toEqual({ covered: 2, total: 2 });
  });
});
