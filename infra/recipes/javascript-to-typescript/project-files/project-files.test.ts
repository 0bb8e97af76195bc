import { execSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import type { FileChange, ProjectSources } from '../../recipe.ts';
import { restructure } from '../restructure.ts';
import { NODE_TYPES_VERSION } from './manifest-edits.ts';
import { lowestNode } from './syntax-level.ts';

const run = (files: Readonly<Record<string, string>>, dependencies: ProjectSources['dependencies'] = []) => {
  const result = restructure(
    { files: Object.entries(files).map(([path, text]) => ({ path, text })), targets: [], dependencies },
    { strategy: 'STANDARD', disabledSteps: [] },
  );
  if (result.status !== 'CHANGED') throw new TypeError(JSON.stringify(result.reasons));
  const textOf = (path: string): string => {
    const change = result.changes.find((one: FileChange) => one.path === path);
    return change?.kind === 'WRITE' ? change.text : '';
  };
  return {
    manifest: JSON.parse(textOf('package.json')),
    text: textOf('package.json'),
    tsconfig: JSON.parse(textOf('tsconfig.json')),
    result,
  };
};

const MODULE = "'use strict'\nmodule.exports = f\nfunction f () {}\n";

describe('package.json', () => {
  it('[LLM-10] names the versions of this repository', () => {
    const own = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'));
    expect(NODE_TYPES_VERSION).toBe(own.dependencies['@types/node']);
    expect(ts.version).toBe(own.dependencies.typescript);
  });

  it('[LLM-10] adds types, build and development dependencies and keeps all else', () => {
    const before =
      '{\n    "name": "x",\n    "version": "1.0.0",\n    "main": "./lib/x",\n    "scripts": {\n        "test": "node test.js",\n        "pretest": "lint"\n    },\n    "files": [\n        "lib/x.js"\n    ],\n    "devDependencies": {\n        "mocha": "1.0.0"\n    }\n}\n';
    const { text } = run({ 'package.json': before, 'lib/x.js': MODULE });
    expect(text).toBe(
      `{\n    "name": "x",\n    "version": "1.0.0",\n    "main": "./lib/x",\n    "types": "./lib/x.d.ts",\n    "scripts": {\n        "test": "node test.js",\n        "pretest": "npm run build && lint",\n        "build": "tsc -p tsconfig.json",\n        "prepack": "npm run build"\n    },\n    "files": [\n        "lib/x.js",\n        "lib/x.d.ts"\n    ],\n    "devDependencies": {\n        "@types/node": "${NODE_TYPES_VERSION}",\n        "mocha": "1.0.0",\n        "typescript": "${ts.version}"\n    }\n}\n`,
    );
  });

  it('[LLM-10] makes what a system runs by its first line executable again, which the compiler does not', () => {
    const { manifest } = run({
      'package.json': '{"name":"x","version":"1.0.0","bin":{"x":"./bin/x.js"}}',
      'index.js': MODULE,
      'bin/x.js': '#!/usr/bin/env node\nconsole.log(1)\n',
    });
    const folder = mkdtempSync(join(tmpdir(), 'program-'));
    try {
      mkdirSync(join(folder, 'bin'));
      writeFileSync(join(folder, 'bin/x.js'), '#!/usr/bin/env node\n', { mode: 0o644 });
      // As the script does it, where the compiler would have written the file before.
      expect(manifest.scripts.build).toMatch(/^tsc -p tsconfig\.json && node -e /);
      const script = manifest.scripts.build.replace(
        /^tsc -p tsconfig\.json && node/,
        `"${process.execPath}"`,
      );
      execSync(script, { cwd: folder });
      expect(statSync(join(folder, 'bin/x.js')).mode & 0o111).toBe(0o111);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('[LLM-10] leaves a build script alone and takes another name', () => {
    const { manifest, result } = run({ 'package.json': '{"scripts":{"build":"make"}}', 'index.js': MODULE });
    expect(manifest.scripts).toMatchObject({
      build: 'make',
      compile: 'tsc -p tsconfig.json',
      prepack: 'npm run compile',
    });
    expect(result.steps.flatMap((step) => step.left).map((finding) => finding.code)).toContain(
      'BUILD_SCRIPT_KEPT',
    );
  });

  it('[LLM-10] raises engines only where the emitted code needs it, and says so', () => {
    const old = run({ 'package.json': '{"engines":{"node":">= 0.8"}}', 'index.js': MODULE });
    expect(old.manifest.engines.node).toBe('>=6');
    expect(old.result.steps.flatMap((step) => step.left).map((finding) => finding.code)).toContain(
      'ENGINES_RAISED',
    );
    expect(
      run({ 'package.json': '{"engines":{"node":">=10"}}', 'index.js': MODULE }).manifest.engines.node,
    ).toBe('>=10');
  });

  it('[LLM-10] adds the @types package that the check used, in its exact version', () => {
    const dependencies = [
      {
        path: 'node_modules/@types/left/package.json',
        text: '{"name":"@types/left","version":"1.2.3","types":"index.d.ts"}',
      },
      {
        path: 'node_modules/@types/left/index.d.ts',
        text: 'declare function left(): string; export = left;',
      },
    ];
    const files = {
      'package.json': '{"dependencies":{"left":"1"}}',
      'index.js':
        "'use strict'\nconst left = require('left')\nmodule.exports = f\nfunction f () { return left() }\n",
    };
    expect(run(files, dependencies).manifest.devDependencies['@types/left']).toBe('1.2.3');
    expect(run(files).manifest.devDependencies['@types/left']).toBeUndefined();
  });

  it('[LLM-10] keeps hand-written declarations as the public types', () => {
    const { manifest, tsconfig, result } = run({
      'package.json': '{"types":"index.d.ts"}',
      'index.js': MODULE,
      'index.d.ts': 'export = f; declare function f(): void;',
    });
    expect(manifest.types).toBe('index.d.ts');
    expect(tsconfig.compilerOptions.declaration).toBeUndefined();
    expect(result.steps.flatMap((step) => step.left).map((finding) => finding.code)).toContain(
      'OWN_TYPES_KEPT',
    );
  });

  it('[LLM-10] names declarations that lie beside the entry, since the compiler would find index.ts before them', () => {
    const { manifest, tsconfig } = run({
      'package.json': '{"main":"lib/index.js"}',
      'lib/index.js': MODULE,
      'lib/index.d.ts': 'export = f; declare function f(): void;',
    });
    expect(manifest.types).toBe('lib/index.d.ts');
    expect(tsconfig.compilerOptions.declaration).toBeUndefined();
  });

  it.each([
    ['./lib/index.js', { types: './lib/index.d.ts', default: './lib/index.js' }],
    [
      { '.': './lib/index.js', './package.json': './package.json' },
      { '.': { types: './lib/index.d.ts', default: './lib/index.js' }, './package.json': './package.json' },
    ],
    [
      { types: './own.d.ts', default: './lib/index.js' },
      { types: './own.d.ts', default: './lib/index.js' },
    ],
    [{ require: './lib/index.js' }, { require: { types: './lib/index.d.ts', default: './lib/index.js' } }],
  ])('[LLM-10] names them in exports too, beside which types counts for nothing', (exported, named) => {
    const { manifest } = run({
      'package.json': JSON.stringify({ main: 'lib/index.js', exports: exported, types: 'lib/index.d.ts' }),
      'lib/index.js': MODULE,
      'lib/index.d.ts': 'export = f; declare function f(): void;',
    });
    expect(manifest.exports).toEqual(named);
  });
});

describe('exports in package.json', () => {
  it('[LLM-10] name the declarations that are made, and only where a converted file is meant', () => {
    const { manifest } = run({
      'package.json': JSON.stringify({
        exports: { '.': { node: './x.js', default: './x.js' }, './*': './lib/*.js', './t': './test/t.js' },
      }),
      'x.js': MODULE,
      'lib/y.js': MODULE,
    });
    const named = { types: './x.d.ts', default: './x.js' };
    expect(manifest.exports).toEqual({
      '.': { node: named, default: named },
      './*': './lib/*.js',
      './t': './test/t.js',
    });
  });
});

describe('tsconfig.json', () => {
  it('[LLM-10] is strict, writes next to the source, and never rewrites syntax for an older engine', () => {
    const { tsconfig } = run({
      'package.json': '{"engines":{"node":">=4"}}',
      'index.js': "'use strict'\nmodule.exports = async (a) => a?.b\n",
      'lib/x.js': MODULE,
      'test/x.js': MODULE,
    });
    expect(tsconfig.compilerOptions).toMatchObject({
      strict: true,
      module: 'nodenext',
      target: 'es2020',
      declaration: true,
      types: ['node'],
      verbatimModuleSyntax: true,
    });
    expect(tsconfig.compilerOptions.outDir).toBeUndefined();
    expect(tsconfig.include).toEqual(['*.ts', 'lib/**/*.ts']);
  });

  it('[LLM-10] knows the same libraries for an older engine as the recipe checked with', () => {
    const usual = readFileSync(new URL(import.meta.resolve('typescript/lib/lib.es2022.full.d.ts')), 'utf8');
    const { tsconfig } = run({ 'package.json': '{"engines":{"node":">=6"}}', 'index.js': MODULE });
    expect(tsconfig.compilerOptions).toMatchObject({
      target: 'es2015',
      lib: [...usual.matchAll(/<reference lib="([^"]+)"/g)].map(([, name]) => name),
    });
  });

  it('[LLM-10] defines class fields only where the source has some', () => {
    expect(
      run({ 'package.json': '{}', 'index.js': MODULE }).tsconfig.compilerOptions.useDefineForClassFields,
    ).toBe(false);
    expect(
      run({ 'package.json': '{}', 'index.js': "'use strict'\nclass A { x = 1 }\nmodule.exports = A\n" })
        .tsconfig.compilerOptions,
    ).toMatchObject({ useDefineForClassFields: true, target: 'es2022' });
  });

  it.each([
    ['>= 0.8', 0],
    ['>=18', 18],
    ['^14.17.0 || >=16', 14],
    ['4.x || >=6.0.0', 4],
    ['*', null],
    [null, null],
  ])('[LLM-10] reads the lowest Node of %s', (range, major) => {
    expect(lowestNode(range)).toBe(major);
  });
});
