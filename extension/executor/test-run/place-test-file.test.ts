import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeTestFile, TestFileRefused } from './place-test-file.ts';

let folder = '';
let root = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'iama-place-'));
  root = path.join(folder, 'project');
  await mkdir(root);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a file of a test plan', () => {
  it.each([
    '../escape.js',
    '../../.ssh/authorized_keys',
    '/tmp/iama-escape.js',
    '.iama/tests/../../../escape.js',
    '.iama/tests/../run/x.mjs',
    '.iama/tests/a\\..\\b.mjs',
    '.iama/tests/node_modules/x.js',
    '.iama/tests/',
    '.iama/testsuite.mjs',
    'index.js',
    '',
  ])('[EXE-06] is refused at %j, and nothing is written', async (place) => {
    await expect(placeTestFile(root, { path: place, text: 'x' })).rejects.toBeInstanceOf(TestFileRefused);
    expect(await readdir(folder)).toEqual(['project']);
    expect(await readdir(root)).toEqual([]);
  });

  it.each(['.iama', '.iama/tests', '.iama/tests/sub'])(
    '[EXE-06] is refused where %s is a symbolic link',
    async (link) => {
      const outside = path.join(folder, 'outside');
      await mkdir(outside);
      await mkdir(path.dirname(path.join(root, link)), { recursive: true });
      await symlink(outside, path.join(root, link));
      const file = { path: '.iama/tests/sub/a.mjs', text: 'x' };
      await expect(placeTestFile(root, file)).rejects.toBeInstanceOf(TestFileRefused);
      expect(await readdir(outside)).toEqual([]);
    },
  );

  it('[EXE-06] is written where it belongs, over an older one', async () => {
    for (const text of ['old', 'new']) await placeTestFile(root, { path: '.iama/tests/sub/a.mjs', text });
    expect(await readFile(path.join(root, '.iama/tests/sub/a.mjs'), 'utf8')).toBe('new');
  });
});
