import { describe, expect, it } from 'vitest';
import { type CodeFigures, type Edges, type Outlook, recipeProposals } from './proposals.ts';
import { recipeSpecification } from './specification.ts';
import { figures, outlook, toEsm } from './testing/outlook.ts';

const edges: Edges = {
  offers: [{ path: 'index.js', names: ['parse', 'format'] }],
  uses: [
    { name: 'ms', range: '^2.0.0', typed: true, usedBy: ['index.js'] },
    { name: 'old', range: null, typed: false, usedBy: ['index.js', 'lib/a.js'] },
    { name: 'idle', range: '1.0.0', typed: false, usedBy: [] },
  ],
  engines: '>=6',
};
const proposal = (change: Partial<Outlook>, code: CodeFigures = figures, around: Edges = edges) => {
  const [first] = recipeProposals(code, [{ ...outlook, ...change }], around);
  if (first === undefined) throw new Error('one outlook gives one proposal');
  return first;
};

describe('proposals', () => {
  it('[SPC-01] says why a strategy is not possible, in both wordings', () => {
    const { simple, professional, risk } = proposal({ refused: ['index.js:3: It uses with.'] });
    expect(simple).toContain('It uses with.');
    expect(professional).toContain('It uses with.');
    expect(risk).toBe(5);
  });

  it('[SPC-01] is called what it does to this code, not what its strategy may do to another', () => {
    const comprehensive = (change: Partial<Outlook>) =>
      proposal({ ...change, strategy: 'COMPREHENSIVE' }).title;
    expect(comprehensive({ variables: 1, ...toEsm })).toBe('Types, modern syntax and modern modules');
    expect(comprehensive({ classes: 1 })).toBe('Types and modern syntax; modules stay as they are');
    expect(comprehensive({})).toBe('Types only: nothing else changes here');
    expect(proposal({ variables: 1 }).title).toBe('Types and modern syntax');
    expect(proposal({ strategy: 'CONSERVATIVE' }).title).toBe('Types only');
    expect(comprehensive({ refused: ['index.js:3: It uses with.'] })).toBe('Not possible for this code');
  });

  it('[SPC-01] [SPC-02] does not sell ES modules to who has them already', () => {
    const already = { strategy: 'COMPREHENSIVE', moduleSystem: 'ESM', movesToEsm: false } as const;
    const { title, simple, risk, breakingSurface } = proposal({ ...already, variables: 1 });
    expect(title).toBe('Types and modern syntax; modules stay as they are');
    expect(simple).not.toContain('loaded the modern way');
    expect([risk, breakingSurface]).toEqual([2, []]);
    const { sdd } = recipeSpecification(figures, { ...outlook, ...already }, []);
    expect(sdd.map(({ statement }) => statement).join()).not.toContain('become ES modules');
  });

  it('[SPC-01] takes the risk from what would change', () => {
    expect(proposal({}).risk).toBe(1);
    expect(proposal({ variables: 1 }).risk).toBe(2);
    expect(proposal({ variables: 1, classes: 1, ...toEsm }).risk).toBe(4);
    expect(proposal({ variables: 1, classes: 1, ...toEsm }, { ...figures, branches: 900 }).risk).toBe(5);
  });

  it('[SPC-01] has a condition where the dry run needs one: in both wordings, with its places and a higher risk', () => {
    const places = Array.from({ length: 23 }, (_, n) => `index.js:${n + 1}: Writes.`);
    const conditional = proposal({ conditions: ['STRICT_MODE'], places, ...toEsm });
    expect(conditional).toMatchObject({ conditions: ['STRICT_MODE'], risk: proposal(toEsm).risk + 1 });
    expect(conditional.simple).toMatch(/but for what you accept.*accept one difference.*23 kinds of places/u);
    expect(conditional.professional).toMatch(/STRICT_MODE.*throws a TypeError.*23 kinds of places/u);
    expect(conditional.breakingSurface[0]).toBe('index.js:1: Writes.');
    expect(conditional.breakingSurface[20]).toBe('3 further kinds of places.');
    expect(conditional.breakingSurface).toHaveLength(23);
  });

  it('[SPC-01] has no condition where there is none, or where the strategy is not possible anyway', () => {
    expect(proposal({})).not.toHaveProperty('conditions');
    expect(proposal({ conditions: ['STRICT_MODE'], refused: ['It uses with.'] })).not.toHaveProperty(
      'conditions',
    );
  });

  it('[SPC-01] names what breaks only where something may', () => {
    expect(proposal({}).breakingSurface).toEqual([]);
    expect(proposal({ ...toEsm }).breakingSurface).toEqual([
      'index.js (parse and format) will load as ES modules: require() of them needs Node 20.19, 22.12 or newer.',
      'package.json allows Node >=6: raise it where that includes older versions.',
    ]);
    const many = { path: 'b.js', names: Array.from({ length: 14 }, (_, n) => `n${n}`) };
    const wide = proposal({ ...toEsm }, figures, { offers: [many], uses: [], engines: null });
    expect(wide.breakingSurface[0]).toContain('n11 and 2 more');
    const silent = proposal({ ...toEsm }, figures, { offers: [], uses: [], engines: null });
    expect(silent.breakingSurface[0]).toContain('Every module will load');
  });

  it('[SPC-01] tells of each dependency whether its types are known, and that recipes cost nothing', () => {
    const { dependencyCompatibility, credits, complexity } = proposal({});
    expect(dependencyCompatibility).toEqual([
      'ms (^2.0.0), used by index.js: type declarations found',
      'old (not listed in package.json), used by index.js and lib/a.js: no type declarations, so its values are not checked',
      'idle (1.0.0), not loaded by the converted files: nothing to check',
    ]);
    expect(credits).toEqual({ estimate: 0, low: 0, high: 0 });
    expect(complexity).toEqual({ files: 2, lines: 80, functions: 7, branches: 12 });
  });

  it('[JOB-10] gives the same facts plainly and with figures', () => {
    const { simple, professional } = proposal({ variables: 3, classes: 1, left: ['a.js:1: kept'] });
    expect(simple).toBe(
      '2 files change, and your 7 functions will do what they do today. Besides types, old-style variables become ' +
        'modern ones and old-style classes become real ones. 1 place cannot be improved safely and will stay.',
    );
    expect(professional).toBe(
      '2 files touched; 2 code files with 80 lines, 7 functions, 12 branches; 3 var bindings rescoped, ' +
        '1 constructor function rewritten as classes, 1 left with a reason. Module system COMMONJS: It is published.',
    );
  });
});
