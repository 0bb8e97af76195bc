import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dependencyInterfaces, missingDependencies } from './dependencies.ts';

const outer = mkdtempSync(join(tmpdir(), 'iama-dependencies-'));
const root = join(outer, 'project');
afterAll(() => rmSync(outer, { recursive: true, force: true }));

const lay = (files: Readonly<Record<string, string>>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
};

describe('dependencies that are not installed', () => {
  it('[CTX-04] are those of package.json that no node_modules at or above the folder holds', async () => {
    lay({
      'package.json': JSON.stringify({
        dependencies: { near: '1', above: '1', '@scope/gone': '1', gone: '1', '../../etc': '1' },
        devDependencies: { tool: '1' },
        optionalDependencies: { maybe: '1' },
      }),
      'node_modules/near/package.json': '{}',
      '../node_modules/above/package.json': '{}',
      'node_modules/gone/index.js': '',
    });
    expect(await missingDependencies(root)).toEqual(['@scope/gone', 'gone']);
    lay({ 'package.json': '{' });
    expect(await missingDependencies(root)).toEqual([]);
  });
});

describe('the interfaces of dependencies', () => {
  it('[CTX-04] are followed through every form of reference, in time that grows with the length of the text', async () => {
    const hostile = ['from', 'import', 'import(', 'require(', '<reference path='].map((word) => {
      const spaces = ' '.repeat(200_000);
      return word.endsWith('(') || word === 'from' ? `${word}${spaces}` : `${word}${spaces}x`;
    });
    lay({
      'package.json': '{ "dependencies": { "one": "1" } }',
      'node_modules/one/package.json': '{ "types": "index.d.ts" }',
      'node_modules/one/index.d.ts': [
        "import type { A } from './a'",
        "import b = require ( './b' )",
        "export type C = import ( './c' ).C",
        ...hostile,
      ].join('\n'),
      'node_modules/one/a.d.ts': 'export type A = 1',
      'node_modules/one/b.d.ts': 'export = 2',
      'node_modules/one/c.d.ts': 'export type C = 3',
    });
    const began = performance.now();
    const found = await dependencyInterfaces(root);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(found.map((file) => file.path.replace('node_modules/one/', ''))).toEqual([
      'package.json',
      'index.d.ts',
      'a.d.ts',
      'b.d.ts',
      'c.d.ts',
    ]);
  });
});
