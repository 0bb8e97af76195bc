import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { RecipeOptions } from '../recipe.ts';
import { transform } from './recipe.ts';

const folder = mkdtempSync(join(tmpdir(), 'recipe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OWN_MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const DESCRIBE = fileURLToPath(new URL('./testing/describe-surface.cjs', import.meta.url));

const FILES: Readonly<Record<string, string>> = {
  'package.json':
    '{\n  "name": "size",\n  "version": "1.0.0",\n  "bin": "bin/size.js",\n  "engines": {\n    "node": ">=12"\n  }\n}\n',
  'index.js':
    "/*!\n * size\n */\n\n'use strict'\n\n/**\n * Module exports.\n */\n\nmodule.exports = size\nmodule.exports.units = units\n\nvar UNITS = require('./lib/units')\n\n/**\n * @param {number} bytes\n * @return {string}\n */\nfunction size (bytes) {\n  for (var i = 0; bytes >= 1024 && i < UNITS.names.length - 1; i++) {\n    bytes = bytes / 1024\n  }\n  return String(bytes)\n}\n\n/**\n * @return {string[]}\n */\nfunction units () {\n  return UNITS.names.slice()\n}\n",
  'lib/units.js': "'use strict'\n\nexports.names = ['b', 'kb', 'mb']\n",
  'bin/size.js':
    "#!/usr/bin/env node\n'use strict'\nconst { version } = require('../package.json')\nconst size = require('..')\nconsole.log(version, size(Number(process.argv[2])))\n",
  'test.js': "const assert = require('assert')\nassert.equal(require('./')(2048), '2')\n",
};

const write = (root: string, path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

const run = (...args: string[]): string => execFileSync(process.execPath, args, { encoding: 'utf8' });

describe('the whole recipe', () => {
  it('[LLM-10] knows the JSON that an ES module imports', () => {
    const files = {
      'package.json': '{ "name": "size", "version": "1.0.0", "type": "module" }\n',
      'index.js': "import list from './list.json' with { type: 'json' }\n\nexport default list\n",
      'list.json': '["a", "b"]\n',
    };
    const result = transform(
      {
        files: Object.entries(files).map(([path, text]) => ({ path, text })),
        targets: [],
        dependencies: [],
      },
      { strategy: 'STANDARD', disabledSteps: [] },
    );
    expect(result).toMatchObject({ status: 'CHANGED', report: { types: { strictErrors: [] } } });
    const { changes } = result as Extract<typeof result, { status: 'CHANGED' }>;
    const config = changes.find(({ path }) => path === 'tsconfig.json');
    expect(config).toMatchObject({ text: expect.stringContaining('"resolveJsonModule": true') });
  });

  it('[LLM-10] hears how the documents use an ES module beside which the package has CommonJS', () => {
    const files = {
      'package.json': JSON.stringify({
        name: 'cut',
        version: '1.0.0',
        type: 'module',
        exports: { import: './index.js', require: './dist/index.cjs' },
      }),
      'index.js': 'function cut (text, end) { return text.trim() + end.trim() }\n\nexport default cut\n',
      'dist/index.cjs':
        "'use strict'\n\nmodule.exports = function cut (text, end) { return text.trim() + end.trim() }\n",
      'README.md': "# Cut\n\n```js\nconst cut = require('cut')\ncut('a')\n```\n",
    };
    const result = transform(
      {
        files: Object.entries(files).map(([path, text]) => ({ path, text })),
        targets: [],
        dependencies: [],
      },
      { strategy: 'STANDARD', disabledSteps: [] },
    );
    expect(result).toMatchObject({
      status: 'CHANGED',
      changes: expect.arrayContaining([
        expect.objectContaining({ to: 'index.ts', text: expect.stringContaining('end?: string') }),
      ]),
      report: { types: { strictErrors: [] } },
    });
  });

  it.each([
    ['lib/trim', undefined],
    ['cut', { '.': './index.js', './cut': './lib/trim.js' }],
  ])('[LLM-10] hears how the documents use a file of the package: %s', (part, exports) => {
    const files = {
      'package.json': `${JSON.stringify({ name: 'size', version: '1.0.0', exports })}\n`,
      'index.js': "module.exports = require('./lib/trim')\n",
      'lib/trim.js': 'module.exports = function trim (text, n) { return text.slice(n * 1) }\n',
      'README.md': "# Size\n\n```js\nconst cut = require('size/PART')\ncut('abc')\n```\n".replace(
        'PART',
        part,
      ),
    };
    const sources = {
      files: Object.entries(files).map(([path, text]) => ({ path, text })),
      targets: [],
      dependencies: [],
    };
    const result = transform(sources, { strategy: 'STANDARD', disabledSteps: [] });
    if (result.status !== 'CHANGED') throw new TypeError(JSON.stringify(result.reasons));
    expect(JSON.stringify(result.changes)).toContain('function trim (text: string, n?: number)');
  });

  it.each(['CONSERVATIVE', 'STANDARD', 'COMPREHENSIVE'] as const)(
    '[LLM-10] %s: compiles under strict, writes in place, and keeps what consumers see',
    (strategy) => {
      const options: RecipeOptions = { strategy, disabledSteps: [] };
      const sources = {
        files: Object.entries(FILES).map(([path, text]) => ({ path, text })),
        targets: [],
        dependencies: [],
      };
      const result = transform(sources, options);
      if (result.status !== 'CHANGED') throw new TypeError(JSON.stringify(result.reasons));
      expect(result.report.types.strictErrors).toEqual([]);
      const before = join(folder, strategy, 'before');
      const after = join(folder, strategy, 'after');
      for (const [path, text] of Object.entries(FILES)) write(before, path, text);
      write(after, 'test.js', FILES['test.js'] ?? '');
      for (const change of result.changes) {
        if (change.kind === 'RENAME') write(after, change.to, change.text);
        if (change.kind === 'WRITE') write(after, change.path, change.text);
      }
      symlinkSync(OWN_MODULES, join(after, 'node_modules'));
      const compile = (): string => run(join(OWN_MODULES, 'typescript/bin/tsc'), '-p', after);
      compile();
      const emitted = readFileSync(join(after, 'index.js'), 'utf8');
      // The declarations written by the first run do not get in the way of the second.
      if (strategy === 'STANDARD') compile();
      expect(readFileSync(join(after, 'index.js'), 'utf8')).toBe(emitted);
      for (const path of ['index.js', 'lib/units.js']) {
        expect(JSON.parse(run(DESCRIBE, join(after, path), 'import'))).toEqual(
          JSON.parse(run(DESCRIBE, join(before, path), 'import')),
        );
      }
      expect(run(join(after, 'bin/size.js'), '4096')).toBe(run(join(before, 'bin/size.js'), '4096'));
      run(join(after, 'test.js'));
      // `test.js` lies at the root, where an ES module package would read it as an ES module.
      expect(result.report.moduleSystem).toBe('COMMONJS');
      expect(result.report.moduleSystemReason).not.toBe('');
    },
    60_000,
  );

  it('[LLM-10] checks what comments told the compiler to overlook, and says that they are gone', () => {
    const text =
      "// @ts-nocheck\n'use strict'\nmodule.exports = function (a) {\n  // @ts-expect-error: no index\n  return a['key'].trim()\n}\n";
    const result = transform(
      {
        files: [
          { path: 'package.json', text: '{"name":"x","version":"1.0.0"}' },
          { path: 'index.js', text },
        ],
        targets: [],
        dependencies: [],
      },
      { strategy: 'STANDARD', disabledSteps: [] },
    );
    if (result.status !== 'CHANGED') throw new TypeError(JSON.stringify(result.reasons));
    expect(result.report.types.strictErrors).toEqual([]);
    const [module] = result.changes;
    expect(module?.kind === 'RENAME' && module.text).toMatch(
      /^'use strict'\nexport = function \(a: .+\n {2}\/\/ no index\n/,
    );
    const left = result.report.steps.flatMap((step) => step.left);
    expect(left.map(({ code, line }) => `${code} ${line}`)).toEqual([
      'COMPILER_DIRECTIVE_DROPPED 1',
      'COMPILER_DIRECTIVE_DROPPED 4',
    ]);
  });

  it('[JOB-08] leaves the types out when told to, and the report says so', () => {
    const sources = {
      files: Object.entries(FILES).map(([path, text]) => ({ path, text })),
      targets: [],
      dependencies: [],
    };
    const result = transform(sources, { strategy: 'STANDARD', disabledSteps: ['ANNOTATE'] });
    expect(result).toMatchObject({ report: { types: { annotatedPositions: 0, anyPositions: 0 } } });
    expect(result.status === 'CHANGED' && result.report.steps.map((step) => step.step)).toEqual([
      'RENAME',
      'BLOCK_SCOPED',
      'CLASSES',
      'MODULES',
      'PROJECT_FILES',
    ]);
  });
});
