import { describe, expect, it } from 'vitest';
import { restructure } from './restructure.ts';

const reasonsFor = (files: Readonly<Record<string, string>>): readonly string[] => {
  const result = restructure(
    {
      files: Object.entries({ 'package.json': '{"name":"x","version":"1.0.0"}', ...files }).map(
        ([path, text]) => ({ path, text }),
      ),
      targets: [],
      dependencies: [],
    },
    { strategy: 'STANDARD', disabledSteps: [] },
  );
  return result.status === 'REFUSED' ? result.reasons.map(({ reason }) => reason) : [];
};

const SLOPPY = 'exports.merge = function (a, b) { for (var k in b) a[k] = b[k]; return a }';

describe('a refusal that the person can settle', () => {
  it('[SPC-01] says how, and names the files once: a reader of reasons alone does not know what to do', () => {
    const reasons = reasonsFor({ 'index.js': `${SLOPPY}\nexports.set = function (o) { o.x = 1 }` });
    expect(reasons).toHaveLength(2);
    expect(reasons[0]).toContain('may be frozen');
    expect(reasons[1]).toContain("write 'use strict' at the top of index.js, run your own tests");
  });

  it('[SPC-01] is settled by what it says', () => {
    expect(reasonsFor({ 'index.js': `'use strict'\n${SLOPPY}` })).toEqual([]);
  });

  it('[SPC-01] says nothing of that where another reason stands', () => {
    expect(reasonsFor({ 'index.js': 'exports.run = (text) => eval(text)' }).join()).not.toContain(
      'use strict',
    );
  });
});

describe('a package that has TypeScript beside its code', () => {
  const codes = (path: string): readonly string[] =>
    reasonsFor({ 'index.js': 'exports.a = 1', [path]: 'export {}' });

  it('[LLM-10] is refused where that is a source of it', () => {
    for (const path of ['lib/other.ts', 'index.mts', 'types/index.ts'])
      expect(codes(path)).toEqual(['The project contains TypeScript sources already.']);
  });

  it('[LLM-10] is converted where it only tests declarations that were written by hand', () => {
    for (const path of [
      'types/test.ts',
      'test/types.ts',
      'index.test-d.ts',
      'index.d.ts',
      'examples/typed.ts',
    ])
      expect(codes(path)).toEqual([]);
  });
});
