import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { parse } from 'acorn';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { planTests } from './plan.ts';
import { regexSamples } from './regex-samples.ts';
import { mostAlike, restructured, variants } from './strings.ts';
import { project } from './testing/characterise.ts';

const plan = (files: Readonly<Record<string, string>>, targets: readonly string[] = []) =>
  planTests({ files: project(files), targets, dependencies: [] });
const casesOf = (files: Readonly<Record<string, string>>): string =>
  plan(files).files.find((file) => file.path === '.iama/tests/cases.mjs')?.text ?? '';
const MAIN = '{ "name": "sample", "main": "./lib" }';

describe('planTests', { timeout: 60_000 }, () => {
  it('[TST-01] says what it cannot see instead of leaving it out silently', () => {
    const { uncovered, confidence } = plan({
      'package.json': MAIN,
      'lib/index.js': `exports.own = function () {}; exports.other = require('elsewhere');`,
      'lib/dynamic.js': `Object.keys(process.env).forEach(function (key) { exports[key] = 1; });`,
    });
    expect(uncovered.map((one) => one.code)).toEqual([
      'EXPORTS_NOT_FOUND',
      'VALUE_NOT_FOUND',
      'FUNCTIONS_NOT_REACHED',
    ]);
    expect(confidence).toBeLessThan(1);
  });

  it.each([
    [
      'made by a function called at once',
      'module.exports = (function () { function f (a) { return a + 1 } return f })()',
    ],
    [
      'kept in a variable first',
      'var f = (function () { return function (a) { return a + 1 } })(); module.exports = f',
    ],
    [
      'chosen by a condition',
      'module.exports = x() ? Object.assign : function (a) { return a }; function x () {}',
    ],
    ['with a fallback', 'module.exports = Array.isArray || function (a) { return a }'],
  ])('[TST-01] calls an export that is %s', (_, text) => {
    const { subjects } = plan({ 'package.json': '{ "name": "sample" }', 'index.js': text });
    expect(subjects).toHaveLength(1);
    expect(subjects[0]?.cases).toBeGreaterThan(20);
  });

  it('[TST-01] gives arguments to a function that names none and reads them all', () => {
    const { subjects } = plan({
      'package.json': '{ "name": "sample" }',
      'index.js':
        'module.exports = function () { var o = {}; for (var i = 0; i < arguments.length; i++) for (var k in arguments[i]) o[k] = arguments[i][k]; return o }',
    });
    expect(subjects[0]?.cases).toBeGreaterThan(50);
  });

  it('[TST-01] gives classes where instances are made of what is passed', () => {
    const cases = casesOf({
      'package.json': '{ "name": "sample" }',
      'index.js':
        'module.exports = function (Constructor) { var head = new Constructor(); return { head: head } }',
    });
    expect(cases).toContain('[class Made {');
  });

  it('[TST-01] calls a fallback in its own module too, because the entry may never use it', () => {
    const { subjects } = plan({
      'package.json': '{ "name": "sample" }',
      'index.js': "var own = require('./own'); module.exports = Array.isArray || own",
      'own.js': 'module.exports = function own (a) { return a instanceof Array }',
    });
    expect(subjects.map((one) => one.module).sort()).toEqual(['index.js', 'own.js']);
    expect(subjects.every((one) => one.cases > 20)).toBe(true);
  });

  it('[TST-01] leaves alone what only measures speed', () => {
    const { subjects } = plan({
      'package.json': '{ "name": "sample" }',
      'index.js': 'module.exports = function (a) { return a }',
      'perf/slow.js': 'module.exports = function (a) { return a }',
    });
    expect(subjects.map((one) => one.module)).toEqual(['index.js']);
  });

  it('[TST-01] gives an empty package no confidence', () => {
    expect(plan({ 'package.json': '{}' })).toMatchObject({ confidence: 0, totalCases: 0, subjects: [] });
  });

  it('[TST-01] never puts text of documents or tests into the tests that could do harm', () => {
    const cases = casesOf({
      'package.json': MAIN,
      'lib/index.js': 'module.exports = function sample(x) { return x; };',
      'README.md': [
        '```js',
        `var fs = require('fs');`,
        'sample(fs.rmSync("/"));',
        'sample(process.exit(1));',
        'sample(globalThis.fetch("http://a"));',
        `sample([].constructor.constructor('return process')());`,
        'sample((() => { while (true) {} })());',
        'sample(eval("1"));',
        "sample('kept');",
        '```',
      ].join('\n'),
    });
    expect(cases).toContain(`"sample('kept')"`);
    for (const word of ['rmSync(', 'process.exit', 'fetch(', 'constructor.constructor', 'while (', 'eval(']) {
      expect(
        cases
          .split('\n')
          .filter(
            (line) =>
              line.includes('args') && new RegExp(`=> \\[[^'"]*${word.replace(/[.()]/g, '\\$&')}`).test(line),
          ),
      ).toEqual([]);
    }
  });

  it('[TST-01] finds exports in all their forms, each once, under the name of the entry', () => {
    const { subjects } = plan({
      'package.json': MAIN,
      'lib/index.js': `
        const { half } = require('./math');
        const Box = require('./box');
        exports = module.exports = main;
        function main(x) { return half(x); }
        main.Box = Box;
        module.exports.half = half;
        module.exports.table = { a: 1 };
        exports.arrow = (x) => x;`,
      'lib/math.js': `module.exports = { half: function (n) { return n / 2; }, twice(n) { return n * 2; } };`,
      'lib/box.js': `class Box { constructor(v) { this.v = v; } open() { return this.v; } static of(v) { return new Box(v); } } module.exports = Box;`,
      'lib/esm.mjs': `export default function run(a) { return a; } export const size = 3; export class Late {}`,
      'test/index.test.js': `module.exports = function notASubject() {};`,
      'bin/cli.js': '#!/usr/bin/env node\nmodule.exports = 1;',
    });
    const names = subjects.map((one) => `${one.module}#${one.exportPath.join('.')} ${one.kind}`);
    expect(names).toEqual(
      expect.arrayContaining([
        'lib/index.js# function',
        'lib/index.js#half function',
        'lib/index.js#Box class',
        'lib/index.js#Box.of function',
        'lib/index.js#table object',
        'lib/index.js#arrow function',
        'lib/math.js#twice function',
        'lib/esm.mjs# function',
        'lib/esm.mjs#size value',
        'lib/esm.mjs#Late class',
      ]),
    );
    expect(names.filter((name) => /half|test|bin/.test(name))).toEqual(['lib/index.js#half function']);
  });

  it('[TST-01] takes inputs from documents, the own tests, comments, and from what the code reads', () => {
    const cases = casesOf({
      'package.json': MAIN,
      'lib/index.js': `
        /**
         * format(1536, { unit: 'KB' })
         */
        exports.format = function (n, options) { return options && options.decimals > 7 ? 'many' : n < 4096 ? 'small' : 'large'; };
        exports.parse = function (text) { return /^(on|off)-(\\d+)$/.test(text) || text.indexOf('%%') === 3; };`,
      'README.md': "```js\nconst sample = require('sample')\nsample.format(77, { decimals: 2 })\n```",
      'test/a.js': `var lib = require('../'); var given = 'from-a-test'; lib.parse(given);`,
    });
    for (const call of [
      "sample.format(1536, { unit: 'KB' })",
      'sample.format(77, { decimals: 2 })',
      "sample.parse('from-a-test')",
    ]) {
      expect(cases).toContain(call);
    }
    for (const near of ['4096', '4095', '4097', '{ decimals: 7 }', '{ decimals: 8 }', 'on-', 'off-', '%%'])
      expect(cases).toContain(near);
  });

  it('[TST-01] is the same for the same sources, bounded, and follows the selected targets', () => {
    const functions = Array.from(
      { length: 60 },
      (_, i) =>
        `exports.f${i} = function (a, b) { if (a > ${i}) return b || a; return a === '${i}' ? 1 : 2; };`,
    );
    const files = {
      'package.json': MAIN,
      'lib/index.js': functions.join('\n'),
      'lib/extra.js': 'exports.x = function (a) { return a; };',
    };
    const first = plan(files);
    expect(plan(files)).toEqual(first);
    expect(first.totalCases).toBeLessThanOrEqual(12_000);
    expect(plan(files, ['lib/extra.js']).subjects.every((one) => one.module === 'lib/extra.js')).toBe(true);
  });

  it('[TST-01] writes numbers and escapes that only sloppy code may hold as what they mean', () => {
    const cases = casesOf({
      'package.json': MAIN,
      'lib/index.js': 'module.exports = function (x, y) { return String(x) + y; };',
      'README.md':
        "```js\nvar sample = require('sample');\nsample(0010, '\\033[0m');\nsample([007], 089);\n```\n",
    });
    expect(() => parse(cases, { ecmaVersion: 'latest', sourceType: 'module' })).not.toThrow();
    expect(cases).toContain("[8, '\\u001b[0m']");
    expect(cases).toContain('[[7], 89]');
  });

  it('[TST-01] makes only valid JavaScript, whatever the sources hold', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { maxLength: 5 }), (texts) => {
        const source = texts
          .map((text, at) => `exports.f${at} = function (x) { return x === ${JSON.stringify(text)}; };`)
          .join('\n');
        const cases = casesOf({
          'package.json': MAIN,
          'lib/index.js': source,
          'README.md': texts.join('\n\n'),
        });
        expect(() => parse(cases, { ecmaVersion: 'latest', sourceType: 'module' })).not.toThrow();
      }),
      { numRuns: 8 },
    );
  });
});

describe('strings', () => {
  it('[TST-01] samples of a pattern match it, and show each of its alternatives', () => {
    const patterns = [
      /^(-?(?:\d+)?\.?\d+) *(milliseconds?|msecs?|ms|seconds?|s|minutes?|h)?$/i,
      /^((-|\+)?(\d+(?:\.\d+)?)) *(kb|mb|gb)$/i,
      /^--([^=]+)=([\s\S]*)$/,
      /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/,
      /^(["'])a\1$/,
      /^a{2,4}$/,
      /^\u0041[\x30-\x39]$/,
      /^(?<year>\d{4})$/,
    ];
    for (const pattern of patterns) {
      const samples = regexSamples(String(pattern), 40);
      expect(
        samples.filter((one) => !pattern.test(one)),
        String(pattern),
      ).toEqual([]);
      expect(samples.length).toBeGreaterThan(0);
    }
    const units = regexSamples('/^(?:kb|mb|gb|tb)$/', 40);
    expect([...units].sort()).toEqual(['gb', 'kb', 'mb', 'tb']);
  });

  it('[TST-01] changes the texts of an input, never the module that it is made by', () => {
    const cases = casesOf({
      'package.json': '{ "name": "sample", "main": "index.js" }',
      'index.js': `exports.coerce = function (text) { return { text: String(text) }; };
        exports.gt = function (a, b) { return a.text > b.split('.')[0]; };`,
      'README.md':
        "```js\nconst sample = require('sample')\nsample.gt(sample.coerce('v2'), '1.2.3')\nsample.gt(sample.coerce('42.6'), '3.4')\n```",
    });
    const modules = new Set(
      [...cases.matchAll(/\bm\[(?<path>[^\]]*)\]/g)].map((one) => one.groups?.['path']),
    );
    expect([...modules]).toEqual(["'index.js'"]);
  });

  it('[TST-01] changes keep to their bounds and differ from the original', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40 }),
        fc.array(fc.string({ minLength: 1, maxLength: 2 }), { maxLength: 4 }),
        (text, fragments) => {
          for (const one of variants(text, fragments)) {
            expect(one).not.toBe(text);
            expect(one.length).toBeLessThanOrEqual(300);
          }
          expect(restructured([text], fragments, 30, 'seed')).toEqual(
            restructured([text], fragments, 30, 'seed'),
          );
        },
      ),
    );
    expect(mostAlike(['npm install', '2.0.1', 'word'], ['1.2.3'])[0]).toBe('2.0.1');
  });

  it('[TST-01] writes the harness that came with its code, though a later release lies on the disk by now', () => {
    const sources = { 'package.json': MAIN, 'lib/index.js': 'exports.next = function (n) { return n + 1 }' };
    const before = plan(sources);
    const onDisk = vi.spyOn(fs, 'readFileSync').mockReturnValue('// of a later release');
    syncBuiltinESMExports();
    try {
      expect(fs.readFileSync('any')).toContain('later');
      expect(plan(sources)).toEqual(before);
    } finally {
      onDisk.mockRestore();
      syncBuiltinESMExports();
    }
  });
});
