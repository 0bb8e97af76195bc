import { describe, expect, it } from 'vitest';
import type { TestMode } from '../../../domain/refactoring/job/values.ts';
import { planTests } from '../plan.ts';
import { project } from '../testing/characterise.ts';

const CLI = `#!/usr/bin/env node
var what = process.argv[2];
if (what === '--twice') console.log(require('./lib/double').double(process.argv[3]));
else process.exit(2);
`;
const LIB = 'exports.double = function (a) { return a + a; };\n';
const manifest = (more: object) => JSON.stringify({ name: '@own/tool', ...more });
const plan = (files: Readonly<Record<string, string>>, wanted: TestMode | null = null) =>
  planTests({ files: project(files), targets: [], dependencies: [] }, wanted);

const BIN_ONLY = {
  'package.json': manifest({ bin: './cli.js' }),
  'cli.js': CLI.replace('./lib/double', 'util'),
};
const BOTH = {
  'package.json': manifest({ main: 'lib/double.js', bin: { tool: 'cli.js' } }),
  'cli.js': CLI,
  'lib/double.js': LIB,
};

describe('the mode of the tests', () => {
  it('[TST-01] runs a package that is only a program as a black box, and measures its script', () => {
    const { mode, subjects, modules, confidence, totalCases } = plan(BIN_ONLY);
    expect(mode).toBe('BLACK_BOX');
    expect(subjects).toEqual([{ module: 'cli.js', exportPath: [], kind: 'program', cases: totalCases }]);
    expect(totalCases).toBeGreaterThan(60);
    expect(modules).toEqual(['cli.js']);
    expect(confidence).toBe(0);
  });

  it('[TST-01] characterises exports, and runs the program beside them where there is one', () => {
    const { mode, subjects, modules } = plan(BOTH);
    expect(mode).toBe('CHARACTERISATION');
    expect(subjects.map(({ kind, module }) => [kind, module])).toEqual([
      ['function', 'lib/double.js'],
      ['object', 'lib/double.js'],
      ['program', 'cli.js'],
    ]);
    expect(modules).toEqual(['lib/double.js', 'cli.js']);
  });

  it('[TST-01] rests on the programs where the exports show too little', () => {
    const hidden = 'module.exports = process.env;\n';
    const { mode, confidence } = plan({ ...BOTH, 'lib/double.js': hidden });
    expect(confidence).toBeLessThan(0.4);
    expect(mode).toBe('BLACK_BOX');
  });

  it('[TST-01] makes only the tests that the person wants', () => {
    const kinds = (wanted: TestMode) => plan(BOTH, wanted).subjects.map(({ kind }) => kind);
    expect(plan(BOTH, 'BLACK_BOX').mode).toBe('BLACK_BOX');
    expect(kinds('BLACK_BOX')).toEqual(['program']);
    expect(kinds('CHARACTERISATION')).toEqual(['function', 'object']);
    expect(plan(BIN_ONLY, 'CHARACTERISATION').totalCases).toBe(0);
  });

  it('[TST-01] says which programs it does not run', () => {
    const { uncovered } = plan({ ...BOTH, 'package.json': manifest({ bin: { gone: 'dist/gone.js' } }) });
    expect(uncovered).toContainEqual(
      expect.objectContaining({ code: 'PROGRAM_NOT_FOUND', path: 'package.json' }),
    );
  });

  it('[TST-01] plans the same runs each time, each once', () => {
    const text = (files: Readonly<Record<string, string>>) =>
      plan(files).files.find(({ path }) => path === '.iama/tests/cases.mjs')?.text ?? '';
    expect(text(BIN_ONLY)).toBe(text(BIN_ONLY));
    const ids = [...text(BIN_ONLY).matchAll(/"id":"(program:[^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
