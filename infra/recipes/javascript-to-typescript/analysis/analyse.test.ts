import { describe, expect, it } from 'vitest';
import type { ProjectSources } from '../../recipe.ts';
import { transform } from '../recipe.ts';
import { analyse } from './analyse.ts';

const sources = (
  files: Readonly<Record<string, string>>,
  dependencies: ProjectSources['dependencies'] = [],
): ProjectSources => ({
  files: Object.entries(files).map(([path, text]) => ({ path, text })),
  targets: [],
  dependencies,
});

const FILES = {
  'package.json':
    '{"name":"x","version":"1.2.3","main":"./lib/index","bin":{"x":"bin/x.js"},"engines":{"node":">=14"},"dependencies":{"left":"^1.0.0","right":"^2.0.0"},"scripts":{"test":"node test"}}',
  'lib/index.js':
    "'use strict'\nvar left = require('left')\nvar helper = require('./helper')\nmodule.exports = make\nmodule.exports.Box = Box\nmodule.exports.version = '1'\nfunction make (a, b) { if (a && b) { return new Box(a) } return helper.help(left(b)) }\nfunction Box (a) { this.a = a }\nBox.prototype.open = function () { return this.a }\n",
  'lib/helper.js':
    "'use strict'\nexports.help = function (x, options) {}\nexports.list = []\nif (process.env.X) { exports.extra = 1 }\nfunction late () { return require('path' + 1) }\nlate.x = 1\n",
  'bin/x.js':
    "#!/usr/bin/env node\n'use strict'\nvar fs = require('fs')\nvar main = require('..')\nfor (var i = 0; i < 2; i++) {}\nfs.writeSync(1, main(i))\n",
  'test/index.js': 'x',
};

describe('analyse', () => {
  it('[SPC-01] refuses with the reasons that transform gives', () => {
    for (const files of [
      { 'index.js': 'a' },
      { 'package.json': '{}', 'index.js': "'use strict'; module.exports = (a) => eval(a)" },
      { 'package.json': '{}', 'index.js': "'use strict'; var module = 1; exports.a = module" },
    ]) {
      const { refusals } = analyse(sources(files));
      expect(refusals).not.toEqual([]);
      expect(transform(sources(files), { strategy: 'STANDARD', disabledSteps: [] })).toEqual({
        status: 'REFUSED',
        reasons: refusals,
      });
    }
  });

  it('[SPC-01] knows entry points, surface and what stays', () => {
    const found = analyse(sources(FILES));
    expect(found).toMatchObject({
      packageName: 'x',
      version: '1.2.3',
      isPrivate: false,
      enginesNode: '>=14',
      hasTestScript: true,
      refusals: [],
    });
    expect(found.entryPoints).toEqual([
      { field: 'main', path: 'lib/index', resolved: 'lib/index.js' },
      { field: 'bin', path: 'bin/x.js', resolved: 'bin/x.js' },
    ]);
    expect(found.leftOut).toEqual([{ path: 'test/index.js', role: 'TEST' }]);
    expect(found.publicSurface.find((one) => one.path === 'lib/index.js')?.exports).toEqual([
      { name: '=', kind: 'FUNCTION', parameters: ['a', 'b'], line: 4, isPossible: false },
      { name: 'Box', kind: 'CONSTRUCTOR', parameters: ['a'], line: 5, isPossible: false },
      { name: 'version', kind: 'VALUE', parameters: null, line: 6, isPossible: false },
    ]);
    expect(
      found.modules
        .find((one) => one.path === 'lib/helper.js')
        ?.exports.map(({ name, kind, isPossible }) => [name, kind, isPossible]),
    ).toEqual([
      ['help', 'FUNCTION', false],
      ['list', 'OBJECT', false],
      ['extra', 'VALUE', true],
    ]);
  });

  it('[SPC-01] knows requires, dependencies, variables, constructors, size and the module systems', () => {
    const dependencies = [
      { path: 'node_modules/left/package.json', text: '{"name":"left","version":"1.0.0","types":"i.d.ts"}' },
      { path: 'node_modules/left/i.d.ts', text: 'declare function left(a: unknown): string; export = left;' },
    ];
    const found = analyse(sources(FILES, dependencies));
    const index = found.modules.find((one) => one.path === 'lib/index.js');
    expect(index?.requires).toEqual([
      { specifier: 'left', form: 'BINDING', line: 2, target: 'PACKAGE', path: null },
      { specifier: './helper', form: 'BINDING', line: 3, target: 'FILE', path: 'lib/helper.js' },
    ]);
    expect(found.modules.find((one) => one.path === 'lib/helper.js')?.requires).toEqual([
      { specifier: null, form: 'LAZY', line: 5, target: 'UNKNOWN', path: null },
    ]);
    expect(found.dependencies).toEqual([
      { name: 'left', range: '^1.0.0', typesKnown: true, usedBy: ['lib/index.js'] },
      { name: 'right', range: '^2.0.0', typesKnown: false, usedBy: [] },
    ]);
    expect(index?.constructors).toMatchObject([
      { name: 'Box', line: 8, reason: expect.stringContaining('reached from outside') },
    ]);
    expect(index?.functions).toContainEqual({ name: 'make', line: 7, complexity: 3 });
    expect(found.modules.find((one) => one.path === 'bin/x.js')?.variables).toMatchObject({
      convertible: 2,
      left: [{ code: 'VAR_USED_OUTSIDE', line: 5 }],
    });
    expect(found.totals).toMatchObject({ vars: 5, varsConvertible: 4 });
    expect(found.moduleSystems.STANDARD).toMatchObject({
      system: 'COMMONJS',
      reason: expect.stringContaining('published'),
    });
    expect(found.moduleSystems.COMPREHENSIVE.blockers.map((finding) => finding.code)).toContain(
      'ESM_COMPUTED',
    );
  });
});
