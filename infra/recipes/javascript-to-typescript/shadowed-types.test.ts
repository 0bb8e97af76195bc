import { describe, expect, it } from 'vitest';
import { restructure } from './restructure.ts';

const codes = (files: Readonly<Record<string, string>>): string[] => {
  const result = restructure(
    {
      files: Object.entries(files).map(([path, text]) => ({ path, text })),
      targets: [],
      dependencies: [],
    },
    { strategy: 'STANDARD', disabledSteps: [] },
  );
  return result.status === 'REFUSED' ? result.reasons.map(({ code, path }) => `${code} ${path}`) : [];
};

const MODULE = {
  'package.json': '{"name":"x","version":"1.0.0","type":"module","exports":"./index.js"}',
  'index.js': "export { a } from './lib/index.js'",
  'index.d.ts': "export { a, type A } from './lib/index.js'",
  'lib/index.js': 'export const a = 1',
};
const OWN = { 'lib/index.d.ts': 'export type A = 1\nexport const a: A' };
const COMMONJS = {
  'package.json': '{"name":"x","version":"1.0.0"}',
  'index.js': "'use strict'; module.exports = require('./part')",
  'index.d.ts': 'declare const n: number; export = n',
  'part.js': "'use strict'; module.exports = 1",
};

describe('declarations that a package brings by hand', () => {
  it('[LLM-10] are not hidden by the source of a module that others of them name', () => {
    expect(codes({ ...MODULE, ...OWN })).toEqual(['OWN_TYPES_SHADOWED lib/index.js']);
  });

  it('[LLM-10] are not hidden where a consumer can name the module', () => {
    const part = { 'part.d.ts': 'declare const n: number; export = n' };
    expect(codes({ ...COMMONJS, ...part })).toEqual(['OWN_TYPES_SHADOWED part.js']);
    expect(
      codes({
        ...COMMONJS,
        ...part,
        'package.json': '{"name":"x","version":"1.0.0","exports":"./index.js"}',
      }),
    ).toEqual([]);
  });

  it.each([
    ['beside the entry alone', COMMONJS],
    ['that name a module without any', MODULE],
    [
      'of a package that is not published',
      { ...MODULE, ...OWN, 'package.json': '{"type":"module","private":true}' },
    ],
  ])('[LLM-10] keep no package from being converted: %s', (_, files) => {
    expect(codes(files)).toEqual([]);
  });
});
