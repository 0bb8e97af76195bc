import { describe, expect, it } from 'vitest';
import type { TestMode } from '../../../domain/refactoring/job/values.ts';
import { planTests } from '../plan.ts';
import { project } from '../testing/characterise.ts';

const plan = (
  files: Readonly<Record<string, string>>,
  wanted: TestMode | null = 'ASSERTION',
  targets: readonly string[] = [],
) => planTests({ files: project(files), targets, dependencies: [] }, wanted);

const manifest = (more: object = {}) =>
  JSON.stringify({ name: 'own', main: 'lib/own.js', scripts: { test: 'node --test' }, ...more });
const LIB = {
  'package.json': manifest(),
  'lib/own.js': "exports.twice = function (a) { return require('./add').add(a, a); };\n",
  'lib/add.js': 'exports.add = function (a, b) { return a + b; };\n',
};
const TEST =
  "const own = require('..');\ntest('adds', () => own.twice(1));\nit.only('adds again', () => {});\n";
const TESTED = { ...LIB, 'test/own.test.js': TEST };

describe('own tests as the plan', () => {
  it('[TST-01] gives no case where the package ships no test', () => {
    expect(plan(LIB)).toMatchObject({ totalCases: 0, subjects: [], confidence: 0 });
    expect(plan({ ...LIB, 'test/data.js': '1;\n' })).toMatchObject({ totalCases: 0, confidence: 0 });
  });

  it('[TST-01] has no confidence in tests that lead nowhere, and leaves them to the coverage', () => {
    const spawning = "require('node:child_process').execFileSync('node', ['lib/own.js']);\n";
    const { totalCases, confidence, subjects } = plan({ ...LIB, 'test/cli.js': spawning });
    expect({ totalCases, confidence }).toEqual({ totalCases: 1, confidence: 0 });
    expect(subjects.map(({ module }) => module)).toEqual(['lib/add.js', 'lib/own.js']);
  });

  it('[TST-01] is never taken in place of what can be recorded, unless the person asks for it', () => {
    expect(plan(TESTED, null).mode).toBe('CHARACTERISATION');
    expect(plan(TESTED, 'CHARACTERISATION').mode).toBe('CHARACTERISATION');
    expect(plan(TESTED).mode).toBe('ASSERTION');
  });

  it('[TST-01] counts the tests that lead to each module, and generates none', () => {
    const { subjects, totalCases, confidence, modules, files } = plan(TESTED);
    expect(subjects).toEqual([
      { module: 'lib/add.js', exportPath: [], kind: 'asserted', cases: 2 },
      { module: 'lib/own.js', exportPath: [], kind: 'asserted', cases: 2 },
    ]);
    expect({ totalCases, confidence, modules }).toEqual({
      totalCases: 2,
      confidence: 1,
      modules: ['lib/add.js', 'lib/own.js'],
    });
    expect(files.map(({ path }) => path)).toEqual(['.iama/tests/own-tests.json']);
    expect(files[0]?.text).toContain('"test/own.test.js"');
  });

  it('[TST-02] names what only the tests load, to be locked with them, and nothing that the package itself loads', () => {
    const { files } = plan(
      {
        ...TESTED,
        'package.json': manifest({ bin: 'tools/cli.js' }),
        'tools/cli.js': "require('../util/shared');\n",
        'util/shared.js': 'exports.shared = 1;\n',
        'util/expected.js': "require('../lib/add');\nmodule.exports = require('./expected.json');\n",
        'util/expected.json': '2\n',
        'lib/deep.js': '',
        'test/own.test.js': `${TEST}require('../util/shared');\nrequire('../util/expected');\nrequire('../lib/deep');\nrequire('../package.json');\n`,
      },
      'ASSERTION',
      ['lib'],
    );
    expect(JSON.parse(files[0]?.text ?? '')).toMatchObject({
      helpers: ['util/expected.js', 'util/expected.json'],
    });
  });

  describe('whose helper would be converted', () => {
    const helped = (helper: string, more: object = {}, targets: readonly string[] = []) =>
      plan(
        {
          ...TESTED,
          'package.json': manifest(more),
          'lib/check.js': helper,
          'test/own.test.js': `${TEST}require('../lib/check');\n`,
        },
        'ASSERTION',
        targets,
      );
    const COMPARES = "const assert = require('node:assert');\nexports.same = (a, b) => assert.equal(a, b);\n";

    it('[TST-02] are refused where it compares for them, since a change of it would weaken them', () => {
      const { totalCases, uncovered } = helped(COMPARES);
      expect({ totalCases, uncovered }).toEqual({
        totalCases: 0,
        uncovered: [expect.objectContaining({ code: 'OWN_TESTS_CONVERTED', path: 'lib/check.js' })],
      });
      expect(helped(COMPARES, {}, ['lib/own.js', 'lib/add.js']).totalCases).toBe(2);
    });

    it('[TST-02] name it where it may be a part of the package as well', () => {
      const { totalCases, uncovered } = helped('exports.four = 4;\n');
      expect({ totalCases, uncovered }).toEqual({
        totalCases: 2,
        uncovered: [expect.objectContaining({ code: 'TEST_HELPER_CONVERTED', path: 'lib/check.js' })],
      });
    });

    it('[TST-02] take what the package itself loads for a part of it', () => {
      expect(helped(COMPARES, { bin: 'lib/check.js' }).uncovered).toEqual([]);
    });
  });

  it('[TST-01] has as little confidence as the tests reach functions, and says what they do not', () => {
    const { confidence, uncovered } = plan({
      ...TESTED,
      'lib/more.js': 'exports.one = () => 1;\nexports.two = () => 2;\n',
    });
    expect(confidence).toBe(0.5);
    expect(uncovered).toEqual([
      expect.objectContaining({ code: 'FUNCTIONS_NOT_REACHED', path: 'lib/more.js' }),
    ]);
  });

  it.each(['own', '../lib/own.js', '../'])('[TST-01] sees that a test loads the package as %s', (request) => {
    const imported = `import { twice } from '${request}';\ntest('adds', () => twice(1));\n`;
    expect(plan({ ...LIB, 'test/own.mjs': imported }).confidence).toBe(1);
  });

  describe('that the test script names', () => {
    const named = (test: string, more: Readonly<Record<string, string>>, targets: readonly string[]) =>
      plan({ ...LIB, 'package.json': manifest({ scripts: { test } }), ...more }, 'ASSERTION', targets);
    const check = { 'check.js': "require('assert').equal(require('.').twice(1), 2);\n" };
    const found = { totalCases: 1, modules: ['lib/add.js', 'lib/own.js'] };

    it('[TST-02] are refused where they would be converted, since nothing could lock them then', () => {
      const { totalCases, confidence, uncovered } = named('node check.js', check, []);
      expect({ totalCases, confidence }).toEqual({ totalCases: 0, confidence: 0 });
      expect(uncovered).toEqual([expect.objectContaining({ code: 'OWN_TESTS_CONVERTED', path: 'check.js' })]);
    });

    it('[TST-01] are taken, but never what the package itself loads', () => {
      expect(named('node check.js && node lib/add.js', check, ['lib'])).toMatchObject(found);
      const folder = { 'checks/one.js': "it('adds', () => require('../lib/add').add(1, 1));\n" };
      expect(named("mocha 'checks/'", folder, ['lib'])).toMatchObject(found);
    });
  });

  it('[TST-01] is taken where nothing can be recorded and the tests lead to half of the functions', () => {
    const closed = { 'package.json': manifest({ exports: {} }) };
    const direct = { 'test/own.test.js': "test('adds', () => require('../lib/own').twice(1));\n" };
    expect(plan({ ...LIB, ...closed, ...direct }, null)).toMatchObject({ mode: 'ASSERTION', totalCases: 1 });
    const third = { 'lib/more.js': 'exports.a = () => 1;\nexports.b = () => 2;\nexports.c = () => 3;\n' };
    expect(plan({ ...LIB, ...closed, ...direct, ...third }, null)).toMatchObject({
      mode: 'CHARACTERISATION',
      totalCases: 0,
    });
  });
});
