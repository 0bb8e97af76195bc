import { describe, expect, it } from 'vitest';
import { layoutOf } from './package-layout.ts';

const files = [
  { path: 'package.json', text: '{ "name": "sample", "main": "index.js" }' },
  { path: 'index.js', text: `module.exports = require('./lib/a.js');` },
  { path: 'lib/a.js', text: 'module.exports = 1;' },
  { path: 'other/b.js', text: 'module.exports = 2;' },
  { path: 'vendor/c.js', text: 'module.exports = 3;' },
];
const sourcesFor = (targets: readonly string[]) => layoutOf({ files, targets, dependencies: [] }).sources;

describe('layoutOf', () => {
  it('[TST-01] measures the coverage of what a change touches, not of what stays as it is', () => {
    expect(sourcesFor([])).toEqual(['index.js', 'lib/a.js', 'other/b.js']);
    expect(sourcesFor(['lib'])).toEqual(['lib/a.js']);
    expect(sourcesFor(['other/b.js', 'lib/'])).toEqual(['lib/a.js', 'other/b.js']);
  });
});
