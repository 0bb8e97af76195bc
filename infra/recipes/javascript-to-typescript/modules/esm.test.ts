import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { ProjectSources } from '../../recipe.ts';
import { restructure } from '../restructure.ts';
import { emit } from '../syntax/emit.ts';

const folder = mkdtempSync(join(tmpdir(), 'es-modules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DESCRIBE = fileURLToPath(new URL('../testing/describe-surface.cjs', import.meta.url));
const surfaceOf = (file: string): unknown =>
  JSON.parse(execFileSync(process.execPath, [DESCRIBE, file, 'import'], { encoding: 'utf8' }));

const write = (root: string, files: Readonly<Record<string, string>>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
};

const sources = (files: Readonly<Record<string, string>>): ProjectSources => ({
  files: Object.entries(files).map(([path, text]) => ({ path, text })),
  targets: [],
  dependencies: [],
});

const PACKAGE = '{\n  "name": "thing",\n  "version": "1.0.0"\n}\n';
const WHOLE = {
  'package.json': PACKAGE,
  'index.js':
    "'use strict'\nconst { twice: double } = require('./lib/twice')\nconst path = require('path')\nmodule.exports = thing\nmodule.exports.half = half\nfunction thing (a) { return double(a) + path.sep }\nfunction half (a) { return a / 2 }\n",
  'lib/twice.js':
    "'use strict'\nexports.twice = twice\nexports.thrice = thrice\nfunction twice (a) { return a * 2 }\nfunction thrice (a) { return a * 3 }\n",
  'test/index.js': "const assert = require('assert')\nassert.equal(require('..').half(2), 1)\n",
};

describe('ES modules', () => {
  it('[LLM-10] gives require() the same value and import the same names', () => {
    const result = restructure(sources(WHOLE), { strategy: 'COMPREHENSIVE', disabledSteps: [] });
    if (result.status !== 'CHANGED') throw new TypeError('refused');
    expect(result.moduleSystem).toBe('ESM');
    const before = join(folder, 'before');
    const after = join(folder, 'after');
    write(before, WHOLE);
    write(after, { 'test/index.js': WHOLE['test/index.js'] });
    for (const change of result.changes) {
      if (change.kind === 'WRITE') write(after, { [change.path]: change.text });
      if (change.kind === 'RENAME')
        write(after, { [change.path]: emit(change.to, change.text, 'module').javaScript });
    }
    for (const path of ['index.js', 'lib/twice.js']) {
      expect(surfaceOf(join(after, path))).toEqual(surfaceOf(join(before, path)));
    }
    // The test stays CommonJS and still runs.
    execFileSync(process.execPath, [join(after, 'test/index.js')]);
    const manifest = result.changes.find((change) => change.path === 'package.json');
    expect(manifest).toMatchObject({ text: expect.stringContaining('"type": "module"') });
    expect(manifest).toMatchObject({ text: expect.stringContaining('"node": "^20.19.0 || >=22.12.0"') });
    expect(result.steps.flatMap((step) => step.left).map((finding) => finding.code)).toContain(
      'ESM_NEEDS_NEWER_NODE',
    );
  });

  it('[LLM-10] leaves a published package CommonJS unless the whole is asked for, and says why', () => {
    const result = restructure(sources(WHOLE), { strategy: 'STANDARD', disabledSteps: [] });
    expect(result).toMatchObject({
      moduleSystem: 'COMMONJS',
      moduleSystemReason: expect.stringContaining('published'),
    });
  });

  it('[LLM-10] moves a private program, all of whose requirers are in view', () => {
    const files = { ...WHOLE, 'package.json': PACKAGE.replace('"version"', '"private": true,\n  "version"') };
    expect(restructure(sources(files), { strategy: 'STANDARD', disabledSteps: [] })).toMatchObject({
      moduleSystem: 'ESM',
    });
  });

  const blocked: readonly (readonly [
    title: string,
    files: Readonly<Record<string, string>>,
    reason: string,
  ])[] = [
    [
      'a computed require',
      { 'index.js': 'module.exports = f\nfunction f (n) { return require(n) }\n' },
      'computed',
    ],
    [
      'a late require',
      { 'index.js': "module.exports = f\nfunction f () { return require('path') }\n" },
      'loaded late',
    ],
    [
      'a require under a condition',
      { 'index.js': "let p\nif (process.env.P) p = require('path')\nmodule.exports = { p }\n" },
      'loaded late',
    ],
    [
      'code before a require',
      {
        'index.js':
          "start()\nconst path = require('path')\nmodule.exports = start\nfunction start () { return path }\n",
      },
      'Code runs before',
    ],
    [
      '__dirname',
      { 'index.js': 'module.exports = here\nfunction here () { return __dirname }\n' },
      '__dirname',
    ],
    [
      'module used for more',
      { 'index.js': 'module.exports = here\nfunction here () { return module.id }\n' },
      '"module"',
    ],
    [
      'require.main',
      { 'index.js': 'module.exports = here\nif (require.main === module) here()\nfunction here () {}\n' },
      'CommonJS',
    ],
    [
      'a cycle',
      {
        'index.js': "const b = require('./b')\nmodule.exports = { b }\n",
        'b.js': "const a = require('./index')\nmodule.exports = { a }\n",
      },
      'still loads',
    ],
    ['a function without a name', { 'index.js': 'module.exports = function (a) { return a }\n' }, 'no name'],
    [
      'a name without a constant',
      {
        'index.js':
          'let n = 0\nmodule.exports = count\nmodule.exports.n = n\nfunction count () { n++ }\ncount()\n',
      },
      'constant value',
    ],
    [
      'a package whose import may differ',
      { 'index.js': "const dual = require('dual')\nmodule.exports = { dual }\n" },
      'importing "dual"',
    ],
    [
      'any file, where one computes what it loads',
      {
        'index.js': 'module.exports = f\nfunction f () {}\n',
        'load.js': 'module.exports = load\nfunction load (n) { return require(n) }\n',
      },
      'still loads',
    ],
    [
      'other JavaScript at the root',
      { 'index.js': 'module.exports = f\nfunction f () {}\n', 'gulpfile.js': "require('gulp')\n" },
      'stays CommonJS',
    ],
  ];
  it.each(blocked)('[LLM-10] stays CommonJS for %s', (_, files, reason) => {
    const strict = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [path, `'use strict'\n${text}`]),
    );
    const result = restructure(sources({ 'package.json': PACKAGE, ...strict }), {
      strategy: 'COMPREHENSIVE',
      disabledSteps: [],
    });
    expect(result).toMatchObject({
      status: 'CHANGED',
      moduleSystem: 'COMMONJS',
      moduleSystemReason: expect.stringContaining(reason),
    });
  });
});
