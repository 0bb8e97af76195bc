import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outlook } from './proposals.ts';
import { recipeSpecification } from './specification.ts';
import { figures, outlook, toEsm } from './testing/outlook.ts';

describe('the specification of a recipe', () => {
  const module = {
    module: 'index.js',
    exports: ['parse', ''],
    cases: 40,
    runs: 0,
    served: 0,
    asserted: 0,
    uncovered: [],
  };
  const of = (modules: readonly (typeof module)[], change: Partial<Outlook> = {}) =>
    recipeSpecification(figures, { ...outlook, ...change }, modules);

  it('[SPC-02] promises nothing about a module without a case', () => {
    const { bdd } = of([{ ...module, cases: 0 }]);
    expect(bdd.map(({ given }) => given)).toEqual(['the converted project']);
  });

  it('[SPC-02] says what no test reaches', () => {
    const { bdd } = recipeSpecification(figures, outlook, [
      { ...module, uncovered: ['index.js:9: it reads the clock'] },
    ]);
    expect(bdd.at(-1)).toMatchObject({ when: 'index.js:9: it reads the clock' });
  });

  it('[SPC-02] says what is accepted, so that the approved text binds it, and where it may show', () => {
    const { bdd, sdd } = of([module], { conditions: ['STRICT_MODE'], places: ['index.js:3: Writes.'] });
    expect(bdd.filter(({ then }) => then.includes('accepted')).map(({ given }) => given)).toEqual([
      expect.stringContaining('frozen'),
      expect.stringContaining('arguments'),
    ]);
    expect(sdd.map(({ statement }) => statement)).toContainEqual(
      expect.stringContaining('index.js:3: Writes.'),
    );
    expect(JSON.stringify(of([module]))).not.toContain('accepted');
  });

  it('[SPC-02] promises the recorded behaviour of what is exercised', () => {
    expect(of([module]).bdd[0]).toEqual({
      given: 'index.js as it is today, with its results recorded on the untouched code',
      when: 'parse is used with inputs chosen from 40 planned ones',
      then: 'every result, every thrown error and every change to the arguments is the recorded one',
    });
  });

  it('[SPC-02] names the exports, one as one and of many the first', () => {
    const used = (exports: readonly string[], cases: number) =>
      of([{ ...module, exports: [...exports], cases }]).bdd[0]?.when;
    expect(used(['', 'a'], 1)).toBe('a is used with inputs chosen from 1 planned one');
    expect(used([''], 2)).toBe('what it exports is used with inputs chosen from 2 planned ones');
    expect(used('abcdefghijklmno'.split(''), 3)).toBe(
      'a, b, c, d, e, f, g, h, i, j, k, l and 3 more are used with inputs chosen from 3 planned ones',
    );
  });

  it('[SPC-02] [TST-01] promises of the own tests that they still pass, and nothing beyond what they state', () => {
    expect(of([{ ...module, exports: [], cases: 0, asserted: 3 }]).bdd[0]).toEqual({
      given:
        "index.js as it is today, with the project's own tests passing on the untouched code every time they are run",
      when: 'those tests are run again, 3 of them for it',
      then: 'every test that passed still passes; what no test states is not held',
    });
  });

  it('[SPC-02] [TST-01] promises of a server that its answers stay', () => {
    expect(of([{ ...module, exports: [], cases: 0, served: 120 }]).bdd[0]).toEqual({
      given: 'index.js as the server that it is today, with its answers recorded on the untouched code',
      when: 'it is started and asked with requests chosen from 120 planned runs, malformed ones among them',
      then: 'status, headers and body of every answer, and what it prints and writes, are the recorded ones',
    });
  });

  it('[SPC-02] stays readable for many modules and loses no case', () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ ...module, module: `m${index}.js` }));
    const { bdd } = of(many);
    expect(bdd).toHaveLength(42);
    expect(bdd[40]?.given).toContain('60 further modules');
    expect(bdd[40]?.when).toContain('2400 planned ones');
  });

  it('[SPC-02] describes the structure that the dry run found', () => {
    const statements = of([module], { ...toEsm, variables: 4, classes: 2 }).sdd.map(
      ({ statement }) => statement,
    );
    expect(statements).toEqual(
      expect.arrayContaining([
        'The modules become ES modules. It is published.',
        '4 var declarations become let or const, scoped by block.',
        '2 constructor functions become classes.',
        'Without type declarations: old.',
      ]),
    );
  });

  it('[SPC-02] states the whole structure, and nothing that is not there', () => {
    const stated = (change: Partial<Outlook>, code = figures) =>
      recipeSpecification(code, { ...outlook, ...change }, []).sdd.map(
        ({ topic, statement }) => `${topic} ${statement}`,
      );
    const always = [
      'TYPES 7 functions get parameter and return types, inferred from use and documentation.',
      'TYPES any stands only where nothing better can be proven, and each such place is counted.',
    ];
    expect(stated({})).toEqual([
      'STRUCTURE These files become TypeScript or change with it: index.js, package.json.',
      'STRUCTURE The modules stay CommonJS. It is published.',
      ...always,
      'DEPENDENCIES No dependency is added at run time; 2 stay as they are.',
      'DEPENDENCIES Without type declarations: old.',
    ]);
    const one = { variables: 1, classes: 1, moduleSystem: 'ESM', left: ['a.js:1: kept'] } as const;
    expect(stated(one, { ...figures, dependencies: [] })).toEqual([
      'STRUCTURE These files become TypeScript or change with it: index.js, package.json.',
      'STRUCTURE The modules stay ES modules. It is published.',
      'STRUCTURE 1 var declaration becomes let or const, scoped by block.',
      'STRUCTURE 1 constructor function becomes a class.',
      'STRUCTURE Left as it is: a.js:1: kept',
      ...always,
      'DEPENDENCIES The project has no dependencies at run time, and gets none.',
    ]);
  });

  it('[SPC-02] says how much more there is wherever it names only the first', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `n${index}.js`);
    const { bdd, sdd } = recipeSpecification(
      { ...figures, dependencies: many(43).map((name) => ({ name, typed: false })) },
      { ...outlook, filesTouched: many(45), left: many(22) },
      many(63).map((name) => ({
        ...module,
        module: name,
        exports: [],
        cases: 0,
        asserted: 2,
        uncovered: [`${name}: no`],
      })),
    );
    const statements = sdd.map(({ statement }) => statement);
    expect(statements[0]).toMatch(/n39\.js and 5 more\.$/);
    expect(statements).toContain('Left as it is: 2 further places.');
    expect(statements.at(-1)).toMatch(/n39\.js and 3 more\.$/);
    expect(bdd[40]).toMatchObject({
      given: expect.stringMatching(
        /^each of 23 further modules as it is today, with the project's own tests/,
      ),
      when: 'those tests are run again, 46 of them for it',
    });
    expect(bdd.at(-1)).toMatchObject({ when: '43 further parts are left out here.' });
    expect(bdd).toHaveLength(40 + 1 + 1 + 20 + 1);
  });

  it('[SPC-02] has no more items than are taken from an answer, and counts every planned run, whatever the project', () => {
    const count = fc.nat(5);
    const modules = fc.array(
      fc.record({
        module: fc.constant('m.js'),
        exports: fc.constant([]),
        cases: count,
        runs: count,
        served: count,
        asserted: count,
        uncovered: fc.array(fc.constant('u'), { maxLength: 2 }),
      }),
      { maxLength: 400, size: 'max' },
    );
    fc.assert(
      fc.property(modules, (given) => {
        const { bdd, sdd } = recipeSpecification(figures, outlook, given);
        expect(Math.max(bdd.length, sdd.length)).toBeLessThanOrEqual(200);
        const told = (pattern: RegExp) =>
          bdd.reduce((sum, { when }) => sum + Number(pattern.exec(when)?.[1] ?? 0), 0);
        const all = (of: (module: (typeof given)[number]) => number) =>
          given.reduce((sum, module) => sum + of(module), 0);
        expect([
          told(/from (\d+) planned ones?$/),
          told(/input chosen from (\d+) planned runs$/),
          told(/requests chosen from (\d+) planned runs/),
          told(/again, (\d+) of them/),
        ]).toEqual([
          all(({ cases }) => cases),
          all(({ runs }) => runs),
          all(({ served }) => served),
          all(({ asserted }) => asserted),
        ]);
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });
});
