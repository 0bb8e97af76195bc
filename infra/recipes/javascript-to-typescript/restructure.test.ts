import { describe, expect, it } from 'vitest';
import type { ProjectSources, RecipeOptions } from '../recipe.ts';
import { restructure } from './restructure.ts';

const sources = (
  files: Readonly<Record<string, string>>,
  targets: readonly string[] = [],
): ProjectSources => ({
  files: Object.entries(files).map(([path, text]) => ({ path, text })),
  targets,
  dependencies: [],
});
const STANDARD: RecipeOptions = { strategy: 'STANDARD', disabledSteps: [] };
const PACKAGE = '{"name":"x","version":"1.0.0"}';
const codes = (files: Readonly<Record<string, string>>, options = STANDARD): string[] => {
  const result = restructure(sources(files), options);
  return result.status === 'REFUSED' ? result.reasons.map((finding) => finding.code) : [];
};

describe('what only bundlers load', () => {
  it('[LLM-10] stays JavaScript where Node cannot read it as it is', () => {
    const result = restructure(
      sources({
        'package.json': '{"name":"x","version":"1.0.0","main":"x.js","module":"x.es6.js"}',
        'x.js': "'use strict'; exports.a = 1",
        'x.es6.js': "'use strict'; export const a = 1",
      }),
      STANDARD,
    );
    expect(result.status).toBe('CHANGED');
    const { changes, steps } = result as Extract<typeof result, { status: 'CHANGED' }>;
    expect(changes.map(({ path }) => path)).not.toContain('x.es6.js');
    expect(steps.flatMap(({ left }) => left.map(({ code, path }) => `${code} ${path}`))).toContain(
      'LEFT_FOR_BUNDLERS x.es6.js',
    );
  });
});

describe('what the recipe refuses', () => {
  const cases: readonly (readonly [code: string, files: Readonly<Record<string, string>>])[] = [
    ['NO_PACKAGE_JSON', { 'index.js': 'module.exports = 1' }],
    ['BAD_PACKAGE_JSON', { 'package.json': '[]', 'index.js': 'module.exports = 1' }],
    ['BAD_PACKAGE_JSON', { 'package.json': '{', 'index.js': 'module.exports = 1' }],
    ['NO_JAVASCRIPT', { 'package.json': PACKAGE, 'readme.md': '' }],
    ['NO_SOURCES', { 'package.json': '{"main":"missing.js"}', 'test/a.js': '1' }],
    [
      'ALREADY_TYPESCRIPT',
      { 'package.json': PACKAGE, 'index.js': 'module.exports = 1', 'src/a.ts': 'export {}' },
    ],
    [
      'ALREADY_TYPESCRIPT',
      { 'package.json': PACKAGE, 'index.js': 'module.exports = 1', 'tsconfig.json': '{}' },
    ],
    ['SYNTAX_ERROR', { 'package.json': PACKAGE, 'index.js': 'module.exports = ;' }],
    ['SYNTAX_ERROR', { 'package.json': PACKAGE, 'index.js': 'module.exports = <div>{1}</div>' }],
    [
      'USING_DECLARATION',
      { 'package.json': PACKAGE, 'index.js': "'use strict'; exports.f = (r) => { using x = r; return x.a }" },
    ],
    [
      'USING_DECLARATION',
      {
        'package.json': PACKAGE,
        'index.js': "'use strict'; exports.f = async (r) => { await using x = r; return x.a }",
      },
    ],
    [
      'USING_DECLARATION',
      {
        'package.json': PACKAGE,
        'index.js': "'use strict'; exports.f = (all) => { for (using x of all) x.go() }",
      },
    ],
    ['ESCAPED_NAME', { 'package.json': PACKAGE, 'index.js': "'use strict'; exports.f\\u006fo = () => 1" }],
    ['WITH_STATEMENT', { 'package.json': PACKAGE, 'index.js': 'with ({}) {}' }],
    ['EVAL', { 'package.json': PACKAGE, 'index.js': "'use strict'; module.exports = (a) => eval(a)" }],
    [
      'NEW_FUNCTION',
      { 'package.json': PACKAGE, 'index.js': "'use strict'; module.exports = (a) => new Function(a)" },
    ],
    [
      'TOP_LEVEL_RETURN',
      { 'package.json': PACKAGE, 'index.js': "'use strict'; if (process.env.X) return; module.exports = 1" },
    ],
    [
      'EXPORTS_FIXED',
      {
        'package.json': PACKAGE,
        'index.js':
          "'use strict'; Object.defineProperty(module, 'exports', { enumerable: true, get: () => ({ made: 1 }) })",
      },
    ],
    [
      'EXPORTS_FIXED',
      { 'package.json': PACKAGE, 'index.js': "'use strict'; exports.a = 1; Object.freeze(module)" },
    ],
    [
      'UMD_WRAPPER',
      {
        'package.json': PACKAGE,
        'index.js':
          "(function (f) { if (typeof define === 'function' && define.amd) define(f); else module.exports = f() })(() => 1)",
      },
    ],
    [
      'COMPILED_OUTPUT',
      {
        'package.json': PACKAGE,
        'index.js':
          "'use strict'; Object.defineProperty(exports, '__esModule', { value: true }); exports.a = 1",
      },
    ],
    [
      'REQUIRE_ESCAPES',
      { 'package.json': PACKAGE, 'index.js': "'use strict'; module.exports = (load) => load(require)" },
    ],
    [
      'STRICT_MODE_VISIBLE',
      { 'package.json': PACKAGE, 'index.js': 'module.exports = function (o) { o.x = 1 }' },
    ],
    ['STRICT_MODE_SYNTAX', { 'package.json': PACKAGE, 'index.js': 'module.exports = 010' }],
    [
      'STRICT_MODE_VISIBLE',
      {
        'package.json': PACKAGE,
        'index.js': "module.exports = require('./lib')",
        'lib/index.js': "module.exports = require('./whole')",
        'lib/whole.js': 'exports.put = function (o) { o.x = 1 }',
      },
    ],
    [
      'STRICT_MODE_VISIBLE',
      {
        'package.json': PACKAGE,
        'index.js':
          "var more = require('./lib/more')\nmodule.exports = { put: require('./lib/put'), more: more }",
        'lib/more.js': 'exports.more = function (o) { o.x = 1 }',
        'lib/put.js': 'exports.put = function (o) { o.x = 1 }',
      },
    ],
    [
      'LEFT_MINIFIED',
      { 'package.json': PACKAGE, 'index.js': `'use strict';module.exports=[${'1,'.repeat(2000)}1]` },
    ],
    ['LEFT_GENERATED', { 'package.json': PACKAGE, 'index.js': '// @generated\nmodule.exports = 1' }],
    [
      'RESERVED_NAME',
      { 'package.json': PACKAGE, 'index.js': "'use strict'; var module = 1; exports.a = module" },
    ],
    [
      'TYPESCRIPT_READS_DIFFERENTLY',
      {
        'package.json': PACKAGE,
        'index.js':
          "'use strict'; let a = 1, b = 2, c = 3; module.exports = f(a < b, c > (1)); function f (...all) { return all.length }",
      },
    ],
  ];
  it.each(cases)('[LLM-10] %s', (code, files) => {
    expect(codes(files)).toContain(code);
  });

  it('[LLM-10] names the line that TypeScript reads in another way', () => {
    const text = "'use strict'\nconst f = (...all) => all\nexports.g = (a, b, c) =>\n f(a < b, c > (1))\n";
    const result = restructure(sources({ 'package.json': PACKAGE, 'index.js': text }), STANDARD);
    expect(result).toMatchObject({ reasons: [{ code: 'TYPESCRIPT_READS_DIFFERENTLY', line: 4 }] });
  });

  it('[LLM-10] a run without renaming', () => {
    expect(
      codes(
        { 'package.json': PACKAGE, 'index.js': "'use strict'" },
        { strategy: 'STANDARD', disabledSteps: ['RENAME'] },
      ),
    ).toEqual(['RENAME_DISABLED']);
  });

  it('[LLM-10] says the path, the line and a sentence', () => {
    const result = restructure(
      sources({ 'package.json': PACKAGE, 'index.js': "'use strict'\n\nmodule.exports = (a) => eval(a)\n" }),
      STANDARD,
    );
    expect(result).toMatchObject({
      status: 'REFUSED',
      reasons: [{ code: 'EVAL', path: 'index.js', line: 3, reason: expect.stringMatching(/^[A-Z].*\.$/) }],
    });
  });
});

describe('what the recipe covers', () => {
  const FILES = {
    'package.json': '{"main":"index","bin":{"x":"bin/x.js"}}',
    'index.js':
      "'use strict'\nvar data = require('./data.json')\nmodule.exports = f\nfunction f () { return data }\n",
    'bin/x.js': "#!/usr/bin/env node\n'use strict'\nrequire('..')\n",
    'lib/esm.mjs': 'export const a = 1\n',
    'lib/old.cjs': "'use strict'\nexports.a = 1\n",
    'data.json': '{"a":1}',
    'test/x.js': 'x = 1',
    'x.test.js': 'x = 1',
    'benchmark/x.js': 'x = 1',
    'gulpfile.js': 'x = 1',
    '.eslintrc.js': 'x = 1',
    'dist/x.min.js': 'x=1',
  };

  it('[LLM-10] renames by the kind of file and leaves tests, benchmarks, configuration and built files', () => {
    const result = restructure(sources(FILES), STANDARD);
    if (result.status !== 'CHANGED') throw new TypeError(JSON.stringify(result.reasons));
    const renamed = result.changes.flatMap((change) =>
      change.kind === 'RENAME' ? [[change.path, change.to]] : [],
    );
    expect(renamed).toEqual([
      ['bin/x.js', 'bin/x.ts'],
      ['index.js', 'index.ts'],
      ['lib/esm.mjs', 'lib/esm.mts'],
      ['lib/old.cjs', 'lib/old.cts'],
    ]);
    const left = result.steps
      .find((step) => step.step === 'RENAME')
      ?.left.map((finding) => [finding.code, finding.path]);
    expect(left).toEqual([
      ['LEFT_TEST', 'test/x.js'],
      ['LEFT_TEST', 'x.test.js'],
      ['LEFT_BENCHMARK', 'benchmark/x.js'],
      ['LEFT_CONFIG', 'gulpfile.js'],
      ['LEFT_CONFIG', '.eslintrc.js'],
      ['LEFT_MINIFIED', 'dist/x.min.js'],
    ]);
  });

  it('[LLM-10] takes an entry point for a source wherever it lies', () => {
    const result = restructure(
      sources({
        'package.json': '{"main":"dist/a.js"}',
        'dist/a.js': "'use strict'\nexports.b = require('./b')\n",
        'dist/b.js': "'use strict'\n",
      }),
      STANDARD,
    );
    expect(result).toMatchObject({ status: 'CHANGED' });
  });

  it('[LLM-10] leaves a file behind that cannot be converted when no entry point depends on it being TypeScript', () => {
    const files = {
      'package.json': PACKAGE,
      'index.js': "'use strict'\nconst old = require('./old')\nmodule.exports = { old, one: 1 }\n",
      'old.js': 'module.exports = function (o) { o.x = 1 }',
    };
    const result = restructure(sources(files), STANDARD);
    if (result.status !== 'CHANGED') throw new TypeError('refused');
    const index = result.changes.find((change) => change.path === 'index.js');
    expect(index).toMatchObject({ text: expect.stringContaining("const old = require('./old')\n") });
    expect(result.steps.flatMap((step) => step.left).map((finding) => finding.code)).toEqual(
      expect.arrayContaining(['STRICT_MODE_VISIBLE', 'REQUIRE_UNTYPED']),
    );
  });

  it('[LLM-10] converts only what was selected', () => {
    const files = {
      'package.json': PACKAGE,
      'index.js': "'use strict'\nexports.a = require('./lib/a')\n",
      'lib/a.js': "'use strict'\nmodule.exports = 1\n",
    };
    const result = restructure(sources(files, ['lib']), STANDARD);
    if (result.status !== 'CHANGED') throw new TypeError('refused');
    expect(result.changes.flatMap((change) => (change.kind === 'RENAME' ? [change.path] : []))).toEqual([
      'lib/a.js',
    ]);
  });

  it('[JOB-08] takes steps away one by one, and by strategy', () => {
    const files = {
      'package.json': PACKAGE,
      'index.js': "'use strict'\nvar a = require('path')\nmodule.exports = f\nfunction f () { return a }\n",
    };
    const textOf = (options: RecipeOptions): string => {
      const result = restructure(sources(files), options);
      const change =
        result.status === 'CHANGED' ? result.changes.find((one) => one.path === 'index.js') : undefined;
      return change?.kind === 'RENAME' ? change.text : '';
    };
    expect(textOf(STANDARD)).toContain("import a = require('path')\nexport = f\n");
    expect(textOf({ strategy: 'STANDARD', disabledSteps: ['BLOCK_SCOPED'] })).toContain(
      "var a = require('path') as typeof import('path')\nexport = f\n",
    );
    expect(textOf({ strategy: 'STANDARD', disabledSteps: ['MODULES'] })).toContain(
      "const a = require('path') as typeof import('path')\nmodule.exports = f\n",
    );
    expect(textOf({ strategy: 'CONSERVATIVE', disabledSteps: [] })).toContain(
      "var a = require('path') as typeof import('path')\nmodule.exports = f\n",
    );
    const noFiles = restructure(sources(files), { strategy: 'STANDARD', disabledSteps: ['PROJECT_FILES'] });
    expect(noFiles).toMatchObject({ changes: [{ kind: 'RENAME', path: 'index.js', to: 'index.ts' }] });
  });

  it('[LLM-10] is a pure function: the same sources give the same bytes', () => {
    expect(restructure(sources(FILES), STANDARD)).toEqual(restructure(sources(FILES), STANDARD));
  });
});
